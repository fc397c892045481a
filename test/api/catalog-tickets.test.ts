import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { catalogClient } from '../support/catalog-client.ts';
import { needs } from '../support/needs.ts';
import { samplePlan } from '../support/sample-plan.ts';

const testApp = await startTestApp();
const { database } = testApp;
const { staff, guest, show, reserve, buy } = catalogClient(testApp);

const typesOf = (eventId: number) => `/api/events/${eventId}/ticket-types`;

/** Per type: minted by the catalogue's count, and rows by status. */
async function countsOf(eventId: number) {
  return database.query(
    `SELECT y.minted_count AS minted, y.capacity, y.available_count AS counted,
       count(*) FILTER (WHERE t.status = 'Available') AS available,
       count(*) FILTER (WHERE t.status = 'Cancelled') AS cancelled,
       count(t.ticket_id) AS rows
     FROM ticket_types y LEFT JOIN tickets t USING (event_id, ticket_type_id)
     WHERE y.event_id = $1 GROUP BY y.ticket_type_id ORDER BY y.ticket_type_id`,
    [eventId],
  );
}

async function availabilityOf(eventId: number) {
  return (await guest('GET', `/api/events/${eventId}/availability`)).body.ticketTypes[0];
}

test('a larger capacity makes places, a smaller one withdraws free ones', needs('database'), async () => {
  const event = await show();
  const url = `${typesOf(event.eventId)}/${event.ticketTypes[0].ticketTypeId}`;
  const grown = await staff('PUT', url, { capacity: 25 });
  assert.deepEqual([grown.status, grown.body.capacity, grown.body.availableCount], [200, 25, 25]);
  const shrunk = await staff('PUT', url, { capacity: 4 });
  assert.deepEqual([shrunk.status, shrunk.body.capacity, shrunk.body.availableCount], [200, 4, 4]);
  assert.deepEqual(await countsOf(event.eventId), [
    { minted: 25, capacity: 4, counted: 4, available: 4, cancelled: 21, rows: 25 },
  ]);
  assert.equal((await availabilityOf(event.eventId)).available, 4);
  assert.equal((await staff('PUT', url, { capacity: 6 })).status, 200);
  assert.equal((await availabilityOf(event.eventId)).available, 6);
  const { body } = await guest('GET', `/api/events/${event.eventId}`);
  assert.deepEqual([body.totalCapacity, body.availableCapacity], [6, 6]);
});

test('a capacity below what is sold and held is refused and says how many are taken', async () => {
  const event = await show();
  const url = `${typesOf(event.eventId)}/${event.ticketTypes[0].ticketTypeId}`;
  await buy(event, 3);
  await reserve(event, 2);
  const refused = await staff('PUT', url, { capacity: 4 });
  assert.deepEqual([refused.status, refused.body.code], [409, 'CAPACITY_BELOW_SOLD']);
  assert.deepEqual([refused.body.taken, refused.body.sold, refused.body.held], [5, 3, 2]);
  assert.equal((await availabilityOf(event.eventId)).capacity, 10);
  assert.equal((await staff('PUT', url, { capacity: 5 })).status, 200);
  await testApp.shows(async () => {
    const { capacity, available, held, sold } = await availabilityOf(event.eventId);
    return [capacity, available, held, sold].join() === '5,0,2,3';
  }, 'three are sold, two held, none left of five');
});

test('capacity changes at once come one after the other and add up', needs('database'), async () => {
  const event = await show();
  const url = `${typesOf(event.eventId)}/${event.ticketTypes[0].ticketTypeId}`;
  const answers = await Promise.all([30, 5, 20, 8, 12].map((capacity) => staff('PUT', url, { capacity })));
  assert.deepEqual(new Set(answers.map((answer) => answer.status)), new Set([200]));
  const [counts] = await countsOf(event.eventId);
  assert.equal(counts!.available, counts!.capacity);
  assert.equal(counts!.counted, counts!.capacity);
  assert.equal(counts!.minted, counts!.rows);
  assert.equal((await availabilityOf(event.eventId)).available, counts!.capacity);
});

test(
  'a withdrawn place that the database sold meanwhile stays, and nothing is withdrawn',
  needs('database'),
  async () => {
    const event = await show();
    const [{ ticketTypeId }] = event.ticketTypes;
    await availabilityOf(event.eventId);
    // Another process sells one behind the ledger's back.
    await database.query(
      `UPDATE tickets SET status = 'Reserved' WHERE event_id = $1 AND place_no = (SELECT max(place_no) FROM tickets WHERE event_id = $1)`,
      [event.eventId],
    );
    const refused = await staff('PUT', `${typesOf(event.eventId)}/${ticketTypeId}`, { capacity: 5 });
    assert.deepEqual([refused.status, refused.body.code], [409, 'TICKETS_CHANGED']);
    const [counts] = await countsOf(event.eventId);
    assert.deepEqual([counts!.available, counts!.cancelled], [9, 0]);
    const live = await availabilityOf(event.eventId);
    assert.deepEqual([live.available, live.reserved], [9, 1]);
  },
);

