import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createManualClock, type ManualClock } from '../../src/platform/clock/clock.ts';
import { type Database, openDatabase } from '../../src/platform/postgres/database.ts';
import { checkExternalServer } from '../../src/platform/postgres/external-server.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { openReadReplica, type ReadReplica } from '../../src/platform/postgres/read-replica.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { catalogClient } from '../support/catalog-client.ts';
import { atEnd } from '../support/database.ts';
import { freePort } from '../support/onsale-process.ts';
import { type PostgresServer, startPrimary, startStandby, untilSo, withoutStandby } from '../support/standby.ts';

describe('a streaming standby that the public reads from', { skip: withoutStandby }, () => {
  let primary: PostgresServer;
  let standby: PostgresServer;
  let database: Database;
  let replica: ReadReplica;
  let app: TestApp;
  /** Time as the replica is judged by it: what is behind stays so until a test lets time pass. */
  let clock: ManualClock;
  const said: string[] = [];

  before(async () => {
    primary = await startPrimary();
    standby = await startStandby(primary);
    database = openDatabase({ url: primary.url }, 8);
    await migrate(database.bypassingRls);
    clock = createManualClock(0);
    const onNotice = (sentence: string) => void said.push(sentence);
    replica = await openReadReplica({
      connection: { url: standby.url },
      primary: database,
      connectionsMax: 4,
      clock,
      onNotice,
    });
    atEnd(() => database.close());
    atEnd(() => replica.close());
    app = await startTestApp({ database, replica });
  });

  /** Lets time pass until the replica is as expected. */
  const untilTrouble = (trouble: string | null) =>
    untilSo(() => {
      clock.advance(500);
      return replica.trouble === trouble;
    });
  const untilReplayed = async () => {
    const [row] = await primary.ask<{ position: string }>('SELECT pg_current_wal_flush_lsn()::text AS position');
    await untilSo(async () => {
      const [here] = await standby.ask<{ has: boolean }>(
        `SELECT pg_last_wal_replay_lsn() >= '${row!.position}'::pg_lsn AS has`,
      );
      return here!.has;
    });
  };

  async function makeVenue(name: string): Promise<number> {
    const made = await app.client.send('POST', '/api/venues', app.staff, { name, city: 'Bern' });
    assert.equal(made.status, 201, made.text);
    return made.body.venueId;
  }
  /** Whether it is seen, by whoever sends these headers. */
  async function sees(venueId: number, headers: object = {}): Promise<boolean> {
    const { status, text } = await app.client.send('GET', `/api/venues/${venueId}`, headers);
    assert(status === 200 || status === 404, text);
    return status === 200;
  }
  const degraded = async () => (await app.client.send('GET', '/health/ready')).body.degraded;

  test('is read by the public; who is signed in sees at once what they have changed', async () => {
    await untilTrouble(null);
    await standby.ask('SELECT pg_wal_replay_pause()');
    const venueId = await makeVenue('Paused');
    assert.deepEqual([await sees(venueId), await sees(venueId, app.staff)], [false, true]);
    const { body } = await app.client.send('GET', '/api/venues', {});
    assert.equal(body.items.length, 0);
    assert.deepEqual(await degraded(), []);
    await standby.ask('SELECT pg_wal_replay_resume()');
    await untilReplayed();
    assert.equal(await sees(venueId), true);
  });

  test('decides nothing: a show is held, bought and shown to its buyer while it stands still', async () => {
    await untilTrouble(null);
    await standby.ask('SELECT pg_wal_replay_pause()');
    const desk = catalogClient(app);
    const show = await desk.show();
    const paid = await desk.buy(show, 2);
    const buyer = { 'x-session-token': paid.sessionToken };
    const booking = await app.client.send('GET', `/api/bookings/${paid.bookingId}`, buyer);
    assert.equal(booking.status, 200, booking.text);
    const listed = await app.client.send('GET', '/api/events', {});
    assert.deepEqual(listed.body.items, [], 'the public list is the only one that is late');
    await standby.ask('SELECT pg_wal_replay_resume()');
    await untilReplayed();
    assert.equal((await app.client.send('GET', '/api/events', {})).body.items.length, 1);
    assert.equal((await app.client.send('GET', '/api/search', {})).status, 200);
  });

  test('that is more than five seconds behind is not read, and named degraded, until it has caught up', async () => {
    await untilTrouble(null);
    await standby.ask('SELECT pg_wal_replay_pause()');
    const venueId = await makeVenue('Behind');
    assert.equal(await sees(venueId), false);
    await untilTrouble('behind');
    assert.equal(await sees(venueId), true);
    assert.deepEqual(await degraded(), ['read replica: behind']);
    await standby.ask('SELECT pg_wal_replay_resume()');
    await untilTrouble(null);
    assert.deepEqual(await degraded(), []);
    assert(said.includes('Read replica: it is behind. The primary is read instead.'), said.join());
    assert.equal(said.at(-1), 'Read replica: it is read from.');
  });

  test('that is killed costs nobody an answer, and is read again once it is back', async () => {
    await untilTrouble(null);
    await standby.kill();
    const venueId = await makeVenue('Killed');
    const answers = await Promise.all(Array.from({ length: 20 }, () => sees(venueId)));
    assert(answers.every(Boolean));
    await untilTrouble('unreachable');
    assert.deepEqual(await degraded(), ['read replica: unreachable']);
    await standby.restart();
    await untilTrouble(null);
    await standby.ask('SELECT pg_wal_replay_pause()');
    assert.equal(await sees(await makeVenue('Back')), false, 'it is read from again');
    await standby.ask('SELECT pg_wal_replay_resume()');
  });

  test('a wrong one is refused in a line that names the setting', async () => {
    const other = await startPrimary();
    const port = await freePort();
    const cases: [readUrl: string, pattern: RegExp][] = [
      [other.url, /\(DATABASE_READ_URL\) is no copy of the database that DATABASE_URL leads to/],
      [primary.url.replace('/postgres', '/template1'), /template1 at .* \(DATABASE_READ_URL\) is no copy/],
      [`postgres://onsale:hush@127.0.0.1:${port}/postgres`, /\(DATABASE_READ_URL\) cannot be reached/],
    ];
    for (const [readUrl, pattern] of cases) {
      await assert.rejects(checkExternalServer({ url: primary.url, readUrl }), ({ message }) => {
        assert.match(message, pattern);
        assert(!message.includes('hush') && !message.includes('\n'), message);
        return true;
      });
    }
    const { read } = await checkExternalServer({ url: primary.url, readUrl: standby.url });
    assert.deepEqual(read, { url: standby.url });
    await assert.rejects(
      checkExternalServer({ url: standby.url }),
      /\(DATABASE_URL\) is a standby that cannot be written\. Name the primary in DATABASE_URL\./,
    );
  });

  test('that has become a primary itself is not read', async () => {
    await untilTrouble(null);
    await standby.ask('SELECT pg_promote()');
    await untilTrouble('not a standby');
    const venueId = await makeVenue('Promoted');
    assert.equal(await sees(venueId), true);
    assert.deepEqual(await degraded(), ['read replica: not a standby']);
  });
});
