import { increase } from './tally.ts';
import type { Answer, Visit } from './visit.ts';
import type { SeenHold } from './witness.ts';

const triesMax = 20;
/** An impatient browser: shorter than a purchase under load takes, so that some answers are missed. */
const impatientMs = { from: 5, to: 60 };

/**
 * Buys what a hold holds; true when the server acknowledged it. Some pay with a declined card first (a new try, a new
 * key), some click twice, some stop waiting and send the same again: each must come to one booking.
 */
export async function buy(visit: Visit, hold: SeenHold): Promise<boolean> {
  const { plan, random } = visit;
  if (plan.hasBadCard) {
    const declined = await purchase(visit, hold, 'tok_declined', random.hex(16));
    if (declined === null || declined.status !== 402) return settle(visit, hold, declined, hold.answeredAt);
    await visit.think(2, 5);
  }
  const key = random.hex(16);
  const firstSentAt = performance.now();
  if (plan.behaviour === 'doubleClicker') {
    const both = await Promise.all([purchase(visit, hold, 'tok_ok', key), purchase(visit, hold, 'tok_ok', key)]);
    for (const answer of both) if (answer?.status === 201) acknowledge(visit, hold, answer, firstSentAt);
    if (both.some((answer) => answer?.status === 201)) return true;
  }
  let timeoutMs = plan.behaviour === 'retrier' ? random.between(impatientMs.from, impatientMs.to) : undefined;
  for (let tries = 0; tries < triesMax; tries++) {
    const answer = await purchase(visit, hold, 'tok_ok', key, timeoutMs);
    if (answer === null) {
      increase(visit.crowd.tally.refusals, '(stopped waiting, sent again)');
      timeoutMs = undefined;
      await visit.think(0.2, 1);
    } else if (answer.status === 202 || answer.code === 'IDEMPOTENCY_IN_FLIGHT') {
      await visit.wait(random.between(300, 1_000));
    } else {
      return settle(visit, hold, answer, firstSentAt);
    }
  }
  return false;
}

function purchase(
  visit: Visit,
  { reservationId }: SeenHold,
  token: string,
  key: string,
  timeoutMs?: number,
): Promise<Answer | null> {
  return visit.ask('purchase', {
    method: 'POST',
    path: '/api/tickets/purchase',
    headers: { 'idempotency-key': key },
    body: { reservationId, payment: { provider: 'sandbox', token } },
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
}

/** A hold that is refused must be over: else the server broke its word. */
function settle(visit: Visit, hold: SeenHold, answer: Answer | null, firstSentAt: number): boolean {
  if (answer?.status === 201) {
    acknowledge(visit, hold, answer, firstSentAt);
    return true;
  }
  const leftMs = hold.sentAt + hold.seconds * 1000 - (answer?.answeredAt ?? 0);
  if (answer && leftMs > 1_000) {
    const { status, code } = answer;
    const facts = { reservationId: hold.reservationId, status, code, msLeft: Math.round(leftMs) };
    visit.crowd.witness.contradict('hold-lasts', facts);
  }
  return false;
}

function acknowledge(visit: Visit, hold: SeenHold, { body, answeredAt }: Answer, firstSentAt: number): void {
  const { tally, witness, openedAt } = visit.crowd;
  const bookings = witness.acknowledged.length;
  const tickets = body.tickets as { ticketId: string; ticketNumber: string }[];
  witness.bought(
    hold,
    {
      bookingId: String(body.bookingId),
      sessionToken: visit.sessionToken ?? '',
      totalPrice: Number(body.totalPrice),
      tickets: tickets.map(({ ticketId, ticketNumber }) => ({ ticketId, ticketNumber })),
    },
    firstSentAt,
  );
  if (witness.acknowledged.length === bookings) return;
  tally.count('purchases', answeredAt - openedAt);
  tally.count('tickets', answeredAt - openedAt, tickets.length);
}
