import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDatabase } from '../../src/cli/with-database.ts';
import { readSettings } from '../../src/config.ts';
import { buyUntilTheEnd, type Order, seededRandom, type Ticket } from '../proof/buyers.ts';
import { asTest, type TestDatabase } from './database.ts';
import type { OnsaleServer } from './onsale-process.ts';

/** Puts a show on sale and answers its id. */
export async function openShow({ url }: Pick<OnsaleServer, 'url'>, dataDir: string, capacity: number): Promise<number> {
  const key = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  const response = await fetch(`${url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      title: `Show of ${capacity}`,
      eventDate: new Date(Date.now() + 90 * 86_400_000).toISOString(),
      venue: 'Hall',
      venueAddress: 'Main Street 1',
      ticketTypes: [{ name: 'Entry', price: 12.5, capacity }],
    }),
  });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text).eventId;
}

/** People who buy at a server until it dies. */
export interface Sale {
  /** Those whose purchase was acknowledged, so far. */
  sold(): readonly Order[];
  /** Waits until so many more were. */
  untilSold(more: number): Promise<void>;
  /** Resolves when all have gone: after the server. */
  readonly ended: Promise<unknown>;
}

/** Lets twelve at a time buy at these shows. */
export function startSale({ url }: Pick<OnsaleServer, 'url'>, shows: readonly number[], seed: number): Sale {
  const orders: Order[] = [];
  const random = seededRandom(seed);
  const ended = Promise.all(Array.from({ length: 12 }, () => buyUntilTheEnd(url, shows, orders, random)));
  const sold = () => orders.filter(({ answer }) => answer?.status === 201);
  return {
    sold,
    async untilSold(more) {
      const goal = sold().length + more;
      for (let time = 0; sold().length < goal; time++) {
        assert.ok(time < 6_000, 'nobody buys');
        await sleep(10);
      }
    },
    ended,
  };
}

/** The database of these settings, asked by a test. */
export async function inDatabaseOf<T>(
  env: NodeJS.ProcessEnv,
  work: (database: TestDatabase) => Promise<T>,
): Promise<T> {
  const settings = readSettings(env);
  assert.ok(settings.accepted);
  return withDatabase(settings.value, (database) => work(asTest(database)));
}

/** Those orders whose tickets are not there as they were acknowledged. */
export async function findLost(env: NodeJS.ProcessEnv, orders: readonly Order[]): Promise<string[]> {
  const sold = await inDatabaseOf(env, (database) =>
    database.query<Ticket>(
      `SELECT t.ticket_id AS "ticketId", t.ticket_number AS "ticketNumber"
       FROM tickets t JOIN bookings b USING (booking_id) WHERE t.status = 'Sold' AND b.status = 'completed'`,
    ),
  );
  const numbers = new Map(sold.map(({ ticketId, ticketNumber }) => [ticketId, ticketNumber]));
  return orders
    .filter(({ answer }) => {
      const { tickets } = JSON.parse(answer!.text) as { tickets: Ticket[] };
      return tickets.some(({ ticketId, ticketNumber }) => numbers.get(ticketId) !== ticketNumber);
    })
    .map(({ key }) => key);
}
