import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { databaseBefore } from '../support/data-of-before.ts';

const [bookingId, otherId] = ['0199aaaa-0000-7000-8000-000000000001', '0199aaaa-0000-7000-8000-000000000002'];
const tickets = [1, 2, 3, 4, 5].map((n) => `0199bbbb-0000-7000-8000-00000000000${n}`);
const [cancelled, comped, blocked, kept, lowered] = tickets as [string, string, string, string, string];
const refundId = '0199cccc-0000-7000-8000-000000000001';
const who = 'Hildegard Sommerfeld';
const allocated = `Kept back for Press: ${who} (AB23CD45)`;

const owners = { 'a superuser': {}, 'an ordinary owner, whom row-level security holds': { attributes: '' } } as const;
for (const [what, options] of Object.entries(owners)) {
  test(`what was typed before is taken out of the history, as ${what}`, async () => {
    const { database } = await databaseBefore('0034', options);
    const run = (text: string, values: unknown[] = []) => database.query(text, values);
    const event = (stream: string, type: string, data: object, reason: string | null = null) =>
      run(
        `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at)
         SELECT $1, (SELECT count(*) + 1 FROM event_store WHERE stream = $1), $2, $3, $4, '2027-01-15T12:00:00Z'`,
        [
          stream,
          type,
          JSON.stringify(data),
          JSON.stringify({ actor: 'key:1', ...(reason && { reason }), correlationId: 'c' }),
        ],
      );
    await run(`INSERT INTO venues (name) VALUES ('Hall')`);
    await run(
      `INSERT INTO events (venue_id, title, starts_at, time_zone, currency) VALUES (1, 'Show', now(), 'UTC', 'EUR')`,
    );
    await run(`INSERT INTO ticket_types (event_id, name, position, rates, capacity) VALUES (1, 'Entry', 0, '[]', 5)`);
    const ticket = (id: string, no: number, status: string, of: string | null, reason: string) =>
      run(
        `INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no, status, booking_id, reason, updated_at)
         VALUES (1, $1, 1, $2, $3, $4, $5, '2027-01-15T12:00:00Z')`,
        [id, no, status, of, reason],
      );
    const ill = `I am ill. ${who}`;
    await ticket(cancelled, 0, 'Cancelled', bookingId, ill);
    await ticket(comped, 1, 'Cancelled', otherId, 'cancelled by the buyer');
    await ticket(blocked, 2, 'Reserved', null, `for ${who}`);
    await ticket(kept, 3, 'Reserved', null, allocated);
    await ticket(lowered, 4, 'Cancelled', null, 'capacity lowered');
    await event(`booking-${bookingId}`, 'BookingCreated', { bookingId });
    await event(`booking-${bookingId}`, 'TicketsCancelled', { ticketIds: [cancelled] }, ill);
    await event(`booking-${bookingId}`, 'RefundDue', { refundId, amountMinor: 5, reason: ill }, ill);
    await event(`booking-${otherId}`, 'BookingCancelled', { ticketIds: [comped] }, 'cancelled by the buyer');
    await event(`ticket-${blocked}`, 'TicketBlocked', { ticketId: blocked }, `for ${who}`);
    await event(`ticket-${kept}`, 'TicketBlocked', { ticketId: kept }, allocated);
    await event('event-1', 'TicketTypeUpdated', {}, 'capacity lowered');
    await event('event-1', 'AllocationMade', { allocationId: 1, name: `Press: ${who}`, note: null, ticketIds: [kept] });
    await event('event-1', 'AllocationChanged', { allocationId: 1, name: `Press: ${who}`, note: `called ${who}` });
    await event('erasure-1', 'PersonErased', { bookingIds: [] }, `${who} asked`);
    await event('account-1', 'LoginEnded', { loginId: 'x' }, 'logout');
    await run(
      `INSERT INTO allocations (organizer_id, event_id, name, ticket_ids, reason) VALUES (1, 1, 'Press', ARRAY[$1::uuid], $2)`,
      [kept, allocated],
    );
    await run(
      `INSERT INTO refunds (refund_id, state, booking_id, payment_id, amount_minor, currency, reason, created_at)
       VALUES ($1, 'requested', $2, $1, 5, 'EUR', $3, now())`,
      [refundId, bookingId, ill],
    );
    await run(
      `INSERT INTO receipts (organizer_id, number, booking_id, refund_id, issued_at, document) VALUES (1, 1, $1, $2, now(), $3)`,
      [bookingId, refundId, JSON.stringify({ kind: 'refund', reason: ill, totalMinor: -5 })],
    );
    await run(
      `INSERT INTO payment_reviews (review_id, organizer_id, kind, subject, booking_id, facts, created_at, updated_at)
       VALUES ($1, 1, 'REFUND_FAILED', 'r', $2, $3, now(), now())`,
      [refundId, bookingId, JSON.stringify({ refundId, reason: ill })],
    );
    await run(`INSERT INTO cancellation_wishes VALUES ($1, 1, $2, now())`, [
      otherId,
      JSON.stringify({ bookingId: otherId, reason: `wish of ${who}` }),
    ]);
    const positions = await run(
      'SELECT position, stream, version, type, occurred_at FROM event_store ORDER BY position',
    );

    assert.ok((await migrate(database)) > 0);

    for (const table of ['event_store', 'tickets', 'refunds', 'receipts', 'payment_reviews', 'cancellation_wishes']) {
      assert.deepEqual(await run(`SELECT FROM ${table} t WHERE position($1 IN t::text) > 0`, [who]), [], table);
    }
    assert.deepEqual(await run('SELECT reason FROM allocations WHERE position($1 IN reason) > 0', [who]), []);
    const texts = await database.query<{ bookingId: string | null; ticketIds: string[]; text: string }>(
      `SELECT booking_id AS "bookingId", ticket_ids::text[] AS "ticketIds", text FROM kept_texts ORDER BY text, booking_id`,
    );
    assert.deepEqual(
      texts.map(({ text, ...about }) => [text, about.bookingId, about.ticketIds]),
      [
        [`called ${who}`, null, []],
        [`for ${who}`, null, [blocked]],
        [`${who} asked`, null, []],
        [ill, bookingId, []],
        [allocated, null, []],
        [`Press: ${who}`, null, []],
        [`Press: ${who}`, null, []],
        [`wish of ${who}`, otherId, []],
      ].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    );
    const reasons = await database.query<{ reason: string; text: string }>(
      `SELECT metadata ->> 'reason' AS reason, k.text FROM event_store s
       LEFT JOIN kept_texts k ON 'text:' || k.text_id = s.metadata ->> 'reason' WHERE metadata ->> 'reason' IS NOT NULL ORDER BY position`,
    );
    assert.deepEqual(
      reasons.map(({ reason, text }) => text ?? reason),
      [ill, ill, 'cancelled by the buyer', `for ${who}`, allocated, 'capacity lowered', `${who} asked`, 'logout'],
    );
    const [same] = await run('SELECT FROM allocations a JOIN tickets t ON t.reason = a.reason AND t.ticket_id = $1', [
      kept,
    ]);
    assert.ok(same, 'an allocation still knows its tickets');
    assert.deepEqual(
      await run('SELECT position, stream, version, type, occurred_at FROM event_store ORDER BY position'),
      positions,
      'nothing else of the history has changed',
    );
    await assert.rejects(run(`UPDATE event_store SET type = 'Other'`), /only ever added to/);
    await assert.rejects(run(`UPDATE tickets SET reason = 'x' WHERE ticket_id = $1`, [cancelled]));
    const isolated = await run(
      `SELECT relname FROM pg_class WHERE relname = ANY($1) AND relrowsecurity AND relforcerowsecurity`,
      [
        [
          'event_store',
          'tickets',
          'kept_texts',
          'refunds',
          'receipts',
          'allocations',
          'payment_reviews',
          'cancellation_wishes',
        ],
      ],
    );
    assert.equal(isolated.length, 8);
    const enabled = await run(
      `SELECT FROM pg_trigger WHERE tgname IN ('event_store_append_only', 'tickets_life_cycle') AND tgenabled = 'O'`,
    );
    assert.equal(enabled.length, 2);
  });
}
