import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, test } from 'node:test';
import { type Transacting, Unavailable } from '../postgres/database.ts';
import type { Consumer, Message } from './message-bus.ts';

/** A bus on trial: consumers behind an adapter, fed from the outbox of `database`, as one process has it. */
export interface BusOnTrial {
  /** Relays what waits in the outbox; answers how many messages the bus has confirmed. */
  relay(): Promise<number>;
  /** Messages that were set aside because nobody could handle them. */
  readonly setAside: readonly Message[];
  /** Lets messages that were set aside come again, as an operator or the passing of time does. */
  comeAgain(): Promise<void>;
  /** As if the process had ended: nothing is delivered to its consumers any more. */
  close(): Promise<void>;
}

export interface MessageBusTrial {
  readonly database: Transacting;
  /** Another process of the same Onsale. `into`: the database as that process sees it. */
  open(consumers: readonly Consumer[], into?: Transacting): Promise<BusOnTrial>;
}

/** An adapter may deliver later than it confirms: so long the suite waits for what must happen. */
const patienceMs = 10_000;
/** And so long for what must not. */
const quietMs = 100;

/** What any {@link MessageBus} must do, whatever carries the messages. */
export function messageBusContract(trial: () => MessageBusTrial): void {
  describe('a message bus', () => {
    beforeEach(async () => {
      const { database } = trial();
      await database.query(
        'CREATE TABLE IF NOT EXISTS effects (consumer text, message_id uuid, n int GENERATED ALWAYS AS IDENTITY)',
      );
      for (const table of ['outbox', 'inbox', 'effects']) await database.query(`DELETE FROM ${table}`);
    });

    async function append(
      count: number,
      topic = 'sold',
      ids = Array.from({ length: count }, () => randomUUID()),
      payload: object = {},
    ) {
      await trial().database.query(
        `INSERT INTO outbox (message_id, topic, payload, created_at)
         SELECT id, $2, $3, now() + n * interval '1 ms' FROM unnest($1::uuid[]) WITH ORDINALITY AS m(id, n)`,
        [ids, topic, JSON.stringify(payload)],
      );
      return ids;
    }

    /** Notes each message in the database, and fails at those that `fault` finds a fault with. */
    function noting(name: string, topics = ['sold'], fault: (message: Message) => Error | null = () => null) {
      const committed: string[] = [];
      const consumer: Consumer = {
        name,
        topics,
        async handle(tx, messages) {
          for (const message of messages) {
            await tx.query('INSERT INTO effects (consumer, message_id) VALUES ($1, $2)', [name, message.messageId]);
            const error = fault(message);
            if (error) throw error;
          }
        },
        committed: (messages) => void committed.push(...messages.map(({ messageId }) => messageId)),
      };
      return { consumer, committed };
    }

    const effectsOf = async (consumer: string) =>
      (
        await trial().database.query<{ id: string }>(
          'SELECT message_id AS id FROM effects WHERE consumer = $1 ORDER BY n',
          [consumer],
        )
      ).map(({ id }) => id);
    const waiting = async () =>
      (await trial().database.query<{ id: string }>('SELECT message_id AS id FROM outbox ORDER BY created_at')).map(
        ({ id }) => id,
      );

    /** Waits until both are the same, and then a moment more: it must stay so. */
    async function becomes<T>(expected: T, actual: () => T | Promise<T>): Promise<void> {
      for (const end = performance.now() + patienceMs; performance.now() < end; ) {
        const seen = await actual();
        if (JSON.stringify(seen) === JSON.stringify(expected)) break;
        await pause(20);
      }
      await pause(quietMs);
      assert.deepEqual(await actual(), expected);
    }

    test('brings each message to every consumer of its topic, and to nobody else', async () => {
      const [sold, both, freed] = [noting('sold'), noting('both', ['sold', 'freed']), noting('freed', ['freed'])];
      const bus = await trial().open([sold.consumer, both.consumer, freed.consumer]);
      const [one, two] = [await append(2), await append(2, 'freed')];
      assert.equal(await bus.relay(), 4);
      await becomes(one.toSorted(), async () => (await effectsOf('sold')).toSorted());
      await becomes([...one, ...two].toSorted(), async () => (await effectsOf('both')).toSorted());
      await becomes(two.toSorted(), async () => (await effectsOf('freed')).toSorted());
      assert.deepEqual(await waiting(), []);
      assert.deepEqual(bus.setAside, []);
      await bus.close();
    });

    test('hands messages to a consumer in the order in which they were written', async () => {
      const sold = noting('sold');
      const bus = await trial().open([sold.consumer]);
      const ids = await append(300);
      await bus.relay();
      await becomes(ids, () => effectsOf('sold'));
      await bus.close();
    });

    test('says what was handled only once that is committed', async () => {
      const { database } = trial();
      const sold = noting('sold');
      const counts: number[] = [];
      const seen: Promise<void>[] = [];
      const watching: Consumer = {
        ...sold.consumer,
        committed(messages) {
          sold.consumer.committed!(messages);
          seen.push(database.query('SELECT FROM effects').then((rows) => void counts.push(rows.length)));
        },
      };
      const bus = await trial().open([watching]);
      const ids = await append(3);
      await bus.relay();
      await becomes(ids, () => [...sold.committed]);
      await Promise.all(seen);
      assert.equal(counts.at(-1), 3);
      await bus.close();
    });

    test('a message that is sent twice takes effect once', async () => {
      const sold = noting('sold');
      const bus = await trial().open([sold.consumer]);
      const ids = await append(3);
      await bus.relay();
      await becomes(ids, () => effectsOf('sold'));
      await append(3, 'sold', ids);
      assert.equal(await bus.relay(), 3);
      await becomes(ids, () => effectsOf('sold'));
      assert.deepEqual(await waiting(), []);
      assert.deepEqual(sold.committed, ids);
      await bus.close();
    });

    test('a process that dies before the outbox forgets sends again, and it takes effect once', async () => {
      const { database } = trial();
      const sold = noting('sold');
      const dying: Transacting = {
        ...database,
        transaction: (work) =>
          database.transaction(async (tx) => {
            await work(tx);
            throw new Unavailable('The connection is gone, just before the commit');
          }),
      };
      const first = await trial().open([sold.consumer], dying);
      const ids = await append(3);
      await assert.rejects(first.relay(), Unavailable);
      assert.deepEqual(await waiting(), ids);
      const kept = await effectsOf('sold');
      assert(
        sold.committed.every((id) => kept.includes(id)),
        'what was reported as committed is there',
      );
      await first.close();
      const second = await trial().open([sold.consumer]);
      assert.equal(await second.relay(), 3);
      await becomes(ids, () => effectsOf('sold'));
      assert.deepEqual(await waiting(), []);
      await second.close();
    });

    test('a consumer that dies at its work gets the message again, and nothing is left of the first time', async () => {
      let deaths = 0;
      const sold = noting('sold', ['sold'], () =>
        ++deaths === 1 ? new Unavailable('PostgreSQL cannot be reached') : null,
      );
      const bus = await trial().open([sold.consumer]);
      const ids = await append(1);
      await becomes(ids, async () => {
        await bus.relay().catch((error) => assert(error instanceof Unavailable));
        return effectsOf('sold');
      });
      assert.deepEqual(bus.setAside, []);
      assert.deepEqual(sold.committed, ids);
      await bus.close();
    });

    test('a message that cannot be handled is set aside alone, and comes again once', async () => {
      let poison: string | null = null;
      const sold = noting('sold', ['sold'], ({ messageId }) => (messageId === poison ? new Error('poison') : null));
      const other = noting('other');
      const bus = await trial().open([sold.consumer, other.consumer]);
      const ids = await append(40);
      poison = ids[7]!;
      const good = ids.filter((id) => id !== poison);
      await bus.relay();
      await becomes(good.toSorted(), async () => (await effectsOf('sold')).toSorted());
      await becomes([poison], () => bus.setAside.map(({ messageId }) => messageId));
      assert(!sold.committed.includes(poison));

      const later = await append(1);
      await bus.relay();
      await becomes([...good, ...later].toSorted(), async () => (await effectsOf('sold')).toSorted());

      poison = null;
      await bus.comeAgain();
      await bus.relay();
      for (const name of ['sold', 'other'])
        await becomes([...ids, ...later].toSorted(), async () => (await effectsOf(name)).toSorted());
      assert.deepEqual(await waiting(), []);
      await bus.close();
    });

    test('a message of ours that breaks its schema reaches nobody, and holds up no other', async () => {
      const counters = noting('counters', ['inventory.changed']);
      const bus = await trial().open([counters.consumer]);
      const [broken] = await append(1, 'inventory.changed', undefined, { eventId: 'seven' });
      const good = await append(2, 'inventory.changed', undefined, { eventId: 7, changes: [] });
      await bus.relay();
      await becomes(good, () => effectsOf('counters'));
      await becomes([broken!], () => bus.setAside.map(({ messageId }) => messageId));
      await bus.close();
    });

    test('several processes share the work, and every message takes effect once', async () => {
      const ids = await append(900);
      const sold = noting('sold');
      const processes = await Promise.all([1, 2, 3].map(() => trial().open([sold.consumer])));
      await Promise.all(processes.map((process) => process.relay()));
      await Promise.all(processes.map((process) => process.relay()));
      await becomes(ids.toSorted(), async () => (await effectsOf('sold')).toSorted());
      assert.deepEqual(await waiting(), []);
      assert.equal(sold.committed.length, 900);
      for (const process of processes) await process.close();
    });
  });
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
