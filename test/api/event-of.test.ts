import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { FastifyPluginAsync, InjectOptions } from 'fastify';
import { pino } from 'pino';
import { createAnswerHeaders } from '../../src/edges/http/answer-headers.ts';
import { createClientAddress } from '../../src/edges/http/client-address.ts';
import { createNoLimits } from '../../src/edges/http/limits/request-limits.ts';
import { createHttpServer } from '../../src/edges/http/server.ts';
import { eventOfReservation } from '../../src/features/inventory/index.ts';
import { createEventOf } from '../../src/platform/http/event-of.ts';
import { createMetrics } from '../../src/platform/telemetry/metrics.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { ledgerUsers } from '../support/ledger-uses.ts';
import { needs } from '../support/needs.ts';
import { type FullOrganizer, organizerDesk } from '../support/organizer-desk.ts';
import { readRoutes, requestAbout } from '../support/route-table.ts';

describe('every request that uses a ledger', needs('database'), () => {
  let testApp: TestApp;
  let own: FullOrganizer;
  let headers: Record<string, string>;

  before(async () => {
    testApp = await startTestApp();
    own = await organizerDesk(testApp).full('Alpha');
    headers = { ...testApp.staff, 'x-organizer': own.slug };
  });

  async function eventBy(text: string, id: unknown): Promise<number | null> {
    const [row] = await testApp.database.query<{ eventId: number }>(text, [id]);
    return row?.eventId ?? null;
  }

  test(
    'is on a route that says how its event is found, and it is that event',
    needs('database', 'process'),
    async () => {
      const eventOf = createEventOf({
        reservation: eventOfReservation,
        ticket: (id) => eventBy('SELECT event_id AS "eventId" FROM tickets WHERE ticket_id = $1', id),
        booking: (id) => eventBy('SELECT event_id AS "eventId" FROM bookings WHERE booking_id = $1', id),
        allocation: (id) => eventBy('SELECT event_id AS "eventId" FROM allocations WHERE allocation_id = $1', id),
      });
      const ways = new Set<string>();
      const wrong: string[] = [];
      // What reads before what changes, and what removes at the end.
      const order = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
      const routes = (await readRoutes(testApp)).sort((a, b) => order.indexOf(a.method) - order.indexOf(b.method));
      for (const route of routes) {
        for (const eventId of [own.ids.eventId, own.shownEventId]) {
          const before = ledgerUsers.length;
          const answer = await testApp.app.inject({
            ...requestAbout(route, { ...own.ids, eventId }),
            headers,
          } as InjectOptions);
          if (answer.statusCode >= 500) wrong.push(`${route.label}: ${answer.body}`);
          for (const { label, eventOf: said, request, events } of ledgerUsers.slice(before)) {
            if (typeof said === 'object') for (const name of Object.keys(said)) ways.add(name);
            if (said === 'any') continue;
            const found = await eventOf(request);
            const others = [...events].filter((used) => used !== found);
            if (others.length > 0) wrong.push(`${label} is about ${found}, and used the ledger of ${others}`);
          }
        }
      }
      assert.deepEqual(wrong, []);
      const labels = new Set(ledgerUsers.map(({ label }) => label));
      assert.ok(labels.size >= 25, `only ${labels.size}: ${[...labels].join(', ')}`);
      for (const name of ['event', 'reservation', 'ticket']) assert.ok(ways.has(name), name);
    },
  );

  test('can be seen in the description of the API', needs('process'), () => {
    const { paths } = testApp.app.swagger() as unknown as {
      paths: Record<string, Record<string, { readonly 'x-event-of'?: unknown }>>;
    };
    const said = (method: string, path: string) => paths[path]?.[method]?.['x-event-of'];
    assert.deepEqual(said('post', '/api/tickets/reserve'), { event: 'body.eventId' });
    assert.deepEqual(said('post', '/api/tickets/purchase'), { reservation: 'body.reservationId' });
    assert.equal(said('get', '/api/tickets'), 'any');
    assert.equal(said('get', '/api/venues'), undefined);
  });
});

test('a server with a route that does not say how its event is found does not start', async () => {
  const start = (routes: FastifyPluginAsync) =>
    createHttpServer({
      logger: pino({ level: 'silent' }),
      metrics: createMetrics(),
      version: 'test',
      publicUrl: undefined,
      identify: async () => null,
      sessionTokens: { read: () => null },
      ownsResource: async () => false,
      answerPage: () => false,
      limits: createNoLimits(createClientAddress([])),
      answerHeaders: createAnswerHeaders({ isHttps: false, origins: [] }),
      trustedOrigins: [],
      tls: undefined,
      slowMs: Number.POSITIVE_INFINITY,
      mayReadMetrics: () => false,
      readiness: async () => ({ ready: true, degraded: [] }),
      routes: [routes],
      elsewhere: [],
    } as never);
  const planted =
    (config: object): FastifyPluginAsync =>
    async (app) => {
      app.post(
        '/planted/:id',
        { config: { access: 'public', ids: { id: 'event' }, ...config } as never },
        async () => null,
      );
    };
  await assert.rejects(start(planted({})), /POST \/planted\/:id does not say how the event is found/);
  await assert.rejects(start(planted({ eventOf: { event: 'path.other' } })), /finds its event by path\.other/);
  const app = await start(planted({ eventOf: { event: 'path.id' } }));
  await app.close();
});
