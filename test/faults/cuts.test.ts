import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { createUrlClient } from '../support/client.ts';
import { type Crowd, startCrowd } from '../support/steady-buyers.ts';
import { type ProxiedServer, type ProxiedServers, startProxied, withoutNetwork } from './proxied-servers.ts';
import { assertVerified, buyWhatIsLeft, isDeep, makeShows, say, soldOf, until, withLog } from './scene.ts';

// The network between two servers and PostgreSQL, cut while people buy at both.

describe('two servers, a PostgreSQL and the network between them', { skip: withoutNetwork }, () => {
  let onsale: ProxiedServers;
  let here: ProxiedServer;
  let there: ProxiedServer;
  let eventIds: readonly number[];
  let soldBefore = 0;
  const crowds: Crowd[] = [];

  before(async () => {
    onsale = await startProxied(2);
    [here, there] = onsale.servers as [ProxiedServer, ProxiedServer];
    eventIds = await makeShows(here.url, onsale.ownerKey, 12, 5_000);
  });
  // Also those of a test that failed.
  afterEach(async () => {
    for (const crowd of crowds.splice(0)) await crowd.leave();
    for (const { toPostgres, toIt } of onsale.servers) await Promise.all([toPostgres.heal(), toIt.heal()]);
  });
  after(() => onsale?.stop());

  const settled = () => onsale.settled();

  /** All is well, and this many are sold before a crowd comes. */
  async function begun(): Promise<void> {
    await settled();
    soldBefore = await soldOf(here.url, eventIds);
  }

  /** Buyers who go to either server, and to the other one when they are turned away. */
  function crowdAtBoth(): Crowd {
    let turn = 0;
    const urlOf = () => onsale.servers[turn++ % 2]!.url;
    crowds.push(startCrowd({ urlOf, eventIds, buyers: 4, pauseMs: 30, mayLose: true }));
    return crowds.at(-1)!;
  }

  const buysOn = async (crowd: Crowd) => {
    const { good } = crowd;
    await until('buyers buy', () => crowd.good > good + 40);
  };

  const answers = async ({ url }: ProxiedServer) => {
    const shown = await Promise.all(
      eventIds.map((eventId) => createUrlClient(url).send('GET', `/api/events/${eventId}/availability`)),
    );
    return shown.every(({ status }) => status === 200);
  };

  /** What the crowd has seen is as it must be, and so is what is written. */
  async function assertSound(crowd: Crowd): Promise<void> {
    const before = soldBefore;
    const { failed, turnedAway, withoutRetryAfter, slowestTurnedAwayMs, lost, bought, kept } = await crowd.leave();
    say(`turned away ${turnedAway.length} times, after ${slowestTurnedAwayMs} ms at most; ${lost.length} holds lost`);
    const log = onsale.servers.map((server) => server.stderr()).join('');
    assert.deepEqual(withLog(failed, log), []);
    assert.deepEqual(withoutRetryAfter, []);
    assert.doesNotMatch(log, /request failed/);
    const sold = before + bought + (await buyWhatIsLeft(here.url, kept));
    for (const { url } of onsale.servers)
      await until(`${sold} are sold`, async () => (await soldOf(url, eventIds)) === sold);
    await assertVerified(there.dataDir, { DATABASE_URL: onsale.postgres.url });
  }
  for (const how of isDeep ? (['swallow', 'cut'] as const) : (['swallow'] as const)) {
    test(`an owner that is ${how === 'cut' ? 'cut off from' : 'not heard by'} PostgreSQL: another sells on, and what it wrote late counts for nothing`, async () => {
      await begun();
      const before = await there.id();
      const crowd = crowdAtBoth();
      await buysOn(crowd);
      await there.toPostgres[how]();
      const ms = await until('another owns all', async () => (await here.slots()) === 256);
      await until('another answers for all events', () => answers(here));
      say(`another owns its events after ${ms} ms`);
      if (isDeep) assert.ok(ms < 10_000);
      await buysOn(crowd);
      // Whoever is cut off says so at once.
      const asked = await createUrlClient(there.url).send('GET', '/health/ready');
      assert.equal(asked.status, 503, asked.text);
      await there.toPostgres.heal();
      const healed = await until('it has a share again', async () => (await there.slots()) > 0);
      say(`it owns a share again ${healed} ms after the network is back`);
      assert.notEqual(await there.id(), before);
      await settled();
      await buysOn(crowd);
      await assertSound(crowd);
    });
  }

  const absences = [
    [3, 'cut'],
    [10, 'swallow'],
    [60, 'cut'],
  ] as const;
  for (const [seconds, how] of isDeep ? absences : absences.slice(0, 1)) {
    test(`PostgreSQL away from all servers for ${seconds} s: nobody is declared dead for it, the same owners go on, and it is said at once`, async () => {
      await begun();
      // Not under which fence: an owner goes on under a new one where a purchase of another process was not heard of any more.
      const owned = 'SELECT slot, process_id FROM slots ORDER BY slot';
      const before = await onsale.postgres.ask(owned);
      const crowd = crowdAtBoth();
      await buysOn(crowd);
      for (const { toPostgres } of onsale.servers) await toPostgres[how]();
      const awayAt = performance.now();
      await until(`${seconds} s`, () => performance.now() - awayAt > seconds * 1_000, seconds * 1_000 + 10_000);
      for (const { toPostgres } of onsale.servers) await toPostgres.heal();
      const ms = await until('both answer for all events', async () => (await answers(here)) && (await answers(there)));
      say(`both answer for all events ${ms} ms after PostgreSQL is back`);
      await buysOn(crowd);
      await settled();
      assert.deepEqual(await onsale.postgres.ask(owned), before);
      await assertSound(crowd);
    });
  }

  test('two servers that do not reach each other: each sells what it owns, nothing moves, and all is well when they do again', {
    skip: !isDeep && 'npm run test:faults',
  }, async () => {
    await begun();
    const before = [await here.id(), await there.id(), await here.slots()];
    const crowd = crowdAtBoth();
    await buysOn(crowd);
    await here.toIt.swallow();
    await there.toIt.swallow();
    const said = () =>
      onsale.postgres.ask<{ n: number }>(
        `SELECT count(*)::int AS n FROM processes WHERE state = 'living' AND reached = '{}'`,
      );
    await until('each says that it reaches nobody', async () => (await said())[0]!.n === 2);
    await buysOn(crowd);
    assert.deepEqual([await here.id(), await there.id(), await here.slots()], before);
    await here.toIt.heal();
    await there.toIt.heal();
    const ms = await until('both answer for all events', async () => (await answers(here)) && (await answers(there)));
    say(`both answer for all events ${ms} ms after the network is back`);
    await buysOn(crowd);
    await assertSound(crowd);
  });

  test('an owner that PostgreSQL hears and no other server reaches: gives back what it has within ten seconds', async () => {
    await begun();
    const before = await there.id();
    const crowd = crowdAtBoth();
    await buysOn(crowd);
    await there.toIt.swallow();
    const ms = await until('the other owns all', async () => (await here.slots()) === 256);
    say(`it gave its events back after ${ms} ms`);
    if (isDeep) assert.ok(ms < 10_000);
    assert.equal(await there.id(), before, 'it was not declared dead');
    await until('both answer for all events', async () => (await answers(here)) && (await answers(there)));
    await buysOn(crowd);
    await there.toIt.heal();
    await settled();
    await assertSound(crowd);
  });
});
