import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createUrlClient, type Reply } from '../support/client.ts';
import { startRedis, withoutRedis } from '../support/redis-servers.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { startPrimary } from '../support/standby.ts';
import { type Crowd, startCrowd } from '../support/steady-buyers.ts';
import { type ProxiedServer, startProxied, withoutNetwork } from './proxied-servers.ts';
import { buy, type Held, hold, saleStages } from './sale-stages.ts';
import { assertVerified, buyWhatIsLeft, makeShows, say, soldOf, until, withLog } from './scene.ts';
import { type FaultScene, type ServerFault, serverFaults } from './server-faults.ts';

// Every fault of PostgreSQL and Redis that is listed, at every stage of a sale, at two servers while others buy at both. About ten
// minutes; `ONSALE_FAULTS_ONLY='Redis is full while commit'` plays those alone whose names have these words.

/** How long a fault lasts, and longer where it takes longer until it is said. A card is charged for three seconds. */
const lastsMs = 4_000;
/** Serving as before within this time. */
const backMs = 15_000;
/** Words of the faults or stages that are played alone. */
const only = new RegExp(process.env.ONSALE_FAULTS_ONLY ?? '');
const timeout = 300_000;

/** Before servers run there is nobody to ask for the names. */
const stageNames = Object.keys(saleStages({ client: createUrlClient('http://127.0.0.1'), url: '' }));

const skip = withoutNetwork || withoutRedis;
// Here and not in a hook: what a hook says is to be done after the tests is done after the hook.
const disk = skip ? null : await mountSmallDisk();

