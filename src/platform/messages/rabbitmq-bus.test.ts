import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'amqplib';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { type RabbitMqServer, startRabbitMq, withoutRabbitMq } from '../../../test/support/rabbitmq-server.ts';
import { until } from '../../../test/support/redis-servers.ts';
import { Secret } from '../../kernel/secret.ts';
import { systemClock } from '../clock/clock.ts';
import { type Transacting, Unavailable } from '../postgres/database.ts';
import { openBroker } from '../rabbitmq/broker.ts';
import { openDeadLetters } from './dead-letters.ts';
import { messageBusContract } from './message-bus.contract.ts';
import type { Consumer, Message } from './message-bus.ts';
import { createOutboxRelay } from './outbox-relay.ts';
import { createRabbitMqBus } from './rabbitmq-bus.ts';

describe('the bus on RabbitMQ', { skip: withoutRabbitMq }, () => {
  let database: TestDatabase;
  let server: RabbitMqServer;
  before(async () => {
    [{ database }, server] = await Promise.all([createTestDatabase(), startRabbitMq()]);
    await database.query('CREATE TABLE seen (consumer text, message_id uuid)');
  });

  async function open(consumers: readonly Consumer[], { into = database as Transacting, url = server.url() } = {}) {
    const setAside: Message[] = [];
    const notices: string[] = [];
    const common = { url: new Secret(url), ca: undefined, clock: systemClock, chance: () => 0.5 };
    const bus = createRabbitMqBus({
      sending: await openBroker({ ...common, name: 'sends', onNotice: (sentence) => notices.push(sentence) }),
      receiving: await openBroker({ ...common, name: 'receives', onNotice() {} }),
      bypassingRls: into,
      clock: systemClock,
      onDead: (message) => void setAside.push({ ...message, payload: null }),
      retryAfterMs: [10, 20],
    });
    bus.consume(consumers);
    await bus.start();
    const onPoison = (message: Message) => void setAside.push(message);
    const relay = createOutboxRelay({ bypassingRls: into, bus, measure: () => performance.now(), onPoison });
    return { bus, relay, setAside, notices, close: () => bus.close() };
  }

  async function onDeadLetters<T>(work: (dead: Awaited<ReturnType<typeof openDeadLetters>>) => Promise<T>): Promise<T> {
    const connection = await connect(server.url());
    try {
      return await work(await openDeadLetters(connection, systemClock));
    } finally {
      await connection.close();
    }
  }

  messageBusContract(() => ({
    database,
    async open(consumers, into = database) {
      const opened = await open(consumers, { into });
      return { ...opened, comeAgain: async () => void (await onDeadLetters((dead) => dead.replay(() => true))) };
    },
  }));

  const ids = (count: number) => Array.from({ length: count }, () => randomUUID());
  const append = (messages: readonly string[], topic = 'sold') =>
    database.query(
      `INSERT INTO outbox (message_id, topic, payload) SELECT id, $2, '{}' FROM unnest($1::uuid[]) AS m(id)`,
      [messages, topic],
    );
  const waiting = async () =>
    (await database.query<{ id: string }>('SELECT message_id AS id FROM outbox')).map(({ id }) => id);
  const seen = async () =>
    (await database.query<{ id: string }>('SELECT message_id AS id FROM seen ORDER BY message_id')).map(({ id }) => id);
  /** Notes each message that it handles, without asking whether it did before: that is the bus's business. */
  const notes = (name: string, handle: (message: Message) => Promise<void> = async () => {}): Consumer => ({
    name,
    topics: ['sold'],
    async handle(tx, messages) {
      for (const message of messages) {
        await tx.query('INSERT INTO seen VALUES ($1, $2)', [name, message.messageId]);
        await handle(message);
      }
    },
  });
  const isAway = (error: unknown) => assert(error instanceof Unavailable, String(error));

  describe('when RabbitMQ fails', () => {
    beforeEach(async () => {
      for (const table of ['outbox', 'inbox', 'seen']) await database.query(`DELETE FROM ${table}`);
    });

    /** Sends messages while `fail` does its worst, and then asks that each took effect once. */
    async function survives(name: string, fail: () => Promise<void>): Promise<void> {
      const processes = [await open([notes(name)]), await open([notes(name)])];
      let isOver = false;
      const sent: string[] = [];
      const relaying = processes.map(async ({ relay }) => {
        while (!isOver) {
          await relay().catch(isAway);
          await sleep(25);
        }
      });
      const sending = (async () => {
        while (!isOver) {
          const more = ids(3);
          await append(more);
          sent.push(...more);
          await sleep(50);
        }
      })();
      try {
        await until(async () => (await seen()).length > 20);
        await fail();
        const before = sent.length;
        await until(async () => (await seen()).length > before, 30_000);
      } finally {
        isOver = true;
        await Promise.all([...relaying, sending]);
      }
      await until(async () => {
        for (const { relay } of processes) await relay().catch(isAway);
        return (await seen()).length >= sent.length;
      }, 30_000);
      // Whatever was still on its way a second time has come by then.
      await sleep(300);
      assert.deepEqual(await seen(), sent.toSorted());
      assert.deepEqual(await waiting(), []);
      for (const { setAside, close } of processes) {
        assert.deepEqual(setAside, []);
        await close();
      }
    }

    test('killed and restarted: nothing is lost, nothing takes effect twice', async () => {
      await survives('killed', async () => {
        await server.kill();
        await sleep(200);
        await server.restart();
      });
    });

    test('every connection cut: nothing is lost, nothing takes effect twice', async () => {
      await survives('cut', async () => {
        await server.cutAll();
        await server.cutAll();
      });
    });

    test('hung for longer than anybody waits: nothing is lost, nothing takes effect twice', async () => {
      await survives('hung', async () => {
        server.pause();
        await sleep(7_000);
        server.resume();
      });
    });

    test('blocked: what it has is worked on, what it does not take waits, and nothing is lost', async () => {
      let go = () => {};
      const opened = new Promise<void>((done) => {
        go = done;
      });
      const { bus, relay, notices, close } = await open([notes('blocked', () => opened)]);
      const first = ids(30);
      await append(first);
      await relay();
      await server.block();
      const second = ids(5);
      await append(second);
      await assert.rejects(relay(), Unavailable);
      assert.equal(bus.trouble, 'blocked');
      assert.deepEqual((await waiting()).toSorted(), second.toSorted());
      // One line for the whole of it, and whoever asks again hears so at once.
      const began = performance.now();
      await assert.rejects(relay(), Unavailable);
      assert(performance.now() - began < 1_000);
      assert.equal(notices.length, 1);
      assert.match(notices[0]!, /^RabbitMQ at .* \(RABBITMQ_URL\) takes no messages: .*Sales go on; messages wait/);
      go();
      await until(async () => (await seen()).length === 30);
      await server.unblock();
      await until(() => bus.trouble === null);
      await until(async () => {
        await relay();
        return (await seen()).length === 35;
      });
      await sleep(300);
      assert.deepEqual(await seen(), [...first, ...second].toSorted());
      assert.deepEqual(await waiting(), []);
      await close();
    });

    test('a queue that somebody deleted is made again, and what was published meanwhile waits in the outbox', async () => {
      // The only one that hears its topic: else the others would have taken it, and nobody would notice.
      const { relay, close } = await open([{ ...notes('deleted'), topics: ['deleted.sold'] }]);
      await server.deleteQueue('onsale.deleted');
      const messages = ids(3);
      await append(messages, 'deleted.sold');
      await until(async () => {
        await relay().catch(isAway);
        return (await seen()).length === 3;
      });
      assert.deepEqual(await seen(), messages.toSorted());
      await close();
    });

    test('away at the start: it is used once it is there', async () => {
      await server.kill();
      const { bus, relay, notices, close } = await open([notes('late')]);
      assert.equal(bus.trouble, 'unreachable');
      const messages = ids(3);
      await append(messages);
      await assert.rejects(relay(), Unavailable);
      assert.deepEqual((await waiting()).toSorted(), messages.toSorted());
      await sleep(500);
      assert.equal(notices.length, 1, notices.join('\n'));
      assert.match(notices[0]!, /^RabbitMQ at 127\.0\.0\.1:\d+ \(RABBITMQ_URL\) cannot be reached: .*ECONNREFUSED/);
      await server.restart();
      await until(async () => {
        await relay().catch(isAway);
        return (await seen()).length === 3;
      }, 60_000);
      assert.equal(notices.length, 2, notices.join('\n'));
      assert.match(notices[1]!, /works again\.$/);
      await close();
    });
  });

  test('what nobody wants is published and forgotten', async () => {
    const { bus, relay, close } = await open([notes('wants')]);
    await append(ids(2), 'nobody.wants');
    assert.equal(await relay(), 2);
    assert.equal(bus.counts.unwanted, 2);
    assert.deepEqual(await waiting(), []);
    await close();
  });

  test('messages of others that cannot be read become dead letters with the reason, and hold up none', async () => {
    // At once after it was sent back, each is gone from here.
    await onDeadLetters((dead) => dead.replay(() => true));
    assert.deepEqual(await onDeadLetters((dead) => dead.list(100)), []);
    await database.query('DELETE FROM seen');
    const { bus, close } = await open([{ ...notes('foreign'), topics: ['sold', 'inventory.changed'] }]);
    const connection = await connect(server.url());
    const channel = await connection.createConfirmChannel();
    const good = randomUUID();
    const send = (content: string | Buffer, options: object) =>
      channel.publish('onsale', 'sold', Buffer.from(content), { messageId: randomUUID(), type: 'sold', ...options });
    send('{', {});
    send('{}', { messageId: 'seven' });
    send('{}', { type: undefined });
    send(Buffer.alloc(10_000_000, 32), {});
    send('{"eventId": "seven"}', {
      type: 'inventory.changed',
      headers: { authorization: 'Bearer secret', CC: ['onsale.dead'] },
    });
    send('{}', { type: 'mail.requested' });
    send('{}', {
      headers: { version: 2, long: 'x'.repeat(40_000), many: Object.fromEntries(ids(10).map((id) => [id, [id]])) },
    });
    send('{}', { messageId: good });
    await channel.waitForConfirms();
    await until(async () => (await seen()).includes(good));
    await until(() => bus.counts.dead === 7);
    const letters = await onDeadLetters((dead) => dead.list(100));
    assert.deepEqual(letters.map(({ reason }) => reason).toSorted(), [
      'MESSAGE_ID_MISSING',
      'NOT_JSON',
      'SCHEMA',
      'TOO_LARGE',
      'TYPE_MISSING',
      'TYPE_UNKNOWN',
      'VERSION_UNKNOWN',
    ]);
    assert(letters.every(({ queue, diedAt }) => queue === 'onsale.foreign' && diedAt !== null));
    assert.doesNotMatch(JSON.stringify(letters), /secret/);
    assert.match(letters.find(({ reason }) => reason === 'SCHEMA')!.detail, /\/eventId/);
    // Looked at, they stay; sent back, they die again.
    assert.equal((await onDeadLetters((dead) => dead.list(100))).length, 7);
    assert.deepEqual(await onDeadLetters((dead) => dead.replay(({ reason }) => reason === 'NOT_JSON')), {
      replayed: 1,
      kept: 0,
    });
    await until(() => bus.counts.dead === 8);
    assert.equal((await onDeadLetters((dead) => dead.list(100))).length, 7);
    await connection.close();
    await close();
  });

  test('a message over which every process dies is set aside by RabbitMQ', async () => {
    const consumer = notes('dies');
    const { relay, bus } = await open([consumer]);
    await bus.stop();
    const [message] = ids(1);
    await append([message!]);
    await relay();
    await bus.close();
    const connection = await connect(server.url());
    const isDead = async () =>
      (await onDeadLetters((dead) => dead.list(100))).some((letter) => letter.messageId === message);
    for (let deaths = 0; deaths < 30 && !(await isDead()); deaths++) {
      const channel = await connection.createChannel();
      await until(async () => (await channel.get('onsale.dies')) !== false || (await isDead()));
      await channel.close();
    }
    await connection.close();
    await until(async () => {
      const letters = await onDeadLetters((dead) => dead.list(100));
      return letters.some(
        ({ messageId, reason, queue }) =>
          messageId === message && reason === 'DELIVERY_LIMIT' && queue === 'onsale.dies',
      );
    });
    await database.query('DELETE FROM seen');
    const after = await open([consumer]);
    await onDeadLetters((dead) => dead.replay(({ messageId }) => messageId === message));
    await until(async () => (await seen()).length === 1);
    assert.deepEqual(await seen(), [message]);
    await after.close();
  });
});
