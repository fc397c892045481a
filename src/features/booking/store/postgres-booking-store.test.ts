import { before, describe } from 'node:test';
import { insertShow, ticketsOf } from '../../../../test/support/bare-show.ts';
import { createTestDatabase } from '../../../../test/support/database.ts';
import { bookingSettlingContract } from './booking-settling.contract.ts';
import { bookingStoreContract } from './booking-store.contract.ts';
import type { StoreUnderTest } from './booking-store.test-support.ts';
import { createPostgresBookingStore } from './postgres-booking-store.ts';

describe('bookings in PostgreSQL', () => {
  let subject: StoreUnderTest;
  before(async () => {
    const { database } = await createTestDatabase();
    subject = {
      store: createPostgresBookingStore(database),
      makeShow: (places) => insertShow(database, places),
      ticketsOf: (show) => ticketsOf(database, show),
      async counts() {
        const tables = ['bookings', 'booking_contacts', 'payments', 'event_store', 'outbox', 'idempotency_keys'];
        const columns = tables.map((table) => `(SELECT count(*) FROM ${table}) AS ${table}`);
        const [row] = await database.query<Record<string, number>>(`SELECT ${columns.join(', ')}`);
        return row!;
      },
      async breakTickets(ticketIds) {
        await database.query(
          `UPDATE tickets SET status = 'Available', booking_id = NULL WHERE ticket_id = ANY($1::uuid[])`,
          [ticketIds],
        );
      },
    };
  });
  bookingStoreContract(() => subject);
  bookingSettlingContract(() => subject);
});
