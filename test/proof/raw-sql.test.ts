import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { before, beforeEach, describe, test } from 'node:test';
import { createPostgresBookingStore } from '../../src/features/booking/index.ts';
import type { BookingStore, ReserveTickets } from '../../src/features/booking/store/booking-store.ts';
import { sqlState } from '../../src/platform/postgres/database.ts';
import { type BareShow, completeCommand, insertShow, reserveCommand, ticketsOf } from '../support/bare-show.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

/** A program gone wrong, or a person with psql: whatever it tries, the schema itself keeps every sale (I1). */
describe('raw SQL that tries to oversell', () => {
  let database: TestDatabase;
  let store: BookingStore;
  let show: BareShow;
  /** Place 0 sold, place 1 in payment, place 2 blocked by staff, place 3 cancelled, place 4 and 5 free. */
  let sold: ReserveTickets;
  let paying: ReserveTickets;
  before(async () => {
    ({ database } = await createTestDatabase());
    store = createPostgresBookingStore(database);
  });
  beforeEach(async () => {
    show = await insertShow(database, 6);
    sold = reserveCommand(show, [id(0)]);
    paying = reserveCommand(show, [id(1)]);
    await store.reserve([sold, paying]);
    await store.recordPaid([completeCommand(sold)]);
    await database.query(`UPDATE tickets SET status = 'Reserved', reason = 'kept back' WHERE ticket_id = $1`, [id(2)]);
    await database.query(`UPDATE tickets SET status = 'Cancelled' WHERE ticket_id = $1`, [id(3)]);
  });

  const id = (place: number) => show.ticketIds[place]!;

  /** The statement must be refused with this kind of error, and leave everything as it was. */
  async function refused(code: '23505' | '23514' | '23502' | '23503', text: string, values: unknown[] = []) {
    const before = await ticketsOf(database, show);
    await assert.rejects(database.query(text, values), (error) => {
      assert.equal(sqlState(error), code, String(error));
      return true;
    });
    assert.deepEqual(await ticketsOf(database, show), before);
  }
  const uniqueViolation = '23505';
  const checkViolation = '23514';

  const insertTicket = (placeNo: number, status = 'Available', extra = '') =>
    `INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no, status${extra && ', booking_id, ticket_number, price_minor'})
     VALUES (${show.eventId}, '${randomUUID()}', ${show.ticketTypeId}, ${placeNo}, '${status}'${extra})`;

  test('a second live ticket for a place, whatever state either is in', async () => {
    for (const place of [0, 1, 2, 4]) {
      await refused(uniqueViolation, insertTicket(place));
      await refused(uniqueViolation, insertTicket(place, 'Reserved'));
      await refused(uniqueViolation, insertTicket(place, 'Sold', `, '${randomUUID()}', 'N-1', 100`));
    }
    await database.query(insertTicket(3));
    await refused(uniqueViolation, insertTicket(3));
  });

  test('a cancelled ticket brought back, alone or over the fresh one', async () => {
    for (const status of ['Available', 'Reserved', 'Sold']) {
      await refused(checkViolation, `UPDATE tickets SET status = $2 WHERE ticket_id = $1`, [id(3), status]);
    }
    await refused(checkViolation, `UPDATE tickets SET reason = 'rewritten' WHERE ticket_id = $1`, [id(3)]);
  });

  test('a sold ticket moved to another booking, or to none', async () => {
    const set = (what: string) => `UPDATE tickets SET ${what} WHERE ticket_id = $1`;
    await refused(checkViolation, set(`booking_id = '${randomUUID()}'`), [id(0)]);
    await refused(checkViolation, set('booking_id = NULL'), [id(0)]);
    await refused(checkViolation, set(`ticket_number = 'N-other'`), [id(0)]);
    await refused(checkViolation, set(`ticket_number = NULL`), [id(0)]);
  });

  test('a sold ticket put back on sale', async () => {
    for (const status of ['Available', 'Reserved']) {
      await refused(checkViolation, `UPDATE tickets SET status = $2 WHERE ticket_id = $1`, [id(0), status]);
    }
    const clear = `UPDATE tickets SET status = 'Available', booking_id = NULL, ticket_number = NULL WHERE ticket_id = $1`;
    await refused(checkViolation, clear, [id(0)]);
  });

  test('a sold ticket, or one in payment, deleted', async () => {
    for (const place of [0, 1]) await refused(checkViolation, 'DELETE FROM tickets WHERE ticket_id = $1', [id(place)]);
    await refused(checkViolation, 'DELETE FROM tickets WHERE event_id = $1', [show.eventId]);
  });

  test('a free ticket sold without having been reserved', async () => {
    const text = `UPDATE tickets SET status = 'Sold', booking_id = $2, ticket_number = 'N-1', price_minor = 1 WHERE ticket_id = $1`;
    await refused(checkViolation, text, [id(4), sold.bookingId]);
  });

  test('a ticket in payment taken over by another booking', async () => {
    const take = (status: string) =>
      `UPDATE tickets SET status = '${status}', booking_id = $2, ticket_number = 'N-1', price_minor = 1 WHERE ticket_id = $1`;
    await refused(checkViolation, take('Reserved'), [id(1), randomUUID()]);
    await refused(checkViolation, take('Sold'), [id(1), randomUUID()]);
  });

  test('a ticket moved to another place, event or id', async () => {
    for (const place of [0, 1, 4]) {
      await refused(checkViolation, 'UPDATE tickets SET place_no = 99 WHERE ticket_id = $1', [id(place)]);
      await refused(checkViolation, 'UPDATE tickets SET ticket_id = gen_random_uuid() WHERE ticket_id = $1', [
        id(place),
      ]);
    }
    const other = await insertShow(database, 1);
    await refused(checkViolation, 'UPDATE tickets SET event_id = $2 WHERE ticket_id = $1', [id(4), other.eventId]);
  });

  test('a sold ticket without number or price, a free one that belongs to somebody, a state that does not exist', async () => {
    const set = (what: string) => `UPDATE tickets SET ${what} WHERE ticket_id = $1`;
    await refused(checkViolation, set(`status = 'Sold', ticket_number = NULL, price_minor = 5`), [id(1)]);
    await refused(checkViolation, set(`status = 'Sold', ticket_number = 'N-1', price_minor = NULL`), [id(1)]);
    await refused(checkViolation, set(`booking_id = gen_random_uuid()`), [id(4)]);
    await refused(checkViolation, set(`ticket_number = 'N-1'`), [id(4)]);
    await refused(checkViolation, set(`status = 'Held'`), [id(4)]);
    await refused(checkViolation, insertTicket(-1));
    await refused('23503', `UPDATE tickets SET ticket_type_id = 2000000000 WHERE ticket_id = $1`, [id(4)]);
  });

  test('a ticket id used twice', async () => {
    const text = 'INSERT INTO tickets (event_id, ticket_id, ticket_type_id, place_no) VALUES ($1, $2, $3, 50)';
    await refused(uniqueViolation, text, [show.eventId, id(4), show.ticketTypeId]);
    const other = await insertShow(database, 1);
    await refused(uniqueViolation, text, [other.eventId, id(4), other.ticketTypeId]);
  });

  test('a second booking of a reservation, and a failed one woken up beside it', async () => {
    const copy = (status: string) =>
      `INSERT INTO bookings (booking_id, event_id, reservation_id, status, attempt, ticket_ids, total_minor, currency,
         payment_provider, version, created_at, updated_at)
       SELECT gen_random_uuid(), event_id, reservation_id, '${status}', attempt, ticket_ids, total_minor, currency,
         payment_provider, version, now(), now() FROM bookings WHERE booking_id = $1 RETURNING booking_id`;
    for (const { bookingId } of [sold, paying]) {
      for (const status of ['pending', 'awaiting_payment', 'completed', 'needs_review', 'cancelled']) {
        await refused(uniqueViolation, copy(status), [bookingId]);
      }
    }
    const [failed] = await database.query<{ booking_id: string }>(copy('failed'), [sold.bookingId]);
    await refused(uniqueViolation, `UPDATE bookings SET status = 'completed' WHERE booking_id = $1`, [
      failed!.booking_id,
    ]);
  });

  test('negative money, an unknown state, a payment reference that pays twice', async () => {
    await refused(checkViolation, 'UPDATE bookings SET total_minor = -1 WHERE booking_id = $1', [sold.bookingId]);
    await refused(checkViolation, 'UPDATE tickets SET price_minor = -1 WHERE ticket_id = $1', [id(1)]);
    await refused(checkViolation, `UPDATE bookings SET status = 'paid' WHERE booking_id = $1`, [sold.bookingId]);
    const pay = (amount: number, reference: string, state = 'captured') =>
      `INSERT INTO payments (payment_id, state, booking_id, provider, provider_reference, amount_minor, currency, created_at)
       VALUES (gen_random_uuid(), '${state}', '${sold.bookingId}', 'external', '${reference}', ${amount}, 'EUR', now())`;
    await refused(checkViolation, pay(-1, 'a'));
    await refused(checkViolation, pay(1, 'a', 'stolen'));
    await database.query(pay(1, `till ${show.eventId}`));
    await refused(uniqueViolation, pay(1, `till ${show.eventId}`));
    const refund = `INSERT INTO refunds (refund_id, state, booking_id, payment_id, amount_minor, currency, reason, created_at)
      VALUES (gen_random_uuid(), 'due', $1, gen_random_uuid(), 0, 'EUR', 'none', now())`;
    await refused(checkViolation, refund, [sold.bookingId]);
  });

  test('history written over: one version of a stream twice', async () => {
    const text = `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at) VALUES ($1, 1, 'Other', '{}', '{}', now())`;
    await refused(uniqueViolation, text, [`booking-${sold.bookingId}`]);
  });

  test('an idempotency key claimed twice', async () => {
    const text = `INSERT INTO idempotency_keys (scope, key, request_hash, booking_id, created_at) VALUES ('s', $1, 'h', $2, now())`;
    const key = `key-${show.eventId}`;
    await database.query(text, [key, sold.bookingId]);
    await refused(uniqueViolation, text, [key, paying.bookingId]);
  });

  test('an event deleted under its tickets', async () => {
    await refused('23503', 'DELETE FROM events WHERE event_id = $1', [show.eventId]);
  });

  test('what is allowed still is: reserve, sell, free, block, cancel, mint again', async () => {
    const bookingId = randomUUID();
    const set = (place: number, what: string) =>
      database.query(`UPDATE tickets SET ${what}, version = version + 1 WHERE ticket_id = $1`, [id(place)]);
    await set(4, `status = 'Reserved', booking_id = '${bookingId}', price_minor = 5`);
    await set(4, `status = 'Available', booking_id = NULL, price_minor = NULL`);
    await set(4, `status = 'Reserved', booking_id = '${bookingId}', price_minor = 5`);
    await set(4, `status = 'Sold', ticket_number = 'N-4'`);
    await set(4, `status = 'Cancelled'`);
    await database.query(insertTicket(4));
    await set(2, `status = 'Available', reason = NULL`);
    await database.query('DELETE FROM tickets WHERE ticket_id = $1', [id(2)]);
    const states = (await ticketsOf(database, show)).map(({ status }) => status);
    assert.deepEqual(states.toSorted(), ['Available', 'Available', 'Cancelled', 'Cancelled', 'Reserved', 'Sold']);
  });
});
