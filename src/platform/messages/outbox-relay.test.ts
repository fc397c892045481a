import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, beforeEach, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { Unavailable } from '../postgres/database.ts';
import { createEmbeddedBus } from './embedded-bus.ts';
import type { Consumer, Message, MessageBus } from './message-bus.ts';
import { createOutboxRelay } from './outbox-relay.ts';

describe('the outbox relay', () => {
  let database: TestDatabase;
  let now: number;
  before(async () => {
    ({ database } = await createTestDatabase());
    await database.query('CREATE TABLE sums (consumer text PRIMARY KEY, total integer NOT NULL)');
  });
  beforeEach(async () => {
    now = 1_000_000;
    await database.query('DELETE FROM outbox');
    await database.query('DELETE FROM inbox');
    await database.query('DELETE FROM sums');
  });

  async function announce(count: number, { topic = 'sold', amount = 1 } = {}): Promise<string[]> {
    const ids = Array.from({ length: count }, () => randomUUID());
    await database.query(
      `INSERT INTO outbox (message_id, topic, payload, created_at)
       SELECT id, $2, json_build_object('amount', $3::int), now() + n * interval '1 ms'
       FROM unnest($1::uuid[]) WITH ORDINALITY AS m(id, n)`,
      [ids, topic, amount],
    );
    return ids;
  }

  /** Adds up amounts in the database, one row per message, and throws at the messages in `poison`. */
  function adder(name: string, { topics = ['sold'], poison = new Set<string>() } = {}) {
    const handled: string[] = [];
    const committed: string[] = [];
    const consumer: Consumer = {
      name,
      topics,
      async handle(tx, messages) {
        for (const { messageId, payload } of messages) {
          if (poison.has(messageId)) throw new Error(`cannot handle ${messageId}`);
          await tx.query(
            `INSERT INTO sums VALUES ($1, $2) ON CONFLICT (consumer) DO UPDATE SET total = sums.total + $2`,
            [name, (payload as { amount: number }).amount],
          );
          handled.push(messageId);
        }
      },
      committed: (messages) => void committed.push(...messages.map(({ messageId }) => messageId)),
    };
    return { consumer, handled, committed, poison };
  }

  function relayTo(consumers: readonly Consumer[], into: TestDatabase = database) {
    const poisons: Message[] = [];
    const onPoison = (message: Message) => void poisons.push(message);
    const bus = createEmbeddedBus();
    bus.consume(consumers);
    return { relay: createOutboxRelay({ bypassingRls: into, bus, measure: () => now, onPoison }), poisons };
  }

  const totalOf = async (name: string) =>
    (await database.query<{ total: number }>('SELECT total FROM sums WHERE consumer = $1', [name]))[0]?.total ?? 0;
  const waiting = async () =>
    (await database.query<{ messageId: string }>('SELECT message_id AS "messageId" FROM outbox')).map(
      ({ messageId }) => messageId,
    );

  test('hands every message to whoever listens to its topic, in the order it was written, and deletes it', async () => {
    const sold = adder('sold');
    const both = adder('both', { topics: ['sold', 'freed'] });
    const { relay } = relayTo([sold.consumer, both.consumer]);
    const first = await announce(3);
    const second = await announce(2, { topic: 'freed' });
    await announce(1, { topic: 'nobody listens' });
    assert.equal(await relay(), 6);
    assert.deepEqual(sold.handled, first);
    assert.deepEqual(new Set(both.handled), new Set([...first, ...second]));
    assert.deepEqual(await waiting(), []);
    assert.equal(await relay(), 0);
  });

  test('relays more than fits one batch', async () => {
    const sold = adder('sold');
    await announce(1_234);
    assert.equal(await relayTo([sold.consumer]).relay(), 1_234);
    assert.equal(await totalOf('sold'), 1_234);
  });

  test('a message delivered again has no second effect', async () => {
    const sold = adder('sold');
    const { relay } = relayTo([sold.consumer]);
    const ids = await announce(2);
    await relay();
    await database.query(
      `INSERT INTO outbox (message_id, topic, payload) SELECT unnest($1::uuid[]), 'sold', '{"amount": 1}'`,
      [ids],
    );
    assert.equal(await relay(), 2);
    assert.equal(await totalOf('sold'), 2);
    assert.deepEqual(await waiting(), []);
    assert.deepEqual(sold.committed, ids);
  });

  test('reports to a consumer what it has handled only after the commit, and nothing that was rolled back', async () => {
    const seenAtCommit: number[] = [];
    const sold = adder('sold');
    const watching: Consumer = {
      ...sold.consumer,
      committed(messages) {
        sold.consumer.committed!(messages);
        seenAtCommit.push(messages.length);
      },
    };
    const late = adder('late');
    const [bad] = await announce(1);
    const good = await announce(2);
    late.poison.add(bad!);
    await relayTo([watching, late.consumer]).relay();
    assert.deepEqual(sold.committed, good);
    assert.deepEqual(late.committed, good);
    assert.equal(await totalOf('sold'), 2);
    assert.deepEqual(seenAtCommit, [1, 1]);
  });

  test('a message that cannot be handled stays behind, alone, and is tried again after 30 seconds', async () => {
    const sold = adder('sold');
    const [bad, ...good] = await announce(5);
    sold.poison.add(bad!);
    const { relay, poisons } = relayTo([sold.consumer]);
    assert.equal(await relay(), 4);
    assert.deepEqual(await waiting(), [bad]);
    assert.deepEqual(
      poisons.map(({ messageId }) => messageId),
      [bad],
    );
    assert.deepEqual(sold.committed, good);

    now += 29_999;
    await announce(1);
    assert.equal(await relay(), 1);
    assert.equal(poisons.length, 1);

    sold.poison.clear();
    now += 1;
    assert.equal(await relay(), 1);
    assert.deepEqual(await waiting(), []);
    assert.equal(await totalOf('sold'), 6);
  });

  test('a poisonous message among hundreds does not keep those behind it waiting', async () => {
    const sold = adder('sold');
    const ids = await announce(700);
    sold.poison.add(ids[0]!).add(ids[499]!);
    assert.equal(await relayTo([sold.consumer]).relay(), 698);
    assert.equal(await totalOf('sold'), 698);
  });

  test('when PostgreSQL is away nothing counts as poisonous', async () => {
    const sold = adder('sold');
    await announce(1);
    const isAway: Consumer = {
      ...sold.consumer,
      handle: () => Promise.reject(new Unavailable('PostgreSQL cannot be reached')),
    };
    const { relay, poisons } = relayTo([isAway]);
    await assert.rejects(relay(), Unavailable);
    assert.deepEqual(poisons, []);
  });

  test('forgets a message only when the bus has confirmed it, and keeps what the bus refuses', async () => {
    const ids = await announce(3);
    const seen: (readonly string[])[] = [];
    let refused: string | null = ids[1]!;
    const bus: MessageBus = {
      ...createEmbeddedBus(),
      async publish(_tx, messages) {
        seen.push(await waiting());
        if (messages.some(({ messageId }) => messageId === refused)) throw new Error('too large');
        return () => {};
      },
    };
    const poisons: string[] = [];
    const onPoison = ({ messageId }: Message) => void poisons.push(messageId);
    const relay = createOutboxRelay({ bypassingRls: database, bus, measure: () => now, onPoison });
    assert.equal(await relay(), 2);
    assert.deepEqual(seen[0]!.toSorted(), ids.toSorted());
    assert.deepEqual([await waiting(), poisons], [[refused], [refused]]);
    refused = null;
    now += 30_000;
    assert.equal(await relay(), 1);
    assert.deepEqual(await waiting(), []);
  });

  test('relays in parallel share the work, and every message takes effect once', async () => {
    const sold = adder('sold');
    await announce(900);
    const relays = Array.from({ length: 4 }, () => relayTo([sold.consumer]).relay);
    const counts = await Promise.all(relays.map((relay) => relay()));
    const left = await Promise.all(relays.map((relay) => relay()));
    assert.equal(
      [...counts, ...left].reduce((a, b) => a + b),
      900,
    );
    assert.equal(await totalOf('sold'), 900);
    assert.deepEqual(await waiting(), []);
  });
});
