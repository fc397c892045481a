import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { type JoinedApp, startOwnerAndFront } from '../support/joined-apps.ts';
import type { joinedProcesses } from '../support/joined-processes.ts';
import { needs } from '../support/needs.ts';

describe(
  'availability and seats, of a process that does not decide about the event',
  needs('process', 'database', 'clock', 'jobs'),
  () => {
    let processes: ReturnType<typeof joinedProcesses>;
    let owner: JoinedApp;
    let front: JoinedApp;
    let eventId: number;
    let typeIds: number[];

    before(async () => {
      ({ processes, owner, front } = await startOwnerAndFront());
      const types = [
        { name: 'Entry', price: 30, capacity: 40 },
        { name: 'Balcony', price: 50, capacity: 20 },
        { name: 'Friends', price: 10, capacity: 5, isHidden: true },
      ];
      const show = await boxOffice(owner).show({ ticketTypes: types });
      eventId = show.eventId;
      typeIds = show.ticketTypes.map(({ ticketTypeId }: { ticketTypeId: number }) => ticketTypeId);
    });

    const places = (quantity: number, type = 0) => ({ eventId, ticketTypeId: typeIds[type]!, quantity });
    const urls = () => [`/api/events/${eventId}/availability`, `/api/events/${eventId}/seats`];

    async function read(app: TestApp, url: string, headers: Record<string, string> = {}) {
      const { status, text, headers: answered } = await app.client.send('GET', url, headers);
      return { status, text, etag: answered.etag, cacheControl: answered['cache-control'] };
    }

    /** What the owner has decided has come to whoever follows. */
    async function pushed(from: JoinedApp, to: JoinedApp): Promise<void> {
      await from.core.jobs.find(({ name }) => name === 'push live frames')!.run();
      const version = async (app: TestApp) => JSON.parse((await read(app, urls()[1]!)).text).version;
      const wanted = await version(from);
      for (let turns = 0; (await version(to)) !== wanted; turns++) {
        assert.ok(turns < 1_000, 'it comes');
        await turn();
      }
    }

    async function assertSame(from: JoinedApp, to: JoinedApp): Promise<void> {
      await pushed(from, to);
      for (const url of urls()) {
        const [there, here] = [await read(from, url), await read(to, url)];
        assert.deepEqual(here, there);
        assert.equal(here.status, 200);
        const again = await read(to, url, { 'if-none-match': String(there.etag) });
        assert.equal(again.status, 304);
      }
    }

    test('are the same, byte for byte, whatever happens to the places', async () => {
      const office = boxOffice(owner);
      await assertSame(owner, front);
      const held = await office.hold(places(2));
      await assertSame(owner, front);
      owner.clock.advance(700);
      await assertSame(owner, front);
      const other = await office.hold(places(3, 1));
      await assertSame(owner, front);
      // No place changes: only when the next one may come back.
      assert.equal((await office.renew(other)).status, 200);
      await assertSame(owner, front);
      assert.equal((await office.pay(held)).status, 201);
      await assertSame(owner, front);
      owner.clock.advance(16 * 60_000);
      await owner.core.jobs.find(({ name }) => name === 'expire holds')!.run();
      await assertSame(owner, front);
    });

    test('say what has changed since a version, as the owner does', async () => {
      const { version } = JSON.parse((await read(front, urls()[1]!)).text);
      await boxOffice(owner).hold(places(4));
      await pushed(owner, front);
      const url = `${urls()[1]}?since=${version}`;
      const [there, here] = [JSON.parse((await read(owner, url)).text), JSON.parse((await read(front, url)).text)];
      assert.equal(here.changes.length, 4);
      assert.deepEqual(here.changes.toSorted(), there.changes.toSorted());
      assert.deepEqual({ ...here, changes: [] }, { ...there, changes: [] });
    });

    test('do not reach the owner, however many look', async () => {
      const asked = front.asked.length;
      for (let i = 0; i < 50; i++) for (const url of urls()) assert.equal((await read(front, url)).status, 200);
      assert.equal(front.asked.length, asked);
    });

    test('show a buyer the own hold at once, whichever process has made it', async () => {
      for (const made of [owner, front]) {
        const held = await boxOffice(made).hold(places(1));
        const headers = boxOffice(made).owner(held);
        const [seen, owned] = [await read(front, urls()[0]!, headers), await read(owner, urls()[0]!)];
        assert.equal(seen.text, owned.text);
        const released = await boxOffice(made).release(held);
        assert.ok(released.status < 300, released.text);
        assert.equal((await read(front, urls()[1]!, headers)).text, (await read(owner, urls()[1]!)).text);
      }
    });

    test('are refused while the owner is not heard, and come back with it', async () => {
      await processes.freeze(owner, 2_000);
      let refused: Awaited<ReturnType<TestApp['client']['send']>> | null = null;
      void front.client.send('GET', urls()[0]!, {}).then((reply) => {
        refused = reply;
      });
      for (let turns = 0; refused === null; turns++) {
        assert.ok(turns < 1_000, 'it is answered');
        front.clock.advance(500);
        await turn();
      }
      const { status, body, headers } = refused as Awaited<ReturnType<TestApp['client']['send']>>;
      assert.deepEqual([status, body.code, headers['retry-after']], [503, 'UNAVAILABLE', '1']);
      processes.heal();
      await assertSame(owner, front);
    });

    test('go on where the event goes', async () => {
      await processes.handOver(owner, front);
      await boxOffice(owner).hold(places(2));
      await assertSame(front, owner);
    });

    test('there are none of what nobody may see', async () => {
      for (const url of [`/api/events/${eventId + 1}/availability`, `/api/events/${eventId + 1}/seats`]) {
        assert.equal((await read(owner, url)).status, 404);
      }
    });
  },
);
