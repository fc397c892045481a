import type { PageOf } from '../../../contract/common.ts';
import { decodeCursor, encodeCursor } from '../../../contract/cursor.ts';
import { Refused } from '../../../contract/problem.ts';
import type { TicketAnswer } from '../../../contract/tickets.ts';
import { type EventLedger, placeState, type TicketStatus } from '../../inventory/index.ts';
import { readTickets } from '../store/ticket-rows.ts';
import type { TicketListQuery } from './list-tickets.ts';
import { scopeOf, type TicketReads, type TicketViewer, toAnswers } from './ticket-answer.ts';

const statesOf: Record<LiveStatus, readonly number[]> = {
  Available: [placeState.available],
  Held: [placeState.held],
  Reserved: [placeState.reserved, placeState.blocked],
  Sold: [placeState.sold],
};
export type LiveStatus = Exclude<TicketStatus, 'Cancelled'>;

/**
 * Pages in the order of places. The ledger alone knows what is held and what is really free; and it finds the few
 * places in a state among a hundred thousand in less than a millisecond, where the records would be read to the end.
 */
export async function listByLedger(
  parts: TicketReads,
  query: TicketListQuery,
  status: LiveStatus,
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer>> {
  const { eventId, limit, cursor } = query;
  const after = cursor === undefined ? [0, -1] : (decodeCursor(cursor, ['number', 'number']) as number[]);
  if (!after.every(Number.isInteger)) throw new Refused({ code: 'CURSOR_INVALID' });
  const found: { eventId: number; placeNo: number; ticketId: string }[] = [];
  for (const [id, ledger] of await ledgersFor(parts, eventId, viewer)) {
    if (found.length > limit) break;
    if (id < after[0]!) continue;
    const from = id === after[0] ? after[1]! + 1 : 0;
    found.push(...placesIn(ledger, { status, from, count: limit + 1 - found.length, now: parts.clock.now() }));
  }
  const shown = found.slice(0, limit);
  const rows = await readTickets(
    parts.database.as(scopeOf(viewer)),
    shown.map(({ ticketId }) => ticketId),
  );
  rows.sort((a, b) => a.eventId - b.eventId || a.placeNo - b.placeNo);
  const visible = rows.filter((row) => row.isPublic || viewer.organizerId === row.organizerId);
  const answers = await toAnswers(parts, visible, viewer);
  const last = found.length > limit ? shown.at(-1)! : null;
  return {
    items: answers.filter((answer) => answer.status === status),
    nextCursor: last && encodeCursor([last.eventId, last.placeNo]),
  };
}

/** The ledger of one event, or all that are in memory in the order of their events. */
async function ledgersFor(
  { ledgers }: TicketReads,
  eventId: number | null,
  viewer: TicketViewer,
): Promise<[number, EventLedger][]> {
  if (eventId !== null) {
    const event = await ledgers.open(eventId);
    return event ? [[eventId, event.ledger]] : [];
  }
  return [...ledgers.all()]
    .filter(([, { ledger, isPublic }]) => isPublic || viewer.organizerId === ledger.rules.organizerId)
    .map(([id, { ledger }]): [number, EventLedger] => [id, ledger])
    .sort(([a], [b]) => a - b);
}

function placesIn(
  ledger: EventLedger,
  { status, from, count, now }: { status: LiveStatus; from: number; count: number; now: number },
): { eventId: number; placeNo: number; ticketId: string }[] {
  // Asking for anything lets go of the holds that are due.
  ledger.find('', '', now);
  const wanted = statesOf[status];
  const { eventId } = ledger.rules;
  const states = ledger.states();
  const places = [];
  for (let placeNo = from; placeNo < states.length && places.length < count; placeNo++) {
    if (wanted.includes(states[placeNo]!)) places.push({ eventId, placeNo, ticketId: ledger.ticketIdAt(placeNo)! });
  }
  return places;
}
