import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { before, describe, test } from 'node:test';
import { pino } from 'pino';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.ts';
import { type RabbitMqServer, startRabbitMq, withoutRabbitMq } from '../../test/support/rabbitmq-server.ts';
import { Secret } from '../kernel/secret.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { openRabbitMq, withDeadLetters } from './rabbitmq.ts';

describe('a RabbitMQ at the start', { skip: withoutRabbitMq }, () => {
  let database: TestDatabase;
  let server: RabbitMqServer;
  before(async () => {
    [{ database }, server] = await Promise.all([createTestDatabase(), startRabbitMq()]);
  });

  const open = (url: string, installation = 'one') =>
    openRabbitMq(
      { url: new Secret(url), ca: undefined },
      {
        bypassingRls: database,
        installation: async () => installation,
        clock: systemClock,
        logger: pino({ level: 'silent' }),
      },
    );

  async function refuses(url: string, why: RegExp, installation?: string): Promise<void> {
    await assert.rejects(open(url, installation), ({ name, message }: Error) => {
      assert.equal(name, 'StartRefused');
      assert.match(message, why);
      assert.match(message, /\(RABBITMQ_URL\)/);
      assert.doesNotMatch(message, /\n|onsale:onsale|secret/);
      return true;
    });
  }

  test('that can never work refuses it in one line that names the setting, and no password', async () => {
    const { port } = new URL(server.url());
    await refuses(`amqp://onsale:secret@127.0.0.1:${port}`, /refuses the user or the password/);
    await refuses(server.url('elsewhere'), /does not have that virtual host/);
    await refuses('amqp://onsale:secret@no-such-host.invalid:5672', /its host name is unknown/);
  });

  test('of another installation refuses it, also where both come at once', async () => {
    await (await open(server.url(), 'one'))!.close();
    await (await open(server.url(), 'one'))!.close();
    await refuses(server.url(), /^Another installation of Onsale uses the same virtual host/, 'another');
    await server.addVirtualHost('shop');
    const both = await Promise.allSettled(['a', 'b'].map((each) => open(server.url('shop'), each)));
    assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected']);
    for (const each of both) if (each.status === 'fulfilled') await each.value!.close();
  });

  test('that is away, or says nothing, is waited for', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((done) => silent.once('listening', done));
    const { port } = silent.address() as { port: number };
    const opened = await open(`amqp://onsale:onsale@127.0.0.1:${port}`);
    assert.equal(opened!.trouble, 'unreachable');
    await opened!.close();
    silent.close();
  });

  test('is not there for dead letters: one line', async () => {
    await assert.rejects(
      withDeadLetters({ url: undefined, ca: undefined }, async () => {}),
      /^StartRefused: RABBITMQ_URL is not set/,
    );
    await assert.rejects(
      withDeadLetters({ url: new Secret('amqp://127.0.0.1:1'), ca: undefined }, async () => {}),
      /^StartRefused: RabbitMQ at 127\.0\.0\.1:1 \(RABBITMQ_URL\) cannot be reached: [^\n]*\.$/,
    );
  });
});
