import { randomBytes } from 'node:crypto';
import { type LoadResult, runLoad } from '../load/client.ts';
import { postHead, postRequest } from '../load/request.ts';
import type { Product } from './product.ts';
import { createShow, type Show } from './shows.ts';

/** A hold that waits for its purchase: each belongs to a guest of its own, as in a real sale. */
interface HeldTicket {
  readonly reservationId: string;
  readonly sessionToken: string;
}

export interface Timing {
  readonly connections: number;
  readonly warmupMs: number;
  readonly measureMs: number;
  /** Open loop: so many a second arrive, however fast they are answered. */
  readonly arrivalsPerSecond?: number;
}

const reserveHead = postHead('/api/tickets/reserve');
const purchaseHead = postHead('/api/tickets/purchase');
const run = randomBytes(16).toString('hex');
let purchaseNumber = 0;

export function reserveRequest({ eventId, ticketTypeId }: Show, quantity = 1): string {
  const body = `{"eventId":${eventId},"ticketTypeId":${ticketTypeId},"quantity":${quantity}}`;
  return postRequest(reserveHead, body);
}

export function purchaseRequest({ reservationId, sessionToken }: HeldTicket): string {
  purchaseNumber += 1;
  const headers = `Idempotency-Key: ${run}-${purchaseNumber}\r\nX-Session-Token: ${sessionToken}\r\n`;
  const body = `{"reservationId":"${reservationId}","payment":{"provider":"sandbox","token":"tok_ok"}}`;
  return postRequest(purchaseHead, body, headers);
}

/** Reads id and token out of a reserve answer without parsing the rest. */
export function readHold(body: Buffer): HeldTicket {
  const text = body.toString('latin1');
  return { reservationId: readText(text, '"reservationId":"'), sessionToken: readText(text, '"sessionToken":"') };
}

function readText(text: string, before: string): string {
  const from = text.indexOf(before);
  if (from < 0) throw new Error(`no ${before} in ${text.slice(0, 300)}`);
  return text.slice(from + before.length, text.indexOf('"', from + before.length));
}

/** Holds `count` single tickets, before any clock runs. */
export async function prepareHolds(product: Product, show: Show, count: number): Promise<HeldTicket[]> {
  const holds: HeldTicket[] = [];
  let left = count;
  const request = reserveRequest(show);
  const result = await runLoad({
    port: product.port,
    connections: 64,
    keepBody: true,
    next: () => (left-- > 0 ? request : undefined),
    answered: (_, status, body) => status === 201 && holds.push(readHold(body)),
  });
  if (holds.length !== count) throw new Error(`only ${holds.length} of ${count} holds: ${JSON.stringify(result)}`);
  return holds;
}

/** Buys prepared holds as fast as the product answers, then checks that exactly the acknowledged ones are sold. */
export async function buyHolds(product: Product, show: Show, holds: HeldTicket[], timing: Timing): Promise<LoadResult> {
  let nextHold = 0;
  const result = await runLoad({
    port: product.port,
    servers: [product.pid],
    ...timing,
    next: () => (nextHold < holds.length ? purchaseRequest(holds[nextHold++]!) : undefined),
  });
  await checkSold(product, [show], result.statuses['201'] ?? 0, result.lost);
  return result;
}

/** Sells so many orders of `quantity` tickets, however long it takes. */
export async function sellOrders(product: Product, show: Show, count: number, quantity: number): Promise<void> {
  let left = count;
  const begins = () => left-- > 0;
  const { statuses } = await buyWhile(product, [show], begins, quantity, {});
  if (statuses['201'] !== 2 * count) throw new Error(`not all ${count} orders were sold: ${JSON.stringify(statuses)}`);
}

/**
 * Whole orders: hold, then buy what was held, over and over on each connection, which stays with one of the shows. Only purchases
 * are counted.
 */
export function buyOrders(product: Product, shows: readonly Show[], timing: Timing): Promise<LoadResult> {
  return buyWhile(product, shows, () => true, 1, timing);
}

async function buyWhile(
  product: Product,
  shows: readonly Show[],
  begins: () => boolean,
  quantity: number,
  timing: Partial<Timing>,
): Promise<LoadResult> {
  const held: (HeldTicket | undefined)[] = [];
  const reserves = shows.map((show) => reserveRequest(show, quantity));
  let bought = 0;
  const result = await runLoad({
    port: product.port,
    servers: [product.pid],
    connections: 64,
    ...timing,
    keepBody: true,
    next: (line) =>
      held[line] ? purchaseRequest(held[line]) : begins() ? reserves[line % reserves.length] : undefined,
    isCounted: (line) => held[line] !== undefined,
    answered(line, status, body) {
      if (held[line] && status === 201) bought += 1;
      held[line] = held[line] || status !== 201 ? undefined : readHold(body);
    },
  });
  await checkSold(product, shows, bought, result.lost);
  return result;
}

/** Unmeasured orders: a server that just started runs uncompiled code and answers at half its speed. */
export async function warmUp(product: Product, durationMs: number): Promise<void> {
  const show = await createShow(product, durationMs * 15);
  await buyOrders(product, [show], { connections: 64, warmupMs: 0, measureMs: durationMs });
  await settle(product);
}

/** Throws unless the database has sold exactly what was acknowledged (and at most `lost` more, whose answer broke). */
export async function checkSold(
  product: Product,
  shows: readonly Show[],
  acknowledged: number,
  lost = 0,
): Promise<void> {
  const [row] = await product.database.bypassingRls.query<{ sold: number; booked: number; tickets: number }>(
    `SELECT (SELECT count(*)::integer FROM tickets WHERE event_id = ANY($1::integer[]) AND status = 'Sold') AS sold,
       count(*)::integer AS booked, coalesce(sum(cardinality(ticket_ids)), 0)::integer AS tickets
     FROM bookings WHERE event_id = ANY($1::integer[]) AND status = 'completed'`,
    [shows.map(({ eventId }) => eventId)],
  );
  const { sold, booked, tickets } = row!;
  if (sold !== tickets || booked < acknowledged || booked > acknowledged + lost)
    throw new Error(
      `${acknowledged} acknowledged (${lost} lost), ${booked} booked with ${tickets} tickets, ${sold} sold`,
    );
}

/**
 * Lets what a round left behind (outbox, counters, journal) come to an end, and does now what autovacuum and the
 * checkpointer would do in the middle of the next round. The baseline gets the same.
 */
export async function settle(product: Product): Promise<void> {
  for (const until = performance.now() + 60_000; performance.now() < until; ) {
    const [row] = await product.database.bypassingRls.query<{ left: number }>(
      'SELECT count(*)::integer AS left FROM outbox',
    );
    if (row!.left === 0) break;
    await new Promise((done) => setTimeout(done, 200));
  }
  await product.database.bypassingRls.query('VACUUM ANALYZE');
  await product.database.bypassingRls.query('CHECKPOINT');
}
