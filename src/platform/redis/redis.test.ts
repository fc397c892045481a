import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, describe, test } from 'node:test';
import { openTestRedis } from '../../../test/support/open-test-redis.ts';
import {
  makeSecurity,
  startCluster,
  startRedis,
  startSentinels,
  until,
  withoutRedis,
} from '../../../test/support/redis-servers.ts';
import { type Redis, RedisUnavailable, redisScript } from './redis.ts';

/** No machine is so busy that a server which works does not answer within this. */
const patient = { patienceMs: 10_000 };

const write = (redis: Redis, name = 'name') => redis.ask((client) => client.set(redis.key(name), 'value'));

/** Asks twenty times. Answers how many were answered; the others heard that it cannot be asked. */
async function askMany(redis: Redis): Promise<number> {
  let answered = 0;
  for (let i = 0; i < 20; i++) {
    try {
      await write(redis, `name-${i}`);
      answered += 1;
    } catch (error) {
      assert(error instanceof RedisUnavailable, String(error));
    }
  }
  return answered;
}

describe('a Redis at start', { skip: withoutRedis, concurrency: true }, () => {
  async function refusal(url: string, ca?: string): Promise<string> {
    try {
      await openTestRedis(url, ca === undefined ? {} : { ca });
    } catch (error) {
      const { name, message } = error as Error;
      assert.equal(name, 'StartRefused', message);
      assert.match(message, /\(REDIS_URL\)/);
      assert(!message.includes('\n') && !message.includes('hush'), message);
      return message;
    }
    return assert.fail(`${url} was taken`);
  }

  test('that is something else, or at a host that nobody knows, is refused in one line', async () => {
    assert.match(await refusal('redis://no-such-host.invalid'), /host name is unknown/);
    const web = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')).listen(0, '127.0.0.1');
    after(() => web.close());
    await until(() => web.listening);
    assert.match(await refusal(`redis://127.0.0.1:${(web.address() as { port: number }).port}`), /is not a Redis/);
  });

  test('that is away, or does not answer, is started without, and said', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    after(() => silent.close());
    await until(() => silent.listening);
    const { port } = silent.address() as { port: number };
    const addresses = ['redis://127.0.0.1:1', 'redis+cluster://127.0.0.1:1', 'redis+sentinel://127.0.0.1:1/onsale'];
    for (const url of [...addresses, `redis://127.0.0.1:${port}`]) {
      const notices: string[] = [];
      const redis = await openTestRedis(url, { notices });
      assert.equal(redis.trouble, 'unreachable', url);
      await assert.rejects(write(redis), RedisUnavailable);
      assert.match(notices.join(), /^Redis at 127\.0\.0\.1:\d+.* \(REDIS_URL\) cannot be reached: .*Sales go on/, url);
    }
  });

  test('that was away at the start is used once it is there', async () => {
    const server = await startRedis();
    await server.kill();
    const redis = await openTestRedis(server.url, patient);
    assert.equal(redis.trouble, 'unreachable');
    await server.restart();
    await until(() => redis.trouble === null);
    assert.equal(await write(redis), 'OK');
    const { url, nodes } = await startCluster();
    for (const node of nodes) await node.kill();
    const cluster = await openTestRedis(url);
    assert.equal(cluster.trouble, 'unreachable');
    for (const node of nodes) await node.restart();
    await until(async () => (await askMany(cluster)) === 20);
  });

  test('that comes later and is none that Onsale can work with is not used, and said', async () => {
    const master = await startRedis();
    const replica = await startRedis(['--replicaof', '127.0.0.1', String(master.port)]);
    await replica.kill();
    const notices: string[] = [];
    const redis = await openTestRedis(replica.url, { ...patient, notices });
    await replica.restart();
    await until(() => redis.trouble === 'unfit');
    await assert.rejects(write(redis), RedisUnavailable);
    assert.match(
      notices.at(-1)!,
      /^Redis at .* is a replica that cannot be written\. Name its master in REDIS_URL\. Sales go on/,
    );
    await replica.command('replicaof', 'no', 'one');
    await until(() => redis.trouble === null);
    assert.equal(await write(redis), 'OK');
  });

  test('is checked by whoever has something to check, now and whenever it comes back', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url, patient);
    let against: string | null = null;
    let checks = 0;
    const check = async () => {
      checks += 1;
      return against;
    };
    assert.equal(await redis.admit(check), null);
    await server.kill();
    await until(() => redis.trouble === 'unreachable');
    against = 'It is of somebody else.';
    await server.restart();
    await until(() => redis.trouble === 'unfit');
    against = null;
    await until(() => redis.trouble === null);
    const before = checks;
    against = 'It is of somebody else.';
    await server.command('flushall');
    await until(() => redis.trouble === 'unfit');
    assert(checks > before);
    assert.equal(await redis.admit(check), null);
  });

  test('of an older version is refused with both versions', async () => {
    const old = createServer((socket) => {
      socket.on('data', (data) => {
        const commands = data.toString().match(/^\*\d+\r\n\$\d+\r\n(\w+)/gim) ?? [];
        for (const each of commands) {
          const info = 'redis_version:6.2.14\r\nrole:master\r\nloading:0';
          socket.write(/info$/i.test(each) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
        }
      });
    }).listen(0, '127.0.0.1');
    after(() => old.close());
    await until(() => old.listening);
    const message = await refusal(`redis://127.0.0.1:${(old.address() as { port: number }).port}`);
    assert.match(message, /is Redis 6\.2\.14; Onsale needs Redis 7 or newer/);
  });

  test('with a wrong password, another database or another shape than the address says is refused', async () => {
    const locked = await startRedis(['--requirepass', 'right-password']);
    assert.match(await refusal(locked.url), /refuses the user or the password: NOAUTH/);
    assert.match(
      await refusal(`redis://:hush@127.0.0.1:${locked.port}`),
      /refuses the user or the password: WRONGPASS/,
    );
    const right = await openTestRedis(`redis://:right-password@127.0.0.1:${locked.port}/2`, patient);
    assert.equal(await write(right), 'OK');
    const server = await startRedis();
    assert.match(await refusal(`${server.url}/99`), /does not have that database/);
    assert.match(await refusal(`redis+cluster://127.0.0.1:${server.port}`), /is no cluster/);
    assert.match(await refusal(`redis+sentinel://127.0.0.1:${server.port}/onsale`), /no sentinel answers as wanted/);
    const replica = await startRedis(['--replicaof', '127.0.0.1', String(server.port)]);
    assert.match(await refusal(replica.url), /is a replica that cannot be written/);
  });

  test('by TLS and passwords, alone, by sentinels and as a cluster, is trusted by our own authority, and else refused', async () => {
    const security = await makeSecurity();
    const [alone, sentinels, cluster] = await Promise.all([
      startRedis([], security),
      startSentinels(security),
      startCluster(security),
    ]);
    const other = (await makeSecurity()).ca;
    for (const { url } of [alone, sentinels, cluster]) {
      assert.match(await refusal(url), /self.signed certificate|unable to (get|verify)/, url);
      assert.match(await refusal(url, other), /self.signed certificate|unable to (get|verify)|signature/, url);
      const wrong = url.replaceAll(security.password, 'hush');
      assert.match(await refusal(wrong, security.ca), /refuses the user or the password: .*(WRONGPASS|NOAUTH)/, wrong);
      const redis = await openTestRedis(url, { ...patient, ca: security.ca });
      await until(async () => (await askMany(redis)) === 20);
      assert.equal(redis.trouble, null, url);
    }
    const redis = await openTestRedis(sentinels.url, { ...patient, ca: security.ca });
    await sentinels.master.kill();
    await sentinels.failedOver();
    await until(async () => (await askMany(redis)) === 20);
  });
});

