import { type BuyerPlan, sessionsPerBot } from './behaviours.ts';
import { buy } from './buy.ts';
import { type Found, findSeats, reserve, toHold } from './find-seats.ts';
import { noteCall } from './note-call.ts';
import type { PagePlan } from './page-visit.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Outcome } from './tally.ts';
import { beginVisit, type Crowd, type Visit, VisitFailed } from './visit.ts';
import type { SeenHold } from './witness.ts';

/**
 * Plays one buyer from arrival to the end and answers how it ended. The plan and the randomness are fixed before; only
 * what the server answers is not. `account`: the access token of one who comes signed in; `page`: comes by the pages of the shop.
 */
export async function playBuyer(
  crowd: Crowd,
  plan: BuyerPlan,
  random: SeededRandom,
  comes: { readonly arrivesAt: number; readonly account: string | null; readonly page: PagePlan | null },
): Promise<Outcome> {
  try {
    return plan.behaviour === 'bot'
      ? await playBot(crowd, plan, random, comes.arrivesAt)
      : await playPerson(beginVisit(crowd, plan, random, comes.arrivesAt, comes));
  } catch (error) {
    if (error instanceof VisitFailed) return 'failed';
    throw error;
  }
}

async function playPerson(visit: Visit): Promise<Outcome> {
  const { plan, page } = visit;
  const found = await look(visit).finally(() => page?.leaveSeats());
  if (!('hold' in found)) return found.none;
  await page?.openPay(found.hold.reservationId);
  if (plan.behaviour === 'latecomer') return comeBackLate(visit, found.hold);
  if (plan.behaviour === 'refresher') await reload(visit, found.hold);
  await visit.think(1, 6);
  if (plan.behaviour === 'abandoner') return walkAway(visit, found.hold);
  return (await buy(visit, found.hold)) ? 'bought' : 'refused';
}

async function look(visit: Visit): Promise<Found> {
  const { crowd, plan, page } = visit;
  const { eventId } = crowd.show;
  if (page) await page.openEvent();
  else {
    await visit.ask('event', { method: 'GET', path: `/api/events/${eventId}` });
    await visit.ask('availability', { method: 'GET', path: `/api/events/${eventId}/availability` });
  }
  await visit.think(0.5, 3);
  await page?.openSeats();
  return findSeats(visit, plan.partySize, plan.behaviour === 'chooser');
}

async function reload(visit: Visit, hold: SeenHold): Promise<void> {
  const { reservationId } = hold;
  for (let times = 1 + visit.random.below(3); times > 0; times--) {
    await visit.think(0.5, 2);
    if (visit.page) await visit.page.openPay(reservationId);
    else {
      const path = `/api/tickets/reservation/${reservationId}`;
      await noteCall(visit, hold, 'see', () => visit.ask('basket', { method: 'GET', path }));
    }
  }
}

async function walkAway(visit: Visit, hold: SeenHold): Promise<Outcome> {
  if (visit.plan.closesTheTab && !outlastsTheRehearsal(visit.crowd)) return 'walkedAway';
  visit.crowd.witness.released(hold);
  const path = `/api/tickets/reservation/${hold.reservationId}`;
  await noteCall(visit, hold, 'release', () => visit.ask('release', { method: 'DELETE', path }));
  return 'walkedAway';
}

/** Pays after the hold is over, and must be refused. */
async function comeBackLate(visit: Visit, hold: SeenHold): Promise<Outcome> {
  if (outlastsTheRehearsal(visit.crowd)) return walkAway(visit, hold);
  const expiredAt = hold.answeredAt + hold.seconds * 1000;
  // The hold's seconds are rounded down.
  await visit.wait(expiredAt - performance.now() + 1_100 + visit.random.between(0, 2_000));
  const answer = await noteCall(visit, hold, 'buy', () =>
    visit.ask('purchase', {
      method: 'POST',
      path: '/api/tickets/purchase',
      headers: { 'idempotency-key': visit.newKey() },
      body: { reservationId: hold.reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } },
    }),
  );
  if (answer && answer.status !== 410) {
    const { status, code } = answer;
    visit.crowd.witness.contradict('late-is-late', { reservationId: hold.reservationId, status, code });
  }
  return 'tooLate';
}

/** Holds left behind would come back only after the rehearsal: then everyone gives them back by hand. */
function outlastsTheRehearsal({ show, closesAt, openedAt }: Crowd): boolean {
  return show.holdSeconds * 1000 > closesAt - openedAt;
}

/** Grabs the limit in several sessions at once, without looking at any page. */
async function playBot(crowd: Crowd, plan: BuyerPlan, random: SeededRandom, arrivesAt: number): Promise<Outcome> {
  const sessions = Array.from({ length: sessionsPerBot }, () => beginVisit(crowd, plan, random, arrivesAt));
  const ended = await Promise.all(sessions.map((visit) => grab(visit)));
  if (ended.includes('bought')) return 'bought';
  return ended.find((outcome) => outcome === 'walkedAway') ?? ended[0]!;
}

async function grab(visit: Visit): Promise<Outcome> {
  const { show } = visit.crowd;
  const { ticketTypeId } = show.types[visit.random.below(show.types.length)]!;
  const body = { eventId: show.eventId, ticketTypeId, quantity: show.limitPerReservation, partial: true };
  const answer = await reserve(visit, body);
  if (answer.code === 'SOLD_OUT') visit.crowd.witness.soldOut(ticketTypeId, answer.answeredAt);
  const found: Found =
    answer.status === 201
      ? { hold: toHold(visit, answer) }
      : { none: answer.code === 'SOLD_OUT' ? 'soldOut' : 'gaveUp' };
  if (!('hold' in found)) return found.none;
  await visit.think(0.2, 0.5);
  if (visit.random.chance(0.3)) return walkAway(visit, found.hold);
  return (await buy(visit, found.hold)) ? 'bought' : 'refused';
}
