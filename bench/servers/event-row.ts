import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Purchase } from './selling.ts';

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

/** The textbook's sale: lock by SELECT … FOR UPDATE what is sold (the event's row or the ticket's), check, update, book. */
export function sellByRowLock(lock: 'event' | 'ticket') {
  return async (client: pg.PoolClient, purchase: Purchase): Promise<object | null> => {
    const { eventId, ticketId, customer } = purchase;
    const bookingId = randomUUID();
    const priceMinor = await (lock === 'event' ? takeFromEvent : takeTicket)(client, purchase, bookingId);
    if (priceMinor === null) return null;
    await client.query({ ...insertBooking, values: [bookingId, eventId, ticketId, customer, priceMinor] });
    return { bookingId, status: 'completed', totalMinor: priceMinor };
  };
}

async function takeFromEvent(client: pg.PoolClient, { eventId }: Purchase): Promise<number | null> {
  const { rows } = await client.query({ ...lockEvent, values: [eventId] });
  if (!rows[0] || rows[0].available < 1) return null;
  await client.query({ ...takeOne, values: [eventId] });
  return rows[0].price_minor;
}

async function takeTicket(client: pg.PoolClient, purchase: Purchase, bookingId: string): Promise<number | null> {
  const { eventId, ticketId } = purchase;
  const { rows } = await client.query({ ...lockTicket, values: [eventId, ticketId] });
  if (rows[0]?.status !== 'Available') return null;
  await client.query({ ...sellTicket, values: [eventId, ticketId, bookingId] });
  return rows[0].price_minor;
}
