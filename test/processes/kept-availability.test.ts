import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyRedis } from '../../src/features/verify/index.ts';
import type { TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { startOwnerAndFront } from '../support/joined-apps.ts';
import { openRedisOfApp } from '../support/redis-of-app.ts';
import { startRedis, until, withoutRedis } from '../support/redis-servers.ts';

test('the availability of ticket types, copied into Redis by who decides', { skip: withoutRedis }, async (t) => {
  const server = await startRedis();
  const redis = async () => ({ redis: await openRedisOfApp(server.url, 'shop:') });
  const { database, owner, front } = await startOwnerAndFront(redis);

  const run = (name: string, { core }: TestApp = owner) => core.jobs.find((job) => job.name === name)!.run();
  const nameOf = (ticketTypeId: number) => `shop:availability_${ticketTypeId}`;
  const copyOf = async (ticketTypeId: number) =>
    JSON.parse((await server.command('get', nameOf(ticketTypeId))) || 'null');

  async function openShow() {
    const types = [
      { name: 'Entry', price: 30, capacity: 40 },
      { name: 'Friends', price: 10, capacity: 5, isHidden: true },
    ];
    const show = await boxOffice(owner).show({ ticketTypes: types });
    await boxOffice(owner).availability(show.eventId);
    const [entry, hidden] = show.ticketTypes.map(({ ticketTypeId }: { ticketTypeId: number }) => ticketTypeId);
    return { eventId: show.eventId as number, entry: entry!, hidden: hidden! };
  }

  /** What the page of the show says at the other process, and whether it had to ask the owner. */
  async function shown({ eventId, entry }: { eventId: number; entry: number }) {
    const counts = front.core.platform.metrics.caches.availability;
    const { hit } = counts;
    const answer = await front.core.slices.inventory.shownAvailability({
      eventId,
      ticketTypes: [{ ticketTypeId: entry }],
    });
    return { answer, isCopied: counts.hit > hit };
  }

  await t.test(
    'lies there for five minutes from when it was last written or read, without hidden types, and follows the sale',
    async () => {
      const { eventId, entry, hidden } = await openShow();
      const office = boxOffice(owner);
      await run('copy availability');
      const { ticketTypeId, capacity, available, sold } = await copyOf(entry);
      assert.deepEqual([ticketTypeId, capacity, available, sold], [entry, 40, 40, 0]);
      assert.equal(await copyOf(hidden), null);
      const left = async () => Number(await server.command('pttl', nameOf(entry)));
      assert((await left()) > 240_000 && (await left()) <= 300_000);
      await server.command('pexpire', nameOf(entry), '60000');
      assert.equal((await shown({ eventId, entry })).isCopied, true);
      assert((await left()) > 240_000);
      assert.equal((await office.pay(await office.hold({ eventId, quantity: 2, ticketTypeId: entry }))).status, 201);
      await office.hold({ eventId, quantity: 3, ticketTypeId: entry });
      await run('copy availability');
      const after = await copyOf(entry);
      assert.deepEqual([after.available, after.held, after.sold], [35, 3, 2]);
      // Nothing has changed, and nobody says it again.
      await server.command('del', nameOf(entry));
      await run('copy availability');
      assert.equal(await copyOf(entry), null);
      owner.clock.advance(61_000);
      await run('copy availability');
      assert.notEqual(await copyOf(entry), null);
    },
  );

  await t.test(
    'is what a page says at a process that does not follow the event, and its owner is not asked',
    async () => {
      const show = await openShow();
      const office = boxOffice(owner);
      await office.hold({ eventId: show.eventId, quantity: 3, ticketTypeId: show.entry });
      await run('copy availability');
      const { answer, isCopied } = await shown(show);
      assert.equal(isCopied, true);
      assert.deepEqual(answer, await office.availability(show.eventId));
    },
  );

  await t.test(
    'is not believed of another owner, of long ago, of a hold that has lapsed, or where it is none',
    async () => {
      for (const change of [
        { fence: 1_000_000 },
        { asOf: '2020-01-01T00:00:00.000Z' },
        { nextExpiryAt: '2020-01-01T00:00:00.000Z' },
        { eventId: 1_000_000 },
        null,
      ]) {
        const show = await openShow();
        await run('copy availability');
        const copy =
          change === null ? 'no JSON' : JSON.stringify({ ...(await copyOf(show.entry)), available: 1, ...change });
        await server.command('set', nameOf(show.entry), copy);
        const { answer, isCopied } = await shown(show);
        assert.deepEqual([isCopied, answer?.availableCapacity], [false, 40], JSON.stringify(change));
      }
    },
  );

  await t.test('is taken away when its show is hidden, and comes back with it', async () => {
    const { eventId, entry } = await openShow();
    const office = boxOffice(owner);
    const edit = async (isActive: boolean) => {
      const { status, text } = await office.send('PUT', `/api/events/${eventId}`, office.staff, { isActive });
      assert.equal(status, 200, text);
      await run('copy availability');
    };
    await run('copy availability');
    assert.notEqual(await copyOf(entry), null);
    await edit(false);
    assert.equal(await copyOf(entry), null);
    await edit(true);
    assert.notEqual(await copyOf(entry), null);
  });

  await t.test('is written anew after Redis was emptied', async () => {
    const { entry } = await openShow();
    await run('copy availability');
    await server.command('flushall');
    await until(async () => {
      await run('copy availability');
      return (await copyOf(entry)) !== null;
    });
  });

  await t.test('that disagrees with the tickets is found by `onsale verify`', async () => {
    const { entry } = await openShow();
    await run('copy availability');
    const find = async () => {
      const { core } = owner;
      const wait = async () => {};
      const found = await verifyRedis(database.bypassingRls, core.platform.redis, { wait, measure: () => 0 });
      return found.find(({ name }) => name === 'kept-availability-follows')!.count;
    };
    // Nobody renews leases here.
    await database.query(`UPDATE processes SET until = now() + interval '1 hour'`);
    assert.equal(await find(), 0);
    const copy = await copyOf(entry);
    await server.command('set', nameOf(entry), JSON.stringify({ ...copy, sold: 1 }));
    assert.equal(await find(), 1);
    await server.command('set', nameOf(entry), JSON.stringify({ ...copy, sold: 1, fence: -1 }));
    assert.equal(await find(), 0);
  });
});
