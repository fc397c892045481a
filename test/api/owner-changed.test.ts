import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import type { Method } from '../support/client.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { intercepted } from '../support/intercepted.ts';
import { needs } from '../support/needs.ts';
import { slotOwners } from '../support/slot-owners.ts';

const tables = [
  ...['tickets', 'ticket_types', 'events', 'search_documents', 'allocations', 'bookings', 'payments', 'refunds'],
  ...['event_store', 'outbox', 'hold_journal', 'idempotency_keys'],
];

/** A process on a database of its own that believes to own whatever `ownShow` made, even when another one does. */
async function openSleeper(within: (database: TestDatabase) => TestDatabase = (database) => database) {
  const { database, connection } = await createTestDatabase();
  const { takeOver, believe, ownership } = slotOwners({ database, connection });
  const testApp = await startTestApp({ database: within(database), ownership });
  const office = boxOffice({ ...testApp, database });
  return {
    ...testApp,
    office,
    takeOver,
    believe,
    asStaff: (method: Method, url: string, payload?: object) => office.send(method, url, office.staff, payload),
    /** A show that is its own, with four tickets. */
    async ownShow(parts: object = {}) {
      const ticketTypes = [{ name: 'Entry', price: 10, capacity: 4 }];
      const show = await office.show({ ticketTypes, ...parts });
      believe(await takeOver(show.eventId));
      return show as { eventId: number; ticketTypes: { ticketTypeId: number }[] };
    },
    async ticketIds(eventId: number): Promise<string[]> {
      const page = await office.send('GET', `/api/tickets/event/${eventId}?limit=50`, office.staff);
      assert.equal(page.status, 200, page.text);
      return page.body.items.map(({ ticketId }: { ticketId: string }) => ticketId);
    },
    /** All that is written down. */
    async written(): Promise<Record<string, string>> {
      const columns = tables.map(
        (table) => `(SELECT md5(string_agg(t::text, ' ' ORDER BY t::text)) FROM ${table} t) AS ${table}`,
      );
      const [row] = await database.query<Record<string, string>>(`SELECT ${columns.join(', ')}`);
      return row!;
    },
  };
}

type Sleeper = Awaited<ReturnType<typeof openSleeper>>;
type Change = [method: Method, url: string, payload?: object];

/** What staff do with an event, and what is to be there before. */
const changes: Record<string, (sleeper: Sleeper) => Promise<{ eventId: number; change: Change }>> = {
  async 'keep back a ticket'({ ownShow, ticketIds }) {
    const { eventId } = await ownShow();
    const [id] = await ticketIds(eventId);
    return { eventId, change: ['PATCH', `/api/tickets/${id}/status`, { status: 'Reserved', reason: 'mine' }] };
  },
  async 'put it on sale again'({ ownShow, ticketIds, asStaff }) {
    const { eventId } = await ownShow();
    const ids = (await ticketIds(eventId)).slice(0, 2);
    const blocked = await asStaff('POST', '/api/tickets/block', { eventId, ticketIds: ids, reason: 'mine' });
    assert.equal(blocked.status, 200, blocked.text);
    return { eventId, change: ['POST', '/api/tickets/release', { eventId, ticketIds: ids }] };
  },
  async 'cancel a ticket'({ ownShow, ticketIds }) {
    const { eventId } = await ownShow();
    return { eventId, change: ['DELETE', `/api/tickets/${(await ticketIds(eventId))[0]}`] };
  },
  async 'take a hold from its buyer'({ ownShow, office, runJobs }) {
    const { eventId } = await ownShow();
    const { tickets } = await office.hold({ eventId, quantity: 2 });
    await runJobs();
    const ticketIds = tickets.map(({ ticketId }) => ticketId);
    return { eventId, change: ['POST', '/api/tickets/release', { eventId, ticketIds }] };
  },
  async 'keep places back for somebody'({ ownShow }) {
    const { eventId, ticketTypes } = await ownShow();
    const wish = { name: 'Sponsor', ticketTypeId: ticketTypes[0]!.ticketTypeId, quantity: 2 };
    return { eventId, change: ['POST', `/api/events/${eventId}/allocations`, wish] };
  },
  async 'release them'({ ownShow, asStaff }) {
    const { eventId, ticketTypes } = await ownShow();
    const wish = { name: 'Sponsor', ticketTypeId: ticketTypes[0]!.ticketTypeId, quantity: 2 };
    const made = await asStaff('POST', `/api/events/${eventId}/allocations`, wish);
    assert.equal(made.status, 201, made.text);
    return { eventId, change: ['POST', `/api/allocations/${made.body.allocationId}/release`] };
  },
  async 'give kept places away'({ ownShow, ticketIds, asStaff }) {
    const { eventId } = await ownShow();
    const ids = (await ticketIds(eventId)).slice(0, 2);
    await asStaff('POST', '/api/tickets/block', { eventId, ticketIds: ids, reason: 'mine' });
    return {
      eventId,
      change: ['POST', '/api/bookings/complimentary', { eventId, ticketIds: ids, reason: 'for the press' }],
    };
  },
  async 'give places away'({ ownShow }) {
    const { eventId } = await ownShow();
    return { eventId, change: ['POST', '/api/bookings/complimentary', { eventId, quantity: 1, reason: 'press' }] };
  },
  async 'lower a capacity'({ ownShow }) {
    const { eventId, ticketTypes } = await ownShow();
    const url = `/api/events/${eventId}/ticket-types/${ticketTypes[0]!.ticketTypeId}`;
    return { eventId, change: ['PUT', url, { capacity: 2 }] };
  },
  async 'raise a capacity'({ ownShow }) {
    const { eventId, ticketTypes } = await ownShow();
    const url = `/api/events/${eventId}/ticket-types/${ticketTypes[0]!.ticketTypeId}`;
    return { eventId, change: ['PUT', url, { capacity: 9 }] };
  },
  async 'add tickets'({ ownShow }) {
    const { eventId } = await ownShow();
    return { eventId, change: ['POST', '/api/tickets/bulk', { eventId, quantity: 3 }] };
  },
  async 'add a ticket type'({ ownShow }) {
    const { eventId } = await ownShow();
    const type = { name: 'Lounge', price: 50, capacity: 2 };
    return { eventId, change: ['POST', `/api/events/${eventId}/ticket-types`, type] };
  },
  async 'delete a ticket type'({ ownShow }) {
    const { eventId, ticketTypes } = await ownShow();
    return { eventId, change: ['DELETE', `/api/events/${eventId}/ticket-types/${ticketTypes[0]!.ticketTypeId}`] };
  },
  async 'publish an event'({ ownShow }) {
    const { eventId } = await ownShow({ status: 'draft' });
    return { eventId, change: ['POST', `/api/events/${eventId}/publish`] };
  },
  async 'postpone an event'({ ownShow }) {
    const { eventId } = await ownShow();
    return { eventId, change: ['PUT', `/api/events/${eventId}`, { status: 'postponed' }] };
  },
  async 'delete an event'({ ownShow }) {
    const { eventId } = await ownShow();
    return { eventId, change: ['DELETE', `/api/events/${eventId}`] };
  },
  async 'cancel a booking'({ ownShow, office }) {
    const { eventId } = await ownShow();
    const bought = await office.pay(await office.hold({ eventId, quantity: 2 }));
    assert.equal(bought.status, 201, bought.text);
    return { eventId, change: ['DELETE', `/api/bookings/${bought.body.bookingId}`] };
  },
};

