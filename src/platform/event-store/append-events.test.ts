import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { appendEvents, type NewEvent, VersionConflict } from './append-events.ts';

const context = { actor: 'key:1', correlationId: 'request-1', now: Date.UTC(2027, 0, 15, 12), organizerId: 1 };

describe('the event store', () => {
  let database: TestDatabase;
  before(async () => {
    ({ database } = await createTestDatabase());
  });

  const append = (...events: NewEvent[]) => database.transaction((tx) => appendEvents(tx, events, context));
  const read = (stream: string) =>
    database.query(
      'SELECT version, type, data, metadata, occurred_at FROM event_store WHERE stream = $1 ORDER BY version',
      [stream],
    );

  test('keeps what happened, who did it, why, under which request and when', async () => {
    await append({ stream: 'venue-1', type: 'VenueRenamed', data: { name: 'Hall “A”' }, reason: 'new owner' });
    assert.deepEqual(await read('venue-1'), [
      {
        version: 1,
        type: 'VenueRenamed',
        data: { name: 'Hall “A”' },
        metadata: { actor: 'key:1', reason: 'new owner', correlationId: 'request-1', causationId: 'request-1' },
        occurred_at: new Date(context.now),
      },
    ]);
  });

  test('numbers each stream by itself, in the order of the call', async () => {
    const event = (stream: string, type: string) => ({ stream, type, data: {} });
    await append(event('a', 'One'), event('b', 'One'), event('a', 'Two'));
    await append(event('a', 'Three'), event('b', 'Two'));
    const types = async (stream: string) => (await read(stream)).map(({ version, type }) => `${version} ${type}`);
    assert.deepEqual(await types('a'), ['1 One', '2 Two', '3 Three']);
    assert.deepEqual(await types('b'), ['1 One', '2 Two']);
  });

  test('refuses a version that is taken, and keeps nothing of the transaction', async () => {
    await append({ stream: 'c', type: 'One', data: {}, version: 1 });
    const both = append({ stream: 'd', type: 'One', data: {} }, { stream: 'c', type: 'Other', data: {}, version: 1 });
    await assert.rejects(both, VersionConflict);
    assert.equal((await read('c')).length, 1);
    assert.equal((await read('d')).length, 0);
  });

  test('of many who write the same version at once, one wins', async () => {
    const tries = Array.from({ length: 20 }, (_, i) => append({ stream: 'e', type: `Try${i}`, data: {}, version: 1 }));
    const results = await Promise.allSettled(tries);
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.ok(results.every((one) => one.status === 'fulfilled' || one.reason instanceof VersionConflict));
    assert.equal((await read('e')).length, 1);
  });

  test('many who leave the number to the store get numbers without a gap, or are to try again', async () => {
    const tries = Array.from({ length: 20 }, () => append({ stream: 'f', type: 'Counted', data: {} }));
    const won = (await Promise.allSettled(tries)).filter(({ status }) => status === 'fulfilled').length;
    const versions = (await read('f')).map(({ version }) => version);
    assert.deepEqual(
      versions,
      Array.from({ length: won }, (_, i) => i + 1),
    );
  });
});