describe('a Redis in trouble', { skip: withoutRedis, concurrency: true }, () => {
  test('that dies is done without at once, and serves again once it is back', async () => {
    const server = await startRedis();
    const notices: string[] = [];
    const redis = await openTestRedis(server.url, { ...patient, notices });
    let regained = 0;
    redis.onRegained(() => {
      regained += 1;
    });
    assert.equal(await askMany(redis), 20);
    assert.deepEqual([redis.trouble, notices], [null, []]);
    await server.kill();
    assert.equal(await askMany(redis), 0);
    assert.equal(redis.trouble, 'unreachable');
    assert.match(notices[0]!, /\(REDIS_URL\) cannot be reached.*Sales go on/);
    assert.equal(notices.length, 1);
    const { counts } = redis;
    assert.deepEqual([counts.answered, counts.late], [20, 0]);
    assert.equal(counts.untried + counts.failed, 20);
    await server.restart();
    await until(() => redis.trouble === null);
    assert.equal(await askMany(redis), 20);
    assert.deepEqual([regained, notices.length], [1, 2]);
  });

  test('that hangs keeps one question waiting, and no other', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url);
    server.pause();
    assert.equal(await askMany(redis), 0);
    assert.notEqual(redis.trouble, null);
    const { late, failed, untried } = redis.counts;
    assert(late + failed <= 1, `${late} late, ${failed} failed`);
    assert.equal(late + failed + untried, 20);
    server.resume();
    await until(async () => (await askMany(redis)) === 20);
    assert.equal(redis.trouble, null);
  });

  test('that hangs for long is connected to anew', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url);
    server.pause();
    await until(() => redis.trouble === 'unreachable');
    assert.equal(await askMany(redis), 0);
    server.resume();
    await until(async () => (await askMany(redis)) === 20);
    assert.equal(redis.trouble, null);
  });

  test('that is full still answers, and takes writes again once it has room', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url, patient);
    await write(redis, 'kept');
    await server.command('config', 'set', 'maxmemory', '1');
    assert.equal(await askMany(redis), 0);
    assert.equal(redis.trouble, 'full');
    assert.equal(await redis.ask((client) => client.get('kept')), 'value');
    await server.command('config', 'set', 'maxmemory', '0');
    await until(() => redis.trouble === null);
    assert.equal(await askMany(redis), 20);
  });

  test('that was emptied is noticed', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url, patient);
    let regained = 0;
    redis.onRegained(() => {
      regained += 1;
    });
    await server.command('flushall');
    await until(() => regained === 1);
    assert.equal(redis.trouble, null);
  });

  test('a fail-over by Sentinel ends the trouble of a master that died', async () => {
    const { url, master, failedOver } = await startSentinels();
    const redis = await openTestRedis(url, patient);
    assert.equal(await askMany(redis), 20);
    await master.kill();
    await askMany(redis);
    await until(() => redis.trouble !== null);
    await failedOver();
    await until(async () => (await askMany(redis)) === 20);
    assert.equal(redis.trouble, null);
  });

  test('a node of a cluster that dies makes it incomplete or fail, and nobody waits; it is whole again when the node is', async () => {
    const { url, nodes } = await startCluster();
    const redis = await openTestRedis(url);
    await until(async () => (await askMany(redis)) === 20);
    await nodes[1]!.kill();
    await until(async () => (await askMany(redis)) < 20 && redis.trouble !== null);
    await nodes[1]!.restart();
    await until(async () => (await askMany(redis)) === 20 && redis.trouble === null);
  });
});

