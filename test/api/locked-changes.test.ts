import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { rebuildCounters } from '../../src/features/catalog/index.ts';
import { systemRandom } from '../../src/kernel/ids.ts';
import { type Clock, createManualClock, systemClock } from '../../src/platform/clock/clock.ts';
import { Locked, type LockTimes, lockTimes } from '../../src/platform/locks/locks.ts';
import { createRedlock } from '../../src/platform/locks/redlock.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import type { Method } from '../support/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { intercepted } from '../support/intercepted.ts';
import { needs } from '../support/needs.ts';
import { openTestRedis } from '../support/open-test-redis.ts';
import { type RedisServer, startRedis, withoutRedis } from '../support/redis-servers.ts';

/** Nobody is refused who may have a lock, however busy the machine is. */
const patient: LockTimes = { leaseMs: 1_000, waitMs: 60_000, retryMs: 20 };

describe('changes by staff under locks in Redis', { skip: withoutRedis }, () => {
  let server: RedisServer;
  before(async () => {
    server = await startRedis();
  });

  /** A process on this database and that Redis. */
  async function openProcess(
    database: TestDatabase,
    { times = patient, clock = systemClock }: { times?: LockTimes; clock?: Pick<Clock, 'measure' | 'after'> } = {},
  ) {
    const redis = await openTestRedis(server.url, { patienceMs: 10_000 });
    const locks = createRedlock({ nodes: [redis], clock, random: systemRandom, chance: Math.random, times });
    const testApp = await startTestApp({ database, locks });
    const office = boxOffice(testApp);
    return {
      office,
      locks,
      asStaff: (method: Method, url: string, payload?: object) => office.send(method, url, office.staff, payload),
    };
  }

  /**
   * Two processes that both believe to decide about a show, with nothing between them but locks and versions. The first stands still for
   * as long as a test likes: its clock, which would renew its lease, and whatever it asks the database next.
   */
  async function openTwo() {
    const { database } = await createTestDatabase();
    let arrived = () => {};
    let goOn = () => {};
    let isAwaited = (_text: string) => false;
    const stopping = intercepted(database, async (statement, ask) => {
      if (isAwaited(statement.text)) {
        isAwaited = () => false;
        await new Promise<void>((proceed) => {
          goOn = proceed;
          arrived();
        });
      }
      return ask();
    });
    const first = await openProcess(stopping, { clock: createManualClock(0) });
    const second = await openProcess(database);
    const show = await first.office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 10 }] });
    const [{ ticketTypeId }] = show.ticketTypes;
    const typeUrl = `/api/events/${show.eventId}/ticket-types/${ticketTypeId}`;
    const page = await first.asStaff('GET', `/api/tickets/event/${show.eventId}?limit=50`);
    return {
      first,
      second,
      typeUrl,
      ticketId: page.body.items[0].ticketId as string,
      ticket: async (id: string) =>
        (await database.query<{ status: string }>('SELECT status FROM tickets WHERE ticket_id = $1', [id]))[0]!,
      /** The first process stands still before the n-th statement like this; `wake` lets it go on. */
      standStillAt(pattern: RegExp, nth: number) {
        let seen = 0;
        isAwaited = (text) => pattern.test(text) && ++seen === nth;
        return new Promise<void>((stands) => {
          arrived = stands;
        });
      },
      wake: () => goOn(),
    };
  }

  test(
    'a ticket: who stood still past the lease changes nothing that others have decided since',
    needs('database', 'process'),
    async () => {
      const { first, second, ticketId, ticket, standStillAt, wake } = await openTwo();
      const move = (who: typeof first, status: string, reason: string) =>
        who.asStaff('PATCH', `/api/tickets/${ticketId}/status`, { status, reason });
      assert.equal((await move(first, 'Reserved', 'camera')).status, 200);
      const stands = standStillAt(/FROM tickets[\s\S]*FOR UPDATE/, 1);
      const late = move(first, 'Available', 'no camera any more');
      await stands;
      // The lock is free again by its lease: others free the place, and keep it back for somebody else.
      assert.equal((await move(second, 'Available', 'no camera')).status, 200);
      assert.equal((await move(second, 'Reserved', 'sponsor')).status, 200);
      wake();
      const refused = await late;
      assert.deepEqual([refused.status, refused.body.code], [409, 'TICKETS_CHANGED']);
      assert.equal((await ticket(ticketId)).status, 'Reserved');
      // Nothing but the version was in its way: the same, decided on what is there now, sells the sponsor's place.
      assert.equal((await move(second, 'Available', 'no camera any more')).status, 200);
      assert.equal((await ticket(ticketId)).status, 'Available');
    },
  );

  test('a capacity: who stood still past the lease takes no places away', needs('database', 'process'), async () => {
    const { first, second, typeUrl, standStillAt, wake } = await openTwo();
    const stands = standStillAt(/FROM events[\s\S]*FOR (NO KEY )?UPDATE/, 2);
    const late = first.asStaff('PUT', typeUrl, { capacity: 4 });
    await stands;
    assert.equal((await second.asStaff('PUT', typeUrl, { capacity: 20 })).status, 200);
    wake();
    const refused = await late;
    assert.deepEqual([refused.status, refused.body.code], [409, 'TICKETS_CHANGED']);
    assert.equal((await second.asStaff('GET', typeUrl)).body.capacity, 20);
    await second.office.assertSound();
  });

  test('what another service has locked waits, and is refused; sales go on', needs('database', 'process'), async () => {
    const { database } = await createTestDatabase();
    const { office, locks, asStaff } = await openProcess(database, {
      times: { ...lockTimes, waitMs: 50, retryMs: 20 },
    });
    const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 10 }] });
    const { eventId } = show;
    const typeUrl = `/api/events/${eventId}/ticket-types/${show.ticketTypes[0].ticketTypeId}`;
    const { items } = (await asStaff('GET', `/api/tickets/event/${eventId}?limit=50`)).body;
    const ids: string[] = items.map(({ ticketId }: { ticketId: string }) => ticketId);
    const changes = {
      publish: () => asStaff('POST', `/api/events/${eventId}/publish`),
      rename: () => asStaff('PUT', `/api/events/${eventId}`, { title: 'Another' }),
      capacity: () => asStaff('PUT', typeUrl, { capacity: 12 }),
      more: () => asStaff('POST', '/api/tickets/bulk', { eventId, quantity: 2 }),
      type: () => asStaff('POST', `/api/events/${eventId}/ticket-types`, { name: 'More', price: 1, capacity: 1 }),
      block: () => asStaff('POST', '/api/tickets/block', { eventId, ticketIds: ids.slice(4, 6), reason: 'camera' }),
      allocate: () => asStaff('POST', `/api/events/${eventId}/allocations`, { name: 'S', ticketIds: [ids[7]] }),
      'remove the type': () => asStaff('DELETE', typeUrl),
      remove: () => asStaff('DELETE', `/api/events/${eventId}`),
    };
    await server.command('set', `tickets:event:${eventId}`, 'of-another-service');
    for (const [name, change] of Object.entries(changes)) {
      const { status, body, headers } = await change();
      assert.deepEqual([status, body.code, headers['retry-after']], [503, 'LOCKED', '5'], name);
    }
    await assert.rejects(rebuildCounters(database, locks), Locked);
    const held = await office.hold({ eventId, quantity: 2 });
    assert.equal((await office.pay(held)).status, 201);
    await server.command('del', `tickets:event:${eventId}`);
    assert.equal((await rebuildCounters(database, locks)).done, 1);
    // One ticket that another service has is no matter of the others.
    await server.command('set', `ticket:${ids[4]}`, 'of-another-service');
    const locked = await changes.block();
    assert.deepEqual([locked.status, locked.body.code], [503, 'LOCKED']);
    assert.equal(
      (await asStaff('POST', '/api/tickets/block', { eventId, ticketIds: ids.slice(5, 7), reason: 'camera' })).status,
      200,
    );
    assert.deepEqual((await server.command('keys', 'ticket*')).split('\n'), [`ticket:${ids[4]}`]);
    await server.command('del', `ticket:${ids[4]}`);
    for (const name of ['publish', 'rename', 'capacity', 'more', 'type', 'remove'] as const) {
      const { status, text } = await changes[name]();
      assert(status < 300, `${name}: ${text}`);
    }
  });
});
