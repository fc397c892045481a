import assert from 'node:assert/strict';
import { test } from 'node:test';
import Fastify, { type FastifyPluginAsync } from 'fastify';
import { createEventOf, type EventOf, faultOfEventOf, withoutLedgers } from './event-of.ts';

const eventOf = createEventOf({
  reservation: (id) => (id === 'RES_7' ? 7 : undefined),
  ticket: async (id) => (id === 'ticket-8' ? 8 : null),
  booking: async (id) => (id === 'booking-9' ? 9 : null),
  allocation: async (id) => (id === 3 ? 10 : null),
});

type Asked = Readonly<Record<string, unknown>>;
const requestOf = (ways: EventOf | undefined, { params, body }: { params?: Asked; body?: Asked | null }) => ({
  params: params ?? {},
  body: body ?? null,
  routeOptions: { config: ways === undefined ? {} : { eventOf: ways } },
});

test('the event of a request is found in every way that a route can name', async () => {
  const paying = { reservation: 'body.reservationId', booking: 'body.bookingId' } as const;
  const cases: [EventOf | undefined, Parameters<typeof requestOf>[1], number | null][] = [
    [{ event: 'path.id' }, { params: { id: 5 } }, 5],
    [{ event: 'path.id' }, { params: { id: '5' } }, 5],
    [{ event: 'body.eventId' }, { body: { eventId: 6 } }, 6],
    [{ event: 'body.eventId' }, {}, null],
    [{ reservation: 'path.id' }, { params: { id: 'RES_7' } }, 7],
    [{ reservation: 'body.reservationId' }, { body: { reservationId: 'RES_7' } }, 7],
    [{ reservation: 'path.id' }, { params: { id: 'no reservation' } }, null],
    [{ ticket: 'path.id' }, { params: { id: 'ticket-8' } }, 8],
    [{ ticket: 'body.ticketId' }, { body: { ticketId: 'gone' } }, null],
    [{ booking: 'path.id' }, { params: { id: 'booking-9' } }, 9],
    [{ allocation: 'path.id' }, { params: { id: '3' } }, 10],
    [paying, { body: { bookingId: 'booking-9' } }, 9],
    [paying, { body: { reservationId: 'RES_7', bookingId: 'booking-9' } }, 7],
    [paying, { body: {} }, null],
    ['any', { params: { id: 5 }, body: { eventId: 6 } }, null],
    ['none', { params: { id: 5 } }, null],
    [undefined, { params: { id: 5 } }, null],
  ];
  for (const [ways, asked, expected] of cases) {
    assert.equal(await eventOf(requestOf(ways, asked)), expected, JSON.stringify([ways, asked]));
  }
});

test('what the request itself says is answered at once', () => {
  assert.equal(eventOf(requestOf({ event: 'body.eventId' }, { body: { eventId: 6 } })), 6);
  assert.equal(eventOf(requestOf({ reservation: 'path.id' }, { params: { id: 'RES_7' } })), 7);
});

async function start(routes: FastifyPluginAsync): Promise<void> {
  const app = Fastify();
  app.addHook('onRoute', function (route) {
    const fault = faultOfEventOf(this, route as never);
    if (fault) throw new Error(`${route.url} ${fault}`);
  });
  await app.register(routes);
  await app.ready();
}

test('a route that does not say how its event is found may not start, unless it can reach no ledger', async () => {
  const planted =
    (config: { eventOf?: EventOf }, schema = {}): FastifyPluginAsync =>
    async (app) => {
      app.post('/events/:id', { config: config as never, schema }, async () => null);
    };
  const body = { type: 'object', properties: { eventId: { type: 'integer' } } };
  await assert.rejects(start(planted({})), /\/events\/:id does not say how the event is found/);
  await assert.rejects(start(planted({ eventOf: {} })), /names no way to its event/);
  await assert.rejects(
    start(planted({ eventOf: { event: 'path.eventId' } })),
    /by path\.eventId, which its requests do not/,
  );
  await assert.rejects(
    start(planted({ eventOf: { event: 'body.eventId' } })),
    /by body\.eventId, which its requests do not/,
  );
  await start(planted({ eventOf: { event: 'path.id' } }));
  await start(planted({ eventOf: { event: 'body.eventId' } }, { body }));
  await start(planted({ eventOf: 'any' }));
  await start(withoutLedgers(planted({})));
  await assert.rejects(
    start(async (app) => {
      await app.register(withoutLedgers(planted({})));
      app.get('/beside', async () => null);
    }),
    /\/beside does not say/,
    'what stands beside routes without ledgers is none of them',
  );
});