describe('a fault of ours', { skip: withoutRedis }, () => {
  test('in what is asked is thrown as it is and said once, and is no trouble of the server', async () => {
    const { url } = await startRedis();
    const said: string[] = [];
    const redis = await openTestRedis(url, { ...patient, onFault: ({ message }) => said.push(message) });
    const wrong = { asked: undefined } as unknown as { asked: { length: number } };
    for (let i = 0; i < 2; i++) {
      await assert.rejects(
        redis.ask((client) => client.set('name', wrong.asked.length)),
        TypeError,
      );
      await assert.rejects(
        redis.ask(async (client) => {
          await client.ping();
          return new Array(-1);
        }),
        RangeError,
      );
    }
    assert.equal(redis.trouble, null);
    assert.equal(said.length, 2);
    assert.equal(await write(redis), 'OK');
  });
});

describe('scripts', { skip: withoutRedis }, () => {
  test('are sent whole to a server that does not know them, also after it has forgotten them', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url, { ...patient, prefix: 'shop:' });
    const script = redisScript(`return {KEYS[1], ARGV[1]}`);
    for (let i = 0; i < 2; i++) assert.deepEqual(await redis.run(script, ['a'], [1]), ['shop:a', '1']);
    await server.command('script', 'flush');
    assert.deepEqual(await redis.run(script, ['a'], ['x']), ['shop:a', 'x']);
    await assert.rejects(redis.run(redisScript('return nonsense('), [], []), /compiling script/);
    assert.equal(redis.trouble, null);
  });
});
