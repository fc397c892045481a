import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { mortal } from './mortal-database.ts';

/** Every so many awaits the process dies once; more would only cost time. */
const pointsApart = 5;

describe('a process that dies while it notifies buyers of a show that moved', () => {
  let alive: TestApp;
  let office: BoxOffice;
  before(async () => {
    alive = await startTestApp();
    office = boxOffice(alive);
  });

  /** A show that moved: two bookings, and a third whose tickets are held and not bought yet. */
  async function movedShow() {
    const { eventId } = await office.show({ cancellation: { allowed: false } });
    const bookingIds: string[] = [];
    for (let i = 0; i < 2; i++) {
      const held = await office.hold({ eventId, quantity: 1, customerEmail: `buyer-${i}@example.org` });
      bookingIds.push((await office.pay(held)).body.bookingId);
    }
    const late = await office.hold({ eventId, quantity: 1, customerEmail: 'late@example.org' });
    await alive.runJobs();
    await office.send('PUT', `/api/events/${eventId}`, office.staff, { startsAt: '2027-05-01T20:00:00Z' });
    return { eventId, bookingIds, late };
  }

  /** Notifies in a process of its own, which dies at that await; null: at none. Answers how many there were. */
  async function notifyAndDie(at: number | null): Promise<number> {
    let no = 0;
    let isWatched = false;
    const process = mortal(alive.database, async () => {
      if (isWatched && no++ === at) process.kill();
    });
    const { core } = await startTestApp({
      database: process.database,
      clock: alive.clock,
      isMortal: true,
    });
    isWatched = true;
    const job = core.jobs.find(({ name }) => name.startsWith('notify buyers'))!;
    await Promise.race([core.relay().then(() => job.run()), process.died]);
    return no;
  }

  async function assertNotified(eventId: number, bookingIds: readonly string[], what: string): Promise<void> {
    const notified = await alive.database.query<{ stream: string }>(
      `SELECT stream FROM event_store WHERE type = 'ShowMoved' AND stream = ANY($1::text[])`,
      [bookingIds.map((id) => `booking-${id}`)],
    );
    assert.deepEqual(notified.map(({ stream }) => stream.slice(8)).sort(), [...bookingIds].sort(), what);
    const mails = await alive.database.query<{ id: string }>(
      `SELECT substr(cause, 9, 36) AS id FROM mails WHERE kind = 'event-moved' AND substr(cause, 9, 36) = ANY($1::text[])`,
      [bookingIds],
    );
    assert.deepEqual(mails.map(({ id }) => id).sort(), [...bookingIds].sort(), what);
    const { items } = (await office.send('GET', `/api/events/${eventId}/changes`, office.staff)).body;
    const [{ state, notified: count, total }] = items;
    assert.deepEqual([state, count, total], ['done', 3, 3], what);
  }

  test('loses nobody and notifies nobody twice, whoever is still paying', async (t) => {
    await movedShow();
    const points = await notifyAndDie(null);
    t.diagnostic(`${points} awaits`);
    assert.ok(points > 20, String(points));
    for (let point = 0; point < points; point += pointsApart) {
      const { eventId, bookingIds, late } = await movedShow();
      await notifyAndDie(point);
      const paid = await office.pay(late);
      assert.equal(paid.status, 201, paid.text);
      for (let i = 0; i < 2; i++) await alive.runJobs();
      await assertNotified(eventId, [...bookingIds, paid.body.bookingId], `killed at ${point}`);
    }
    await office.assertSound();
  });
});
