import { heardOfKnown } from './history/heard.ts';
import type { Entry } from './history/history.ts';
import type { Answer, Visit } from './visit.ts';
import type { SeenHold } from './witness.ts';

/**
 * Waits for what is asked about a hold, and notes for the history what was heard. `null`, and an error, which is thrown on: nobody
 * knows what was done.
 */
export async function noteCall<Heard extends Answer | null>(
  visit: Visit,
  { reservationId: hold, places, ticketTypeIds, sentAt, seconds }: SeenHold,
  kind: 'see' | 'release' | 'buy',
  call: () => Promise<Heard>,
): Promise<Heard> {
  const from = performance.now();
  const isOfOneType = new Set(ticketTypeIds).size === 1;
  const note = (said: Entry['said'], until: number | null) =>
    visit.note({
      kind,
      from,
      until,
      said,
      hold,
      places,
      ...(isOfOneType && { type: ticketTypeIds[0]! }),
      ...(said === 'declined' && { lastsUntil: sentAt + seconds * 1000 }),
    });
  const answer = await call().catch((error: unknown) => {
    note('unknown', null);
    throw error;
  });
  let said = answer === null ? 'unknown' : heardOfKnown(answer);
  // Sent without a key, on a connection that may have broken: the second time it finds what the first one did.
  if (kind === 'release' && said !== 'done') said = 'unknown';
  note(said, answer === null || said === 'unknown' ? null : answer.answeredAt);
  return answer;
}
