import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { Check } from 'typebox/value';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { topics } from '../../contract/topics.ts';
import { appendMessages, appendMessagesSql } from './append-messages.ts';

describe('messages', () => {
  let database: TestDatabase;
  before(async () => {
    ({ database } = await createTestDatabase());
  });
  beforeEach(() => database.query('DELETE FROM outbox'));

  interface Row {
    readonly organizerId: number;
    readonly topic: string;
    readonly payload: unknown;
  }
  const stored = () =>
    database.query<Row>(
      `SELECT organizer_id AS "organizerId", topic, payload FROM outbox ORDER BY topic, payload ->> 'eventId'`,
    );

  test('of several topics are appended in one statement, as they are', async () => {
    const payload = { eventId: 7, changes: [{ ticketTypeId: 1, available: -2 }] };
    const mail = { cause: 'c', kind: 'password-changed', organizerId: 1, to: 'a@example.org', facts: {} } as const;
    await appendMessages(database, [
      { topic: 'inventory.changed', organizerId: 3, payload },
      { topic: 'mail.requested', organizerId: 1, payload: mail },
    ]);
    assert.deepEqual(await stored(), [
      { organizerId: 3, topic: 'inventory.changed', payload },
      { organizerId: 1, topic: 'mail.requested', payload: mail },
    ]);
  });

  test('are gone with the transaction that appended them', async () => {
    const undone = database.transaction(async (tx) => {
      await appendMessages(tx, [{ topic: 'inventory.changed', organizerId: 1, payload: { eventId: 1, changes: [] } }]);
      throw new Error('undone');
    });
    await assert.rejects(undone, /undone/);
    assert.deepEqual(await stored(), []);
  });

  test('none cost no statement', async () => {
    await appendMessages({ query: () => assert.fail('asked') }, []);
  });

  test('about the rows that a statement writes have the form of their topic', async () => {
    const insert = appendMessagesSql('inventory.changed', {
      rows: '(VALUES (1, 7, 70, 2), (1, 7, 71, 1), (1, 8, 80, 5), (2, 9, 90, 1)) AS r(organizer_id, event, type, places)',
      per: 'event',
      payload: { eventId: 'event', changes: [{ ticketTypeId: 'type', available: '-places' }] },
    });
    await database.query(`WITH announced AS (${insert}) SELECT 1`);
    const rows = await stored();
    assert.deepEqual(
      rows.map(({ organizerId, payload }) => [organizerId, payload]),
      [
        [
          1,
          {
            eventId: 7,
            changes: [
              { ticketTypeId: 70, available: -2 },
              { ticketTypeId: 71, available: -1 },
            ],
          },
        ],
        [1, { eventId: 8, changes: [{ ticketTypeId: 80, available: -5 }] }],
        [2, { eventId: 9, changes: [{ ticketTypeId: 90, available: -1 }] }],
      ],
    );
    for (const { payload } of rows) assert(Check(topics['inventory.changed'].payload, payload));
  });
});

test('a topic that is not of the first version says so in its name', () => {
  for (const [name, { version }] of Object.entries(topics)) {
    assert.equal(version, Number(/\.v(\d+)$/.exec(name)?.[1] ?? 1), name);
  }
});
