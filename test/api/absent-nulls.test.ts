import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { InjectOptions } from 'fastify';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { organizerDesk } from '../support/organizer-desk.ts';
import { readRoutes, requestAbout } from '../support/route-table.ts';
import { type BodySchema, sampleBody } from '../support/sample-body.ts';
import { samplePlan } from '../support/sample-plan.ts';

type Ids = Readonly<Record<string, unknown>>;
interface NullBody {
  readonly place: string;
  readonly body: unknown;
}

/** Bodies that fit a schema, each with null in another optional member, at every depth. */
function bodiesWithNull(schema: BodySchema, known: Ids, name = '', place = ''): NullBody[] {
  if (schema.anyOf) return schema.anyOf.flatMap((branch) => bodiesWithNull(branch, known, name, place));
  if (schema.items) {
    return bodiesWithNull(schema.items, known, name, `${place}/0`).map((each) => ({ ...each, body: [each.body] }));
  }
  const least = sampleBody({ ...schema, ...(schema.properties && { type: 'object' }) }, known);
  return Object.entries(schema.properties ?? {}).flatMap(([member, of]) => {
    const around = (body: unknown) => ({ ...(least as object), [member]: body });
    const inside = bodiesWithNull(of, known, member, `${place}/${member}`);
    const nested = inside.map((each) => ({ ...each, body: around(each.body) }));
    const isOptional = !schema.required?.includes(member);
    return isOptional ? [{ place: `${place}/${member}`, body: around(null) }, ...nested] : nested;
  });
}

describe('null in an optional member of a body', () => {
  let testApp: TestApp;
  let office: ReturnType<typeof boxOffice>;

  before(async () => {
    testApp = await startTestApp();
    office = boxOffice(testApp);
  });

  test('is refused by no route, at no depth', needs('database', 'process'), async () => {
    const { ids, headers } = await organizerDesk(testApp).full('Nulls');
    let tried = 0;
    for (const route of await readRoutes(testApp)) {
      if (!route.body) continue;
      const { method, url } = requestAbout(route, ids);
      for (const { place, body } of bodiesWithNull(route.body, { ...ids, organizer: undefined })) {
        const request = { method, url, headers: { ...headers, 'x-session-token': '' }, payload: body } as InjectOptions;
        const answer = await testApp.app.inject(request);
        const { code, errors = [] } = answer.body === '' ? {} : answer.json();
        const isRefused =
          code === 'VALIDATION_FAILED' && errors.some(({ field }: { field: string }) => field === place);
        assert.ok(!isRefused, `${route.label} ${place}: ${answer.body}`);
        assert.ok(answer.statusCode < 500, `${route.label} ${place}: ${answer.body}`);
        tried++;
      }
    }
    assert.ok(tried > 150, String(tried));
  });

  test('is the same request as without it', async () => {
    const { eventId } = await office.show();
    const key = { 'idempotency-key': 'a-key-of-a-client-that-sends-nulls' };
    const first = await office.reserve({ eventId, quantity: 1 }, key);
    const nulls = { customerName: null, customerEmail: null, customerPhone: null, promoCode: null, ticketTypeId: null };
    const second = await office.reserve({ eventId, quantity: 1, ...nulls }, key);
    assert.equal(second.status, 201, second.text);
    assert.equal(second.body.reservationId, first.body.reservationId);
    const paid = await office.pay(first.body, { paymentReference: null, customer: { name: null, phone: null } });
    assert.equal(paid.status, 201, paid.text);
  });

  test('goes on to clear what can be cleared, beside others that mean nothing', async () => {
    const { staff } = office;
    const made = await office.send('POST', '/api/venues', staff, { name: 'Hall', city: 'Bern', timeZone: null });
    assert.equal(made.status, 201, made.text);
    const changed = await office.send('PUT', `/api/venues/${made.body.venueId}`, staff, { name: null, city: null });
    assert.deepEqual([changed.body.name, changed.body.city], ['Hall', null]);
  });

  test('is no value where one is needed, and unknown members stay unknown', async () => {
    const needed = await office.reserve({ eventId: null, quantity: 1 });
    assert.equal(needed.body.code, 'VALIDATION_FAILED');
    const unknown = await office.reserve({ eventId: 1, quantity: 1, colour: null });
    assert.equal(unknown.body.errors[0].field, '/colour');
  });

  test('counts beside a seating plan as well', async () => {
    const body = { plan: samplePlan(), name: null, supplement: null, venueId: null };
    const made = await office.send('POST', '/api/seating-plans', office.staff, body);
    assert.equal(made.status, 201, made.text);
  });
});
