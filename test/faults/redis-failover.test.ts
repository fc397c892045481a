import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createUrlClient } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { freshDataDir, type OnsaleServer, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';
import { startCluster, startSentinels, withoutRedis } from '../support/redis-servers.ts';
import { startCrowd } from '../support/steady-buyers.ts';
import {
  assertVerified,
  buyKept,
  isDeep,
  makeShows,
  ownerKeyOf,
  say,
  soldOf,
  trialEnv,
  until,
  withLog,
} from './scene.ts';

/** What happens to a Redis in the middle of a sale. */
interface Accident {
  readonly redisUrl: string;
  /** What `/health` says of it, once it is noticed. */
  readonly degraded: RegExp;
  cause(): Promise<void>;
  /** Resolves when it works again, by itself or by an operator. */
  mend(): Promise<void>;
}

const accidents: Record<string, () => Promise<Accident>> = {
  async 'the master of sentinels dies'() {
    const { url, master, failedOver } = await startSentinels();
    return { redisUrl: url, degraded: /^redis: /, cause: () => master.kill(), mend: failedOver };
  },
  async 'a node of a cluster dies'() {
    const { url, nodes } = await startCluster();
    const [, node] = nodes;
    return {
      redisUrl: url,
      degraded: /^redis: (incomplete|failing|slow|unreachable)$/,
      cause: () => node!.kill(),
      mend: () => node!.restart(),
    };
  },
};

const buyers = isDeep ? 16 : 6;
/** So many requests are answered before it, while it lasts, and after it. */
const each = isDeep ? 1_500 : 60;
/** Where it is played in full it lasts as long as an outage that somebody is called for. */
const lastsMs = isDeep ? 15_000 : 0;

async function degradedOf({ url }: OnsaleServer): Promise<string[]> {
  const { status, body } = await createUrlClient(url).send('GET', '/health/ready');
  assert.equal(status, 200);
  return body.degraded;
}

/** Staff who change capacities of all shows in turn, at either server, under the locks in Redis. */
function startStaff(urls: readonly string[], ownerKey: string, eventIds: readonly number[]) {
  const clients = urls.map((url) => createUrlClient(url));
  const staff = { authorization: `Bearer ${ownerKey}` };
  const odd: string[] = [];
  let done = 0;
  let isOver = false;
  async function work(): Promise<void> {
    for (let turn = 0; !isOver; turn++) {
      const client = clients[turn % clients.length]!;
      const path = `/api/events/${eventIds[turn % eventIds.length]}`;
      const seen = await client.send('GET', path, staff);
      const [type] = seen.body.ticketTypes ?? [];
      if (!type) {
        if (seen.status !== 503) odd.push(seen.text);
        continue;
      }
      const change = { capacity: type.capacity + (turn % 3 === 0 ? -1 : 1) };
      const { status, text, headers } = await client.send(
        'PUT',
        `${path}/ticket-types/${type.ticketTypeId}`,
        staff,
        change,
      );
      if (status === 200) done += 1;
      else if (status === 503 && headers['retry-after'] !== undefined) continue;
      // Another process is at the same event: what was decided on has changed.
      else if (status !== 409) odd.push(`${status} ${text}`);
    }
  }
  const working = work();
  return {
    get done() {
      return done;
    },
    async leave() {
      isOver = true;
      await working;
      return odd;
    },
  };
}

describe('a Redis that fails in the middle of a sale by two servers', { skip: withoutRedis }, () => {
  for (const [what, begin] of Object.entries(accidents)) {
    test(`${what}: the sale goes on, is said to be degraded, and is as before when it is back`, async () => {
      const { redisUrl, degraded, cause, mend } = await begin();
      const { connection } = await createTestDatabase();
      const env = { ...trialEnv, DATABASE_URL: toDatabaseUrl(connection), REDIS_URL: redisUrl };
      const dataDir = await freshDataDir();
      const servers = [await serveOnsale(dataDir, { env }), await serveOnsale(await freshDataDir(), { env })];
      const urls = servers.map(({ url }) => url);
      const ownerKey = await ownerKeyOf(dataDir);
      const eventIds = await makeShows(urls[0]!, ownerKey, 4, isDeep ? 20_000 : 2_000);
      let next = 0;
      const crowd = startCrowd({
        urlOf: () => urls[next++ % urls.length]!,
        eventIds,
        buyers,
        pauseMs: 20,
        declinedFirst: true,
      });
      const staff = startStaff(urls, ownerKey, eventIds);
      const goOn = async (when: string) => {
        const [sold, changed] = [crowd.good, staff.done];
        return until(`buyers and staff go on ${when}`, () => crowd.good > sold + each && staff.done > changed + 3);
      };
      const all = async (isSo: (said: string[]) => boolean) => (await Promise.all(servers.map(degradedOf))).every(isSo);
      await goOn('before');
      crowd.slowestSince();
      await cause();
      const noticedMs = await until('both say it', () => all((said) => said.some((one) => degraded.test(one))));
      await goOn('while it lasts');
      await until(
        'it has lasted',
        (() => {
          const startedAt = performance.now();
          return () => performance.now() - startedAt >= lastsMs;
        })(),
      );
      await mend();
      const backMs = await until('both work with it again', () => all((said) => said.length === 0));
      await goOn('after it');
      const odd = await staff.leave();
      const { failed, good, turnedAway, withoutRetryAfter, slowestMs, kept, bought } = await crowd.leave();
      say(`${what}: said after ${noticedMs} ms, worked again ${backMs} ms after it was mended`);
      say(`${good} requests, ${turnedAway.length} turned away for a moment, the slowest took ${slowestMs} ms`);
      const log = servers.map((server) => server.stderr()).join('\n');
      assert.deepEqual(withLog(failed, log), []);
      assert.deepEqual([odd, withoutRetryAfter], [[], []]);
      await buyKept(urls[1]!, kept);
      assert.equal(await soldOf(urls[0]!, eventIds), bought + kept.length);
      await assertVerified(dataDir, { DATABASE_URL: env.DATABASE_URL, REDIS_URL: redisUrl });
      for (const server of servers) assert.equal(await server.stop(), 0);
      assert.doesNotMatch(log, /request failed|TypeError/);
    });
  }
});