test('ticket types are added to a show on sale, renamed, priced anew, and removed', async () => {
  const event = await show();
  const added = await staff('POST', typesOf(event.eventId), { name: 'Balcony', price: 40, capacity: 5 });
  assert.equal(added.status, 201);
  const url = String(added.headers.location);
  assert.deepEqual([added.body.availableCount, url], [5, `${typesOf(event.eventId)}/${added.body.ticketTypeId}`]);
  const held = await reserve(event, 1);
  const priced = await staff('PUT', `${typesOf(event.eventId)}/${event.ticketTypes[0].ticketTypeId}`, {
    ...event.ticketTypes[0],
    price: 30,
  });
  assert.deepEqual(priced.body.rates, [{ name: 'standard', price: 30, totalPrice: 30, serviceFee: 0, tax: 0 }]);
  assert.equal(held.totalPrice, 25.5);
  const headers = { 'x-session-token': held.sessionToken };
  const kept = await guest('GET', `/api/tickets/reservation/${held.reservationId}`, undefined, headers);
  assert.equal(kept.body.totalPrice, 25.5);
  assert.equal((await reserve(event, 1)).totalPrice, 30);
  assert.deepEqual((await staff('DELETE', url)).body.deleted, true);
  assert.equal((await guest('GET', url)).status, 404);
  assert.equal((await guest('GET', `/api/events/${event.eventId}`)).body.totalCapacity, 10);
  assert.equal((await guest('GET', `/api/events/${event.eventId}/availability`)).body.ticketTypes.length, 1);
});

test('a booked ticket type turns inactive instead of going', async () => {
  const event = await show();
  const url = `${typesOf(event.eventId)}/${event.ticketTypes[0].ticketTypeId}`;
  await buy(event, 1);
  const kept = await staff('DELETE', url);
  assert.deepEqual([kept.status, kept.body.deleted], [200, false]);
  assert.equal((await guest('GET', url)).body.isActive, false);
  const [{ ticketTypeId }] = event.ticketTypes;
  const refused = await guest('POST', '/api/tickets/reserve', { eventId: event.eventId, ticketTypeId, quantity: 1 });
  assert.equal(refused.status, 409);
});

test('a seated show sells the seats of its categories, one ticket per seat', needs('database'), async () => {
  const { body: plan } = await staff('POST', '/api/seating-plans', { plan: samplePlan() });
  const event = await show({
    seatingPlanId: plan.seatingPlanId,
    ticketTypes: [
      { name: 'Front', price: 50, categories: ['Front'] },
      { name: 'Standing', price: 20, capacity: 3 },
    ],
  });
  assert.deepEqual(
    event.ticketTypes.map((type: { capacity: number }) => type.capacity),
    [4, 3],
  );
  const rows = await database.query(
    'SELECT place_no, seat_guid, zone, row_label, seat_number FROM tickets WHERE event_id = $1 ORDER BY place_no',
    [event.eventId],
  );
  assert.deepEqual(rows[0], { place_no: 0, seat_guid: '1-1', zone: 'Parquet', row_label: '1', seat_number: '1' });
  assert.deepEqual(
    rows.map((row) => row.place_no),
    [0, 1, 2, 3, 8, 9, 10],
  );
  assert.deepEqual(rows[4]!.seat_guid, null);
  const taken = await staff('POST', typesOf(event.eventId), { name: 'Again', price: 1, categories: ['Front'] });
  assert.deepEqual([taken.status, taken.body.code], [400, 'CATEGORY_TAKEN']);
  const unknown = await staff('POST', typesOf(event.eventId), { name: 'Box', price: 1, categories: ['Box'] });
  assert.deepEqual([unknown.status, unknown.body.errors[0].field], [400, '/categories/0']);
  const back = await staff('POST', typesOf(event.eventId), { name: 'Back', price: 10, categories: ['Back'] });
  assert.deepEqual([back.status, back.body.availableCount], [201, 4]);
  const grown = await staff('PUT', `${typesOf(event.eventId)}/${back.body.ticketTypeId}`, { capacity: 5 });
  assert.deepEqual([grown.status, grown.body.code], [400, 'CAPACITY_INVALID']);
  const other = await staff('PUT', `/api/events/${event.eventId}`, { seatingPlanId: null });
  assert.deepEqual([other.status, other.body.code], [409, 'PLAN_FIXED']);
});

test('counters follow what the inventory reports, once', async () => {
  const event = await show();
  await buy(event, 3);
  await testApp.runJobs();
  await testApp.runJobs();
  const { body } = await guest('GET', `/api/events/${event.eventId}`);
  assert.deepEqual([body.availableCapacity, body.ticketTypes[0].availableCount], [7, 7]);
});

test("more places of the event's only type, in one step", needs('clock', 'process'), async () => {
  const event = await show();
  const context = { actor: 'system', correlationId: 'raise', now: testApp.clock.now(), organizerId: 1 };
  const { raiseCapacity } = testApp.core.slices.catalog.commands;
  const raise = (quantity: number) => raiseCapacity({ eventId: event.eventId, ticketTypeId: null, quantity }, context);
  const raised = await Promise.all([raise(5), raise(7)]);
  assert.deepEqual(
    raised.map((one) => one.accepted && one.value.ticketsCreated),
    [5, 7],
  );
  assert.equal((await availabilityOf(event.eventId)).available, 22);
  await staff('POST', typesOf(event.eventId), { name: 'B', price: 1, capacity: 1 });
  const unclear = await raise(1);
  assert.equal(!unclear.accepted && unclear.refusal.code, 'FIELD_MISSING');
});
