// Baseline of purchases that owes its buyer as much as the product does: in one transaction it writes the idempotency
// key with its answer, the booking, the ticket, the payment, two events and the message for others, and the number left of the
// event. That number is one hot row; it is locked first, as the textbook says, or last, right before COMMIT, which is the best that
// can be written so: all else happens beside the other buyers' transactions.
import { createHash, createHmac, randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { ConnectionSettings } from '../../src/platform/postgres/database.ts';
import { readSettings } from './child.ts';
import { type Purchase, serveSelling } from './selling.ts';

export interface SameFactsSettings {
  readonly connection: ConnectionSettings;
  readonly poolSize: number;
  readonly lock: 'first' | 'last';
}

const { connection, poolSize, lock } = readSettings<SameFactsSettings>();

const lockEvent = { name: 'lock-event', text: 'SELECT available FROM events WHERE event_id = $1 FOR UPDATE' };
const takeOne = {
  name: 'take-one',
  text: 'UPDATE events SET available = available - 1 WHERE event_id = $1 AND available > 0 RETURNING available',
};
// One statement, so that all facts cost one way to the server and back.
const writeFacts = {
  name: 'write-facts',
  text: `WITH sold AS (UPDATE tickets SET status = 'Sold', booking_id = $3
      WHERE event_id = $1 AND ticket_id = $2 AND status = 'Available' RETURNING price_minor),
    key AS (INSERT INTO idempotency_keys (customer, key, request_hash, status, body)
      SELECT $4, $5, $6, 201, $7 FROM sold),
    booking AS (INSERT INTO bookings (booking_id, event_id, ticket_id, customer, total_minor, status)
      SELECT $3, $1, $2, $4, price_minor, 'completed' FROM sold),
    payment AS (INSERT INTO payments (payment_id, booking_id, amount_minor, currency, transaction_id, state)
      SELECT $8, $3, price_minor, 'EUR', $9, 'captured' FROM sold),
    facts AS (INSERT INTO event_store (stream, version, type, data, metadata)
      SELECT $3, version, type, data, $10::json FROM sold,
        (VALUES (1, 'BookingCreated', $11::json), (2, 'PaymentCompleted', $12::json)) AS fact (version, type, data)),
    message AS (INSERT INTO outbox (topic, payload) SELECT 'booking.completed', $11::json FROM sold)
    SELECT price_minor FROM sold`,
};
const secret = 'only for this benchmark';
const priceMinor = 4550;

async function sell(client: pg.PoolClient, purchase: Purchase, key: string): Promise<object | null> {
  const { eventId, ticketId, customer } = purchase;
  const bookingId = randomUUID();
  const paymentId = randomUUID();
  const transactionId = createHmac('sha512', secret).update(`${bookingId}|${priceMinor}|${Date.now()}`).digest('hex');
  const answer = { bookingId, status: 'completed', transactionId, totalMinor: priceMinor, tickets: [{ ticketId }] };
  if (lock === 'first') {
    const { rows } = await client.query({ ...lockEvent, values: [eventId] });
    if (!rows[0] || rows[0].available < 1) return null;
  }
  const { rows } = await client.query({
    ...writeFacts,
    values: [
      eventId,
      ticketId,
      bookingId,
      customer,
      key,
      createHash('sha256').update(JSON.stringify(purchase)).digest('hex'),
      JSON.stringify(answer),
      paymentId,
      transactionId,
      JSON.stringify({ actor: customer, correlationId: randomUUID(), at: Date.now() }),
      JSON.stringify({ bookingId, eventId, ticketIds: [ticketId], totalMinor: priceMinor, currency: 'EUR' }),
      JSON.stringify({ paymentId, amountMinor: priceMinor, transactionId }),
    ],
  });
  if (rows.length === 0) return null;
  const taken = await client.query({ ...takeOne, values: [eventId] });
  return taken.rows.length === 0 ? null : answer;
}

await serveSelling({ connection, poolSize, sell });