describe('two servers, PostgreSQL and Redis: a fault of either at a stage of a sale', {
  skip,
}, () => {
  let scene: FaultScene;
  let eventIds: readonly number[];
  let crowd: Crowd | undefined;
  let running: ServerFault | undefined;
  let cells = 0;
  const logged = new Map<ProxiedServer, number>();
  const faults = serverFaults(() => scene);

  before(async () => {
    // Little of its journal is written ahead: a full disk is noticed at once.
    const settings = ['max_wal_size=64MB', 'min_wal_size=32MB'];
    const postgres = await startPrimary({ under: disk?.path, settings });
    const redis = await startRedis();
    scene = { onsale: await startProxied(2, { postgres, redis }), postgres, redis, disk };
    const { servers, ownerKey } = scene.onsale;
    eventIds = await makeShows(servers[0]!.url, ownerKey, 6, 10_000);
  });
  // Also those of a test that failed.
  afterEach(async () => {
    await running?.end().catch(() => {});
    await crowd?.leave();
    crowd = running = undefined;
  });
  after(() => scene?.onsale.stop());

  const servers = () => scene.onsale.servers;
  const log = () =>
    servers()
      .map((server) => server.stderr())
      .join('\n'); // prettier-ignore

  /** Buyers who go to either server, and to the other one when they are turned away. */
  function crowdAtBoth(): Crowd {
    let turn = 0;
    return startCrowd({
      urlOf: () => servers()[turn++ % 2]!.url,
      eventIds,
      buyers: 4,
      pauseMs: 50,
      declinedFirst: true,
      mayLose: true,
    });
  }

  const degradedOf = async ({ url }: ProxiedServer): Promise<string[]> =>
    (await createUrlClient(url).send('GET', '/health')).body.degraded;

  /** Fails unless it is an answer that somebody can do something with. */
  function assertWellAnswered(asked: string, { status, headers, text, body }: Reply): void {
    assert.ok(status < 500 || (status === 503 && headers['retry-after'] !== undefined), `${asked}: ${status} ${text}`);
    if (status >= 400) assert.match(String(body?.code), /^[A-Z_]+$/, `${asked}: ${status} ${text}`);
  }

  /** Whoever looks at pages of a server meanwhile is answered, or hears when to come back. */
  async function look({ url }: ProxiedServer): Promise<void> {
    const client = createUrlClient(url);
    const event = `/api/events/${eventIds[cells % eventIds.length]}`;
    const look = async (path: string) => {
      const reply = await client.send('GET', path);
      assertWellAnswered(path, reply);
      assert.ok([200, 503].includes(reply.status), `${path}: ${reply.status} ${reply.text}`);
    };
    await Promise.all([event, `${event}/availability`, '/api/events', '/api/search?term=night'].map(look));
  }

  /** Everything is said to be well, and both servers answer at once, sell at once. */
  async function servesAsBefore(eventId: number): Promise<string | null> {
    for (const server of servers()) {
      const client = createUrlClient(server.url);
      const ready = await client.send('GET', '/health/ready');
      if (ready.status !== 200 || ready.body.degraded.length > 0) return `readiness: ${ready.text}`;
      for (const id of eventIds) {
        const seen = await client.send('GET', `/api/events/${id}/availability`);
        if (seen.status !== 200) return `availability: ${seen.text}`;
      }
      const held = await client.send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 1 });
      if (held.status !== 201) return `a hold: ${held.text}`;
      const released = await client.send('DELETE', `/api/tickets/reservation/${held.body.reservationId}`, {
        'x-session-token': held.body.sessionToken,
      });
      if (released.status !== 200) return `releasing it: ${released.text}`;
    }
    return null;
  }

  /** What a buyer hears at last, who asks until it is known. */
  async function outcomeOf(held: Held, token: string): Promise<Reply> {
    const client = createUrlClient(servers()[1]!.url);
    let last = await buy(client, held, token);
    await until(
      'its buyer hears how it ended',
      async () => {
        assertWellAnswered('purchase', last);
        if (![202, 409, 503].includes(last.status)) return true;
        await sleep(100);
        last = await buy(client, held, token);
        return false;
      },
      60_000,
    );
    return last;
  }

  async function assertAllVerified(): Promise<void> {
    const { postgres, redis, onsale } = scene;
    const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url };
    await assertVerified(onsale.servers[0]!.dataDir, env);
  }

  /** Who was charged by the bank that keeps books has tickets: none of them comes too late, so nothing is paid back. */
  async function assertNobodyPaidForNothing(): Promise<void> {
    const odd = await scene.postgres.ask(
      `SELECT booking_id, status FROM sandbox_payments LEFT JOIN bookings USING (booking_id)
       WHERE state = 'settled' AND sandbox_payments.failure_code IS NULL AND status IS DISTINCT FROM 'completed'`,
    );
    assert.deepEqual(odd, []);
  }

  async function play(fault: ServerFault, stage: string): Promise<void> {
    const { onsale, postgres } = scene;
    await onsale.settled();
    // What is left of a test that failed is not laid to this one.
    newLines();
    const [here, there] = servers() as [ProxiedServer, ProxiedServer];
    const soldBefore = await soldOf(here.url, eventIds);
    const [eventId, spare] = (await makeShows(here.url, onsale.ownerKey, 2, 3)) as [number, number];
    const buyers = crowdAtBoth();
    crowd = buyers;
    const goOn = async (requests: number) => {
      const { good } = buyers;
      await until('buyers buy', () => buyers.good > good + requests);
    };
    await goOn(20);
    // At the owner of the event, or at the other one.
    const at = servers()[cells++ % 2]!;
    const stages = saleStages({ client: createUrlClient(at.url), url: postgres.url });
    const { held, token, answer, letGo } = await stages[stage]!(eventId);
    const heard = answer?.then(
      (reply) => reply,
      (error: Error) => error,
    );

    running = fault;
    await fault.begin();
    const beganAt = performance.now();
    await letGo?.();
    const said = new Map<ProxiedServer, Set<string>>(servers().map((server) => [server, new Set()]));
    let isOver = false;
    const looking = Promise.all(
      servers().map(async (server) => {
        while (!isOver) {
          for (const one of await degradedOf(server)) said.get(server)!.add(one);
          await look(server);
        }
      }),
    );
    // It is waited for below; until then nobody is there to hear of a failure.
    looking.catch(() => {});
    const isSaid = () => {
      if (!fault.says) return true;
      const { what, at } = fault.says;
      const sayers = [...said.values()].filter((words) => [...words].some((one) => what.test(one)));
      return sayers.length >= (at === 'every' ? servers().length : 1);
    };
    await until(
      `it has lasted, and /health says ${fault.says?.what}`,
      () => performance.now() - beganAt > lastsMs && isSaid(),
    ).finally(() => {
      isOver = true;
    });
    const lasted = Math.round(performance.now() - beganAt);
    await fault.end();
    running = undefined;
    const endedAt = performance.now();
    await looking;

    let missing: string | null = null;
    await until(
      'all is as before',
      async () => {
        missing = await servesAsBefore(spare);
        return missing === null;
      },
      backMs - (performance.now() - endedAt),
    ).catch((error) => assert.fail(`${error.message}: ${missing}\n${newLines()}`));
    const words = [...said.values()].map((one) => [...one].join(', ') || 'nothing').join(' | ');
    say(`lasted ${lasted} ms, as before after ${Math.round(performance.now() - endedAt)} ms; said: ${words}`);

    const reply = await heard;
    if (reply instanceof Error) assert.fail(`its buyer heard ${reply}`);
    if (reply) assertWellAnswered('the purchase under way', reply);
    const last = await outcomeOf(held, token);
    // A hold that was acknowledged is there as it was, or it is said that it is not.
    if (last.status !== 201) assert.match(last.text, /RESERVATION_UNKNOWN/);
    if (reply?.status === 201) assert.equal(last.status, 201, last.text);
    const bookings = await postgres.ask(
      `SELECT FROM bookings WHERE reservation_id = '${held.reservationId}' AND status = 'completed'`,
    );
    assert.equal(bookings.length, last.status === 201 ? 1 : 0);
    // The rest of its places is sold, each once.
    const left = last.status === 201 ? 2 : 3;
    const client = createUrlClient(there.url);
    for (let place = 0; place < left; place++)
      assert.equal((await buy(client, await hold(client, eventId), 'tok_ok')).status, 201);
    const refused = await client.send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 1 });
    assert.equal(refused.status, 409, refused.text);
    await goOn(20);

    const report = await buyers.leave();
    crowd = undefined;
    const { turnedAway, slowestTurnedAwayMs, lost } = report;
    say(
      `${report.good} answered, ${turnedAway.length} turned away, after ${slowestTurnedAwayMs} ms at most; ${lost.length} holds lost`,
    );
    assert.deepEqual(withLog(report.failed, log()), []);
    assert.deepEqual(report.withoutRetryAfter, []);
    assert.deepEqual(
      turnedAway.filter((one) => !/"code":"[A-Z_]+"|"status":"[a-z_]+"/.test(one)),
      [],
    );
    const sold = soldBefore + report.bought + (await buyWhatIsLeft(here.url, report.kept));
    for (const { url } of servers())
      await until(`${sold} are sold`, async () => (await soldOf(url, eventIds)) === sold);
    const fresh = newLines();
    assert.doesNotMatch(fresh, /request failed|TypeError|unhandled/i);
    await assertNobodyPaidForNothing();
  }

  /** What the servers have logged since this was asked the last time. */
  function newLines(): string {
    const fresh = servers().map((server) => {
      const all = server.stderr();
      const from = logged.get(server) ?? 0;
      logged.set(server, all.length);
      return all.slice(from);
    });
    return fresh.join('\n');
  }

  for (const [name, fault] of Object.entries(faults)) {
    const played = stageNames.filter((stage) => only.test(`${name} while ${stage}`));
    for (const stage of played) {
      test(`${name} while ${stage}`, { timeout }, async (t) => {
        if (name.includes('disk') && scene.disk === null) return t.skip('no tmpfs can be mounted here');
        await play(fault, stage);
      });
    }
    if (played.length > 0)
      test(`${name}: then all promises hold, in PostgreSQL and Redis together`, { timeout }, assertAllVerified);
  }
});
