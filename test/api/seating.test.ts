import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { startTestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';
import { samplePlan } from '../support/sample-plan.ts';

const { app, staff, core, database, address } = await startTestApp();
const url = '/api/seating-plans';

async function make(payload: object = samplePlan()) {
  const answer = await app.inject({ method: 'POST', url, headers: staff, payload });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json();
}

/** As the bytes come, packed or not. */
async function readBytes(path: string, headers: Record<string, string> = {}) {
  const [answer] = (await once(get(new URL(path, await address()), { headers }), 'response')) as [IncomingMessage];
  const bytes = Buffer.concat(await answer.toArray());
  return { status: answer.statusCode, headers: answer.headers, bytes };
}

/** A published event on the plan. */
async function sell(seatingPlanId: number) {
  const payload = {
    title: 'Show',
    eventDate: '2027-06-01T20:00:00Z',
    venue: 'Hall',
    seatingPlanId,
    ticketTypes: [{ name: 'Front', price: 10, categories: ['Front'] }],
  };
  const answer = await app.inject({ method: 'POST', url: '/api/events', headers: staff, payload });
  assert.equal(answer.statusCode, 201, answer.body);
  return answer.json();
}

test('a plan is kept as the bare document, and read again as it was', async () => {
  const made = await make();
  assert.deepEqual([made.name, made.seatCount, made.version, made.venueId], ['Small hall', 8, 1, null]);
  const read = await app.inject({ url: `${url}/${made.seatingPlanId}` });
  assert.deepEqual(read.json().plan, samplePlan());
  assert.deepEqual(read.json().supplement, {});
  const again = await app.inject({
    url: `${url}/${made.seatingPlanId}`,
    headers: { 'if-none-match': read.headers.etag as string },
  });
  assert.equal(again.statusCode, 304);
});

test(
  'a plan may come with a name, a venue and a supplement, and its export can be sent back',
  needs('database', 'process'),
  async () => {
    const venue = await app.inject({ method: 'POST', url: '/api/venues', headers: staff, payload: { name: 'Hall' } });
    const { venueId } = venue.json();
    const supplement = { focalPoint: { x: 1, y: 2 }, wheelchairSeats: ['1-1'] };
    const made = await make({ name: 'Evening layout', venueId, plan: samplePlan(), supplement });
    assert.deepEqual([made.name, made.venueId], ['Evening layout', venueId]);
    const exported = (await app.inject({ url: `${url}/${made.seatingPlanId}` })).json();
    assert.deepEqual(exported.supplement, supplement);
    const back = await app.inject({
      method: 'PUT',
      url: `${url}/${made.seatingPlanId}`,
      headers: staff,
      payload: exported,
    });
    assert.deepEqual([back.statusCode, back.json().version], [200, 1]);
    const geometry = await core.slices.seating.loadGeometry(database, made.seatingPlanId);
    assert.equal(geometry?.kindOf[0], 1);
  },
);

test('a seat map goes out packed to whoever takes it, by the route and from then on before it; live pages do not', async () => {
  const { seatingPlanId } = await make(samplePlan());
  const { eventId } = await sell(seatingPlanId);
  const seats = await readBytes(`/api/events/${eventId}/seats`, { 'accept-encoding': 'br' });
  assert.equal(seats.headers['content-encoding'], undefined);
  const { geometry } = JSON.parse(String(seats.bytes)) as { geometry: string };
  const whole = await readBytes(geometry);
  assert.equal(whole.headers['content-encoding'], undefined);
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync };
  for (const encoding of ['br', 'gzip'] as const) {
    const headers = { 'accept-encoding': encoding };
    const packed = await readBytes(geometry, headers);
    assert.deepEqual(
      [packed.headers['content-encoding'], packed.headers['content-type']],
      [encoding, 'application/json; charset=utf-8'],
    );
    assert.match(String(packed.headers.vary), /authorization, accept-encoding/);
    assert.deepEqual(unpack[encoding](packed.bytes), whole.bytes);
    const etag = String(packed.headers.etag);
    assert.notEqual(etag, whole.headers.etag);
    assert.equal((await readBytes(geometry, { ...headers, 'if-none-match': etag })).status, 304);
    const entered = await fetch(new URL(geometry, await address()), { headers });
    assert.deepEqual([entered.headers.get('content-encoding'), entered.headers.get('etag')], [encoding, etag]);
    assert.equal(await entered.text(), String(whole.bytes));
  }
});