describe(
  'a process whose event another one has taken over meanwhile',
  needs('process', 'database', 'jobs'),
  async () => {
    const sleeper = await openSleeper();
    const { office, ownShow, takeOver, believe, asStaff, written } = sleeper;

    test('answers a purchase that nothing was charged, and the same request buys where the event is owned', async () => {
      const { eventId } = await ownShow();
      const held = await office.hold({ eventId, quantity: 2 });
      await sleeper.runJobs();
      const present = await takeOver(eventId);
      const refused = await office.pay(held, { key: 'once' });
      assert.deepEqual(
        [refused.status, refused.body.code, refused.headers['retry-after']],
        [503, 'OWNER_CHANGED', '1'],
      );
      assert.deepEqual(await office.bookingsOf(held), {});
      assert.equal((await office.look(held)).body.status, 'active');
      believe(present);
      const bought = await office.pay(held, { key: 'once' });
      assert.equal(bought.status, 201, bought.text);
      assert.deepEqual(await office.bookingsOf(held), { completed: 1 });
      await office.assertSound();
    });

    for (const [what, prepare] of Object.entries(changes)) {
      test(`writes nothing when staff ${what}, and says so`, async () => {
        const { eventId, change } = await prepare(sleeper);
        const present = await takeOver(eventId);
        const before = await written();
        const refused = await asStaff(...change);
        assert.deepEqual([refused.status, refused.body.code], [503, 'OWNER_CHANGED'], refused.text);
        assert.deepEqual(await written(), before);
        // Where the event is owned, the same request is done.
        believe(present);
        const done = await asStaff(...change);
        assert.ok(done.status < 300, done.text);
        await office.assertSound();
      });
    }
  },
);

describe('without the guard of changes by staff', needs('process', 'database', 'jobs'), async () => {
  // Whoever asks for the fence hears that it is there.
  const sleeper = await openSleeper((database) =>
    intercepted(database, (statement, ask) =>
      statement.name?.startsWith('fences-lock')
        ? ask({ name: 'fences-believed', text: 'SELECT 1 FROM unnest($1::int[], $2::uuid[], $3::bigint[]) AS f' })
        : ask(),
    ),
  );

  for (const [what, prepare] of Object.entries(changes)) {
    // Its booking is begun as a purchase is, which has a guard of its own.
    if (what === 'give places away') continue;
    test(`the process that has lost the event lets staff ${what}, and its owner does not hear of it`, async () => {
      const { eventId, change } = await prepare(sleeper);
      await sleeper.takeOver(eventId);
      const before = await sleeper.written();
      await sleeper.asStaff(...change);
      assert.notDeepEqual(await sleeper.written(), before);
    });
  }
});
