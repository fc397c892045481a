import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyRedis } from '../../src/features/verify/index.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { openRedisOfApp } from '../support/redis-of-app.ts';
import { type RedisServer, startRedis, until, withoutRedis } from '../support/redis-servers.ts';

interface Scene {
  readonly server: RedisServer;
  readonly testApp: TestApp;
}

async function openScene(): Promise<Scene> {
  const server = await startRedis();
  const redis = await openRedisOfApp(server.url, 'shop:');
  return { server, testApp: await startTestApp({ redis, limitsHolds: false }) };
}

const copyOf = ({ server }: Scene, reservationId: string) => server.command('get', `shop:reservation_${reservationId}`);

/** How many copies lie there: of a Redis that holds little else. */
async function countCopies({ server }: Scene): Promise<number> {
  const script = `return #redis.call('KEYS', 'shop:reservation_*')`;
  return Number(await server.command('eval', script, '0'));
}

/** Holds one place each so many times, past HTTP; writes them into the journal. */
async function holdMany({ testApp: { core } }: Scene, eventId: number, count: number): Promise<void> {
  const { inventory, jobs } = core.slices.inventory;
  for (let i = 0; i < count; i++) {
    const placed = await inventory.placeHold({
      eventId,
      customer: `guest-${i}`,
      request: { eventId, quantity: 1 },
      contact: null,
      idempotency: null,
    });
    assert(placed.accepted, JSON.stringify(placed));
  }
  await jobs.find(({ name }) => name === 'journal holds')!.run();
}

