import assert from 'node:assert/strict';
import type { TestApp } from '../support/app.ts';
import { samplePlan } from '../support/sample-plan.ts';

/** What the plants of the tests break: ids of a small sale in which everything happened that may happen. */
export interface SoldShow {
  readonly eventId: number;
  readonly seatedTypeId: number;
  readonly standingTypeId: number;
  /** Two tickets, bought at the second attempt (the first card was declined). */
  readonly bookingId: string;
  readonly ticketIds: readonly string[];
  readonly reservationId: string;
  /** Another purchase, of one ticket. */
  readonly otherBookingId: string;
  /** A purchase of one ticket that was cancelled; the ticket that took its place. */
  readonly cancelledBookingId: string;
  readonly freshTicketId: string;
  /** Still held. */
  readonly heldReservationId: string;
}

/** Sells part of a seated show with standing places through the API, so that its rows are as the product makes them. */
export async function sellShow({ app, staff, runJobs }: TestApp): Promise<SoldShow> {
  const post = async (url: string, payload: object, headers: Record<string, string> = {}) => {
    const answer = await app.inject({ method: 'POST', url, payload, headers });
    return { status: answer.statusCode, body: answer.json(), answer };
  };
  const plan = await post('/api/seating-plans', samplePlan({ rows: 4, seats: 10 }), staff);
  assert.equal(plan.status, 201, plan.answer.body);
  const show = {
    title: 'Verified Night',
    eventDate: '2027-03-01T20:00:00Z',
    venue: 'Small hall',
    venueAddress: 'Main Street 1',
    seatingPlanId: plan.body.seatingPlanId,
    status: 'published',
    ticketTypes: [
      { name: 'Front', price: 40, categories: ['Front'] },
      { name: 'Standing', price: 12.5, capacity: 30 },
      { name: 'Guest list', price: 0, capacity: 5 },
    ],
  };
  const created = await post('/api/events', show, staff);
  assert.equal(created.status, 201, created.answer.body);
  const { eventId, ticketTypes } = created.body;
  const [seated, standing, free] = ticketTypes.map((type: { ticketTypeId: number }) => type.ticketTypeId);

  const hold = async (ticketTypeId: number, quantity: number) => {
    const held = await post('/api/tickets/reserve', { eventId, ticketTypeId, quantity, customerName: 'Ada' });
    assert.equal(held.status, 201, held.answer.body);
    return held.body as { reservationId: string; sessionToken: string; tickets: { ticketId: string }[] };
  };
  let key = 0;
  const buy = (held: Awaited<ReturnType<typeof hold>>, token: string | null) => {
    const payment = token === null ? {} : { payment: { provider: 'sandbox', token } };
    const headers = { 'x-session-token': held.sessionToken, 'idempotency-key': `key-${key++}` };
    return post('/api/tickets/purchase', { reservationId: held.reservationId, ...payment }, headers);
  };
  const main = await hold(seated, 2);
  assert.equal((await buy(main, 'tok_declined')).status, 402);
  const bought = await buy(main, 'tok_ok');
  assert.equal(bought.status, 201, bought.answer.body);
  const other = await buy(await hold(standing, 1), 'tok_ok');
  assert.equal(other.status, 201, other.answer.body);
  const gift = await buy(await hold(free, 2), null);
  assert.equal(gift.status, 201, gift.answer.body);
  const regretted = await hold(standing, 1);
  const cancelledBookingId = (await buy(regretted, 'tok_ok')).body.bookingId;
  const url = `/api/bookings/${cancelledBookingId}`;
  const cancelled = await app.inject({
    method: 'DELETE',
    url,
    headers: { 'x-session-token': regretted.sessionToken },
  });
  assert.equal(cancelled.statusCode, 200, cancelled.body);
  const history = await app.inject({ method: 'GET', url: `${url}/history`, headers: staff });
  const [freshTicketId] = history.json().items[2].data.freshTicketIds;
  const held = await hold(standing, 3);
  await runJobs();
  const still = await hold(standing, 1);
  await runJobs();
  assert.notEqual(held.reservationId, still.reservationId);
  return {
    eventId,
    seatedTypeId: seated,
    standingTypeId: standing,
    bookingId: bought.body.bookingId,
    ticketIds: main.tickets.map(({ ticketId }) => ticketId),
    reservationId: main.reservationId,
    otherBookingId: other.body.bookingId,
    cancelledBookingId,
    freshTicketId,
    heldReservationId: held.reservationId,
  };
}
