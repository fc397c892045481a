// Baseline of purchases: the textbook design. One transaction per purchase, which locks what it sells by
// SELECT … FOR UPDATE, checks, updates, inserts the booking and commits. Written as well as that design allows:
// prepared statements, a pool of the best size, nothing else in the request.
import { randomUUID } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';
import type { ConnectionSettings } from '../../src/platform/postgres/database.ts';
import { announce, readSettings } from './child.ts';

export interface ForUpdateSettings {
  readonly connection: ConnectionSettings;
  readonly poolSize: number;
  /** What is locked: the event's row, which holds the number left, or the ticket's own row. */
  readonly lock: 'event' | 'ticket';
}

const { connection, poolSize, lock } = readSettings<ForUpdateSettings>();
const settings = 'url' in connection ? { connectionString: connection.url } : connection;
const pool = new pg.Pool({ ...settings, max: poolSize });

const body = {
  type: 'object',
  required: ['eventId', 'ticketId', 'customer'],
  additionalProperties: false,
  properties: {
    eventId: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    ticketId: { type: 'integer', minimum: 1, maximum: 2_147_483_647 },
    customer: { type: 'string', minLength: 1, maxLength: 100 },
  },
};
interface Purchase {
  readonly eventId: number;
  readonly ticketId: number;
  readonly customer: string;
}

const lockEvent = {
  name: 'lock-event',
  text: 'SELECT available, price_minor FROM events WHERE event_id = $1 FOR UPDATE',
};
const takeOne = { name: 'take-one', text: 'UPDATE events SET available = available - 1 WHERE event_id = $1' };
const lockTicket = {
  name: 'lock-ticket',
  text: 'SELECT status, price_minor FROM tickets WHERE event_id = $1 AND ticket_id = $2 FOR UPDATE',
};
const sellTicket = {
  name: 'sell-ticket',
  text: `UPDATE tickets SET status = 'Sold', booking_id = $3 WHERE event_id = $1 AND ticket_id = $2`,
};
const insertBooking = {
  name: 'insert-booking',
  text: `INSERT INTO bookings (booking_id, event_id, ticket_id, customer, total_minor, status)
         VALUES ($1, $2, $3, $4, $5, 'completed')`,
};

async function sell(client: pg.PoolClient, purchase: Purchase, bookingId: string): Promise<number | null> {
  const { eventId, ticketId } = purchase;
  if (lock === 'event') {
    const { rows } = await client.query({ ...lockEvent, values: [eventId] });
    if (!rows[0] || rows[0].available < 1) return null;
    await client.query({ ...takeOne, values: [eventId] });
    return rows[0].price_minor;
  }
  const { rows } = await client.query({ ...lockTicket, values: [eventId, ticketId] });
  if (rows[0]?.status !== 'Available') return null;
  await client.query({ ...sellTicket, values: [eventId, ticketId, bookingId] });
  return rows[0].price_minor;
}

const app = Fastify({ keepAliveTimeout: 120_000 });
app.post('/purchase', { schema: { body } }, async (request, reply) => {
  const purchase = request.body as Purchase;
  const bookingId = randomUUID();
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const priceMinor = await sell(client, purchase, bookingId);
    if (priceMinor === null) {
      await client.query('ROLLBACK');
      return reply.code(409).send({ code: 'SOLD_OUT' });
    }
    const values = [bookingId, purchase.eventId, purchase.ticketId, purchase.customer, priceMinor];
    await client.query({ ...insertBooking, values });
    await client.query('COMMIT');
    return reply.code(201).send({ bookingId, status: 'completed', totalMinor: priceMinor });
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
});
await app.listen({ port: 0, host: '127.0.0.1' });
announce((app.server.address() as { port: number }).port);
