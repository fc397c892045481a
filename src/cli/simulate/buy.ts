import { type Attempt, attemptsWith } from './cards.ts';
import { noteCall } from './note-call.ts';
import { increase } from './tally.ts';
import type { Answer, Visit } from './visit.ts';
import type { SeenHold } from './witness.ts';

/** Until then every payment must have come to an end, whatever broke on its way. */
const paymentMsMax = 120_000;
/** An impatient browser: shorter than a purchase under load takes, so that some answers are missed. */
const impatientMs = { from: 5, to: 60 };

/**
 * Buys what a hold holds; true when the server acknowledged it. Whose card is refused tries another one (a new key), some
 * click twice, some stop waiting and send the same again, some are sent to their bank first: each must come to one booking.
 */
export async function buy(visit: Visit, hold: SeenHold): Promise<boolean> {
  const { plan, crowd } = visit;
  const { funnel } = crowd.tally;
  visit.reach('wentToPay');
  funnel.tried(plan.card);
  const clickedAt = performance.now();
  const attempts = attemptsWith[plan.card];
  for (const [i, attempt] of attempts.entries()) {
    const isLast = i === attempts.length - 1;
    const firstSentAt = performance.now();
    const answer = await noteCall(visit, hold, 'buy', () => payWith(visit, hold, attempt, isLast));
    if (answer?.status === 201) {
      if (!acknowledge(visit, hold, answer, firstSentAt)) return true;
      visit.reach('paid');
      funnel.paid(plan.card, answer.answeredAt - clickedAt);
      const bookingId = String(answer.body.bookingId);
      if (visit.page) await visit.page.showBooking(bookingId);
      else await visit.ask('tickets', { method: 'GET', path: `/api/bookings/${bookingId}` });
      return true;
    }
    if (isLast || answer?.status !== 402) {
      noteIfTooEarly(visit, hold, answer);
      return false;
    }
    await visit.think(2, 5);
  }
  return false;
}

/** One attempt under one key, asked again until it has come to an end; null if it never did. */
async function payWith(visit: Visit, hold: SeenHold, attempt: Attempt, isLast: boolean): Promise<Answer | null> {
  const { plan, random, crowd } = visit;
  const key = visit.newKey();
  const givesUpAt = performance.now() + paymentMsMax;
  if (isLast && plan.behaviour === 'doubleClicker') {
    const click = () => purchase(visit, hold, attempt.token, key);
    const both = await Promise.all([click(), click()]);
    const paid = both.find((answer) => answer?.status === 201);
    if (paid) return paid;
  }
  const isImpatient = isLast && plan.behaviour === 'retrier';
  let timeoutMs = isImpatient ? random.between(impatientMs.from, impatientMs.to) : undefined;
  let wasAtBank = false;
  while (performance.now() < givesUpAt) {
    const answer = await purchase(visit, hold, attempt.token, key, timeoutMs);
    const page = answer === null ? null : bankPageOf(answer);
    if (answer === null) {
      increase(crowd.tally.refusals, '(stopped waiting, sent again)');
      timeoutMs = undefined;
      await visit.think(0.2, 1);
    } else if (page !== null && !wasAtBank) {
      wasAtBank = true;
      await visit.ask('bank', { method: 'GET', path: page });
      await visit.think(2, 8);
      await visit.ask('bank', { method: 'POST', path: `${page}/${attempt.atBank}` });
    } else if (answer.status === 202 || answer.code === 'IDEMPOTENCY_IN_FLIGHT') {
      await visit.wait(random.between(300, 1_500));
    } else {
      return answer;
    }
  }
  crowd.witness.contradict('payments-end', { reservationId: hold.reservationId, token: attempt.token });
  return null;
}

/** Where a purchase sends its buyer first, as a path of this server; null if it does not. */
function bankPageOf({ status, body }: Answer): string | null {
  const { url } = (body.action ?? {}) as { url?: unknown };
  return status === 202 && typeof url === 'string' && URL.canParse(url) ? new URL(url).pathname : null;
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

/** A hold that cannot be paid must be over: else the server broke its word. */
function noteIfTooEarly(visit: Visit, hold: SeenHold, answer: Answer | null): void {
  if (!answer) return;
  const { status, code, answeredAt } = answer;
  const msLeft = hold.sentAt + hold.seconds * 1000 - answeredAt;
  if (msLeft <= 1_000) return;
  const facts = { reservationId: hold.reservationId, status, code, msLeft: Math.round(msLeft) };
  visit.crowd.witness.contradict('hold-lasts', facts);
}

/** Remembers a purchase that was acknowledged; false if it was known. */
function acknowledge(visit: Visit, hold: SeenHold, { body, answeredAt }: Answer, firstSentAt: number): boolean {
  const { tally, witness, openedAt } = visit.crowd;
  const bookings = witness.acknowledged.length;
  const tickets = body.tickets as { ticketId: string; ticketNumber: string }[];
  witness.bought(
    hold,
    {
      bookingId: String(body.bookingId),
      owner: visit.owner(),
      totalPrice: Number(body.totalPrice),
      tickets: tickets.map(({ ticketId, ticketNumber }) => ({ ticketId, ticketNumber })),
    },
    firstSentAt,
  );
  if (witness.acknowledged.length === bookings) return false;
  tally.count('purchases', answeredAt - openedAt);
  tally.count('tickets', answeredAt - openedAt, tickets.length);
  return true;
}