describe('copies of holds in Redis', { skip: withoutRedis }, () => {
  test('lie there with the deadline of the hold, say what is held and nothing of whom, and follow it to its end', async () => {
    const scene = await openScene();
    const { server, testApp } = scene;
    const office = boxOffice(testApp);
    const { eventId } = await office.show();
    const held = await office.hold({
      eventId,
      quantity: 2,
      customerName: 'Ana Abadia',
      customerEmail: 'ana@example.test',
    });
    const { reservationId } = held;
    await testApp.runJobs();
    await until(async () => (await copyOf(scene, reservationId)) !== '');
    const text = await copyOf(scene, reservationId);
    const copy = JSON.parse(text);
    assert.deepEqual([copy.reservationId, copy.eventId, copy.expiresAt], [reservationId, eventId, held.expiresAt]);
    assert.deepEqual(
      copy.tickets.map(({ ticketId }: { ticketId: string }) => ticketId).sort(),
      held.tickets.map(({ ticketId }) => ticketId).sort(),
    );
    assert.doesNotMatch(text, new RegExp(`Ana|example|${held.sessionToken.slice(0, 12)}`));
    const endsAt = async () => Number(await server.command('pexpiretime', `shop:reservation_${reservationId}`));
    assert.equal(await endsAt(), Date.parse(held.expiresAt));
    testApp.clock.advance(60_000);
    const renewed = await office.send(
      'POST',
      `/api/tickets/reservation/${reservationId}/renew`,
      office.owner(held),
      {},
    );
    assert.equal(renewed.status, 200, renewed.text);
    await testApp.runJobs();
    await until(async () => (await endsAt()) === Date.parse(renewed.body.expiresAt));
    await office.send('DELETE', `/api/tickets/reservation/${reservationId}`, office.owner(held));
    await testApp.runJobs();
    await until(async () => (await copyOf(scene, reservationId)) === '');
  });

  test('and kept events that disagree with the database are found by `onsale verify`', async () => {
    const scene = await openScene();
    const { server, testApp } = scene;
    const { database, core } = testApp;
    const office = boxOffice(testApp);
    const { eventId } = await office.show();
    const held = [];
    for (let i = 0; i < 3; i++) held.push((await office.hold({ eventId, quantity: 1 })).reservationId);
    await testApp.runJobs();
    await office.send('GET', `/api/events/${eventId}`, {});
    await until(async () => (await countCopies(scene)) === 3);
    await until(async () => (await server.command('exists', `shop:event:${eventId}`)) === '1');
    const find = async () => {
      const found = await verifyRedis(database.bypassingRls, core.platform.redis, {
        wait: (ms) => sleep(ms / 10),
        measure: () => 0,
      });
      return found.map(({ name, count }) => [name, count]);
    };
    assert.deepEqual(await find(), [
      ['copies-of-holds-follow', 0],
      ['kept-events-follow', 0],
      ['kept-availability-follows', 0],
      ['kept-tickets-follow', 0],
    ]);
    const [missing, late] = held;
    await server.command('del', `shop:reservation_${missing}`);
    const copy = JSON.parse(await copyOf(scene, late!));
    await server.command(
      'set',
      `shop:reservation_${late}`,
      JSON.stringify({ ...copy, expiresAt: '2030-01-01T00:00:00Z' }),
    );
    await server.command('set', 'shop:reservation_RES_NOBODY', '{}');
    await database.query('UPDATE events SET version = version + 1 WHERE event_id = $1', [eventId]);
    assert.deepEqual(await find(), [
      ['copies-of-holds-follow', 3],
      ['kept-events-follow', 1],
      ['kept-availability-follows', 0],
      ['kept-tickets-follow', 0],
    ]);
  });

  test('of a hold that was bought, and that the journal still knows, are no fault, whether they are there or not', async () => {
    const scene = await openScene();
    const { server, testApp } = scene;
    const { database, core } = testApp;
    const office = boxOffice(testApp);
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 1 });
    const { reservationId } = held;
    await testApp.runJobs();
    await until(async () => (await copyOf(scene, reservationId)) !== '');
    const copy = await copyOf(scene, reservationId);
    const [row] = await database.query<{ row: string }>(
      'SELECT to_json(h)::text AS row FROM hold_journal h WHERE reservation_id = $1',
      [reservationId],
    );
    // As where its event went to another process before the end of the hold was written.
    const writeAgain = () =>
      database.query('INSERT INTO hold_journal SELECT * FROM json_populate_record(NULL::hold_journal, $1::json)', [
        row!.row,
      ]);
    const count = async () => {
      const looked = await verifyRedis(database.bypassingRls, core.platform.redis, {
        wait: (ms) => sleep(ms / 10),
        measure: () => 0,
      });
      return looked.find(({ name }) => name === 'copies-of-holds-follow')?.count;
    };
    assert.equal((await office.pay(held)).status, 201);
    await testApp.runJobs();
    await until(async () => (await copyOf(scene, reservationId)) === '');
    await writeAgain();
    assert.equal(await count(), 0, 'no copy');
    await server.command('set', `shop:reservation_${reservationId}`, copy);
    assert.equal(await count(), 0, 'a copy');
    await database.query('DELETE FROM hold_journal WHERE reservation_id = $1', [reservationId]);
    assert.equal(await count(), 1, 'a copy of what the journal does not know');
    // Whoever decides about the event next ends both.
    await writeAgain();
    testApp.clock.advance(11 * 60_000);
    await core.jobs.find(({ name }) => name === 'drop idle ledgers')!.run();
    await office.availability(eventId);
    await until(async () => (await copyOf(scene, reservationId)) === '');
    assert.deepEqual(await database.query('SELECT FROM hold_journal WHERE reservation_id = $1', [reservationId]), []);
  });

  test('are gone once the hold is bought or has expired', async () => {
    const scene = await openScene();
    const { testApp } = scene;
    const office = boxOffice(testApp);
    const { eventId } = await office.show();
    const [bought, expired] = [
      await office.hold({ eventId, quantity: 1 }),
      await office.hold({ eventId, quantity: 1 }),
    ];
    await testApp.runJobs();
    await until(async () => (await countCopies(scene)) === 2);
    assert.equal((await office.pay(bought)).status, 201);
    await testApp.runJobs();
    await until(async () => (await copyOf(scene, bought.reservationId)) === '');
    assert.notEqual(await copyOf(scene, expired.reservationId), '');
    testApp.clock.advance(16 * 60_000);
    await testApp.runJobs();
    await until(async () => (await countCopies(scene)) === 0);
  });

  test('are written anew after Redis was emptied with ten thousand holds live, and what ended meanwhile is not', async () => {
    const scene = await openScene();
    const { server, testApp } = scene;
    const office = boxOffice(testApp);
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 10_001 }] });
    const held = await office.hold({ eventId, quantity: 1 });
    await holdMany(scene, eventId, 10_000);
    await until(async () => (await countCopies(scene)) === 10_001);
    await server.command('flushall');
    await until(async () => (await countCopies(scene)) === 10_001);
    server.pause();
    await office.send('DELETE', `/api/tickets/reservation/${held.reservationId}`, office.owner(held));
    await testApp.runJobs();
    server.resume();
    await until(async () => (await countCopies(scene)) === 10_000);
    assert.equal(await copyOf(scene, held.reservationId), '');
  });

  test('a Redis that hangs, dies, is full or is away for long holds up no hold, and has all copies once it is back', async () => {
    const scene = await openScene();
    const { server, testApp } = scene;
    const office = boxOffice(testApp);
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 500 }] });
    const { degraded } = testApp.core.platform.redis;
    const buyers = async (count: number) => {
      for (let i = 0; i < count; i++) {
        const held = await office.hold({ eventId, quantity: 1 });
        if (i % 2 === 0) assert.equal((await office.pay(held)).status, 201);
      }
      await testApp.runJobs();
    };
    let live = 0;
    const trouble: [string, () => unknown, () => unknown][] = [
      ['slow|unreachable', () => server.pause(), () => server.resume()],
      ['unreachable', () => server.kill(), () => server.restart()],
      [
        'full',
        () => server.command('config', 'set', 'maxmemory', '1'),
        () => server.command('config', 'set', 'maxmemory', '0'),
      ],
    ];
    for (const [said, begin, end] of trouble) {
      await begin();
      await buyers(10);
      live += 5;
      await until(() => new RegExp(`^redis: (${said})$`).test(degraded().join()));
      await end();
      await until(async () => (await countCopies(scene)) === live);
      await until(() => degraded().length === 0);
    }
    await office.assertSound();
  });
});