test('a faulty plan is refused with every fault and its place', async () => {
  const plan = samplePlan();
  plan.zones[0]!.rows[0]!.seats[1]!.seat_guid = '1-1';
  plan.zones[0]!.rows[1]!.seats[0]!.category = 'Gone';
  for (const [payload, at] of [
    [plan, ''],
    [{ plan }, '/plan'],
  ] as const) {
    const answer = await app.inject({ method: 'POST', url, headers: staff, payload });
    assert.equal(answer.statusCode, 400);
    assert.equal(answer.json().code, 'PLAN_INVALID');
    assert.deepEqual(
      answer.json().errors.map((error: { field: string }) => error.field),
      [`${at}/zones/0/rows/0/seats/1/seat_guid`, `${at}/zones/0/rows/1/seats/0/category`],
    );
  }
});

test('what is no plan, no venue or no supplement of the plan is refused', async () => {
  const send = async (payload: unknown) => {
    const answer = await app.inject({ method: 'POST', url, headers: staff, payload: payload as object });
    return [answer.statusCode, answer.json().code];
  };
  assert.deepEqual(await send({}), [400, 'PLAN_INVALID']);
  assert.deepEqual(await send([]), [400, 'VALIDATION_FAILED']);
  assert.deepEqual(await send({ plan: samplePlan(), colour: 1 }), [400, 'PLAN_INVALID']);
  assert.deepEqual(await send({ plan: samplePlan(), name: '\0' }), [400, 'PLAN_INVALID']);
  assert.deepEqual(await send({ plan: samplePlan(), venueId: 999_999 }), [400, 'VENUE_UNKNOWN']);
  assert.deepEqual(await send({ plan: samplePlan(), supplement: { wheelchairSeats: ['x'] } }), [
    400,
    'PLAN_SUPPLEMENT_INVALID',
  ]);
});

test('the seats of a plan stay once a published event uses them; its name may change', async () => {
  const { seatingPlanId } = await make();
  await sell(seatingPlanId);
  const put = async (payload: object) => {
    const answer = await app.inject({ method: 'PUT', url: `${url}/${seatingPlanId}`, headers: staff, payload });
    return [answer.statusCode, answer.json().code ?? answer.json().name];
  };
  assert.deepEqual(await put(samplePlan({ rows: 3 })), [409, 'PLAN_IN_USE']);
  assert.deepEqual(await put({ name: 'Renamed', plan: samplePlan() }), [200, 'Renamed']);
  const removed = await app.inject({ method: 'DELETE', url: `${url}/${seatingPlanId}`, headers: staff });
  assert.deepEqual([removed.statusCode, removed.json().code], [409, 'PLAN_IN_USE']);
});

test('a plan that nothing uses can be replaced and removed', needs('database', 'process'), async () => {
  const { seatingPlanId } = await make();
  const before = await core.slices.seating.loadGeometry(database, seatingPlanId);
  const replaced = await app.inject({
    method: 'PUT',
    url: `${url}/${seatingPlanId}`,
    headers: staff,
    payload: samplePlan({ rows: 3 }),
  });
  assert.deepEqual([replaced.json().seatCount, replaced.json().version], [12, 2]);
  const after = await core.slices.seating.loadGeometry(database, seatingPlanId);
  assert.deepEqual([before?.seatCount, after?.seatCount], [8, 12]);
  assert.equal(await core.slices.seating.loadGeometry(database, seatingPlanId), after);
  const removed = await app.inject({ method: 'DELETE', url: `${url}/${seatingPlanId}`, headers: staff });
  assert.deepEqual([removed.statusCode, removed.json().deleted], [200, true]);
  const gone = await app.inject({ url: `${url}/${seatingPlanId}` });
  assert.deepEqual([gone.statusCode, gone.json().code], [404, 'SEATING_PLAN_NOT_FOUND']);
});

test('plans are listed in pages, by venue', async () => {
  const first = await app.inject({ url: `${url}?limit=1` });
  assert.equal(first.json().items.length, 1);
  const second = await app.inject({ url: `${url}?limit=1&cursor=${first.json().nextCursor}` });
  assert(second.json().items[0].seatingPlanId > first.json().items[0].seatingPlanId);
  const none = await app.inject({ url: `${url}?venueId=999` });
  assert.deepEqual(none.json(), { items: [], nextCursor: null });
  assert.equal((await app.inject({ url: `${url}?cursor=WzFlOTld` })).statusCode < 500, true);
  assert.equal((await app.inject({ url: `${url}?cursor=nonsense` })).json().code, 'CURSOR_INVALID');
});

test('writing needs a key for the catalogue', async () => {
  for (const method of ['POST', 'PUT', 'DELETE'] as const) {
    const target = method === 'POST' ? url : `${url}/1`;
    const answer = await app.inject({ method, url: target, payload: samplePlan() });
    assert.equal(answer.statusCode, 401);
  }
});

test('an id beyond the database is refused, not looked up', async () => {
  for (const id of ['2147483648', '9223372036854775808', '0', 'x']) {
    assert.equal((await app.inject({ url: `${url}/${id}` })).statusCode, 400);
  }
});
