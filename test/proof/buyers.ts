import { randomBytes } from 'node:crypto';

/** A purchase as its buyer remembers it, who trusts nobody: what was sent, and what came back, if anything did. */
export interface Order {
  readonly key: string;
  readonly sessionToken: string;
  readonly body: { readonly reservationId: string; readonly payment: { readonly token: string } };
  /** The answer that arrived whole; null while there is none. */
  answer: { readonly status: number; readonly text: string } | null;
}

export interface Ticket {
  readonly ticketId: string;
  readonly ticketNumber: string;
}

/** Numbers between 0 and 1 that follow from the seed (mulberry32, Tommy Ettinger 2017): the same run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Sends an order (again) and remembers what comes back. Throws what `fetch` throws when the server dies. */
export async function send(url: string, order: Order): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/api/tickets/purchase`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-session-token': order.sessionToken,
      'idempotency-key': order.key,
    },
    body: JSON.stringify(order.body),
  });
  return { status: response.status, text: await response.text() };
}

/** Reserves one to three tickets; null if there are none. */
async function reserve(url: string, eventId: number, quantity: number) {
  const response = await fetch(`${url}/api/tickets/reserve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': randomBytes(16).toString('base64url') },
    body: JSON.stringify({ eventId, quantity }),
  });
  const body = (await response.json()) as { reservationId: string; sessionToken: string };
  return response.status === 201 ? body : null;
}

/**
 * Buys until the server dies: one buyer after the other, each with a new session. Some cards are declined, some buyers
 * click twice, some go away. Every order is in `orders` before it is sent.
 */
export async function buyUntilTheEnd(
  url: string,
  eventIds: readonly number[],
  orders: Order[],
  random: () => number,
): Promise<void> {
  try {
    for (;;) {
      const eventId = eventIds[Math.floor(random() * eventIds.length)]!;
      const held = await reserve(url, eventId, 1 + Math.floor(random() * 3));
      if (!held || random() < 0.05) continue;
      const { reservationId, sessionToken } = held;
      const place = (token: string) => {
        const key = randomBytes(8).toString('hex');
        const order: Order = { key, sessionToken, body: { reservationId, payment: { token } }, answer: null };
        orders.push(order);
        return order;
      };
      if (random() < 0.1) await settle(url, place('tok_declined'));
      const order = place('tok_ok');
      if (random() < 0.1) await Promise.allSettled([settle(url, order), settle(url, order)]);
      else await settle(url, order);
    }
  } catch {
    // The server is dead.
  }
}

/** Sends an order and keeps its answer, unless it is one that asks for patience. */
export async function settle(url: string, order: Order): Promise<void> {
  const answer = await send(url, order);
  if (isFinal(answer.status)) order.answer = answer;
}

/** 202 and 409 say "not yet", 5xx "not now": the buyer asks again. */
export function isFinal(status: number): boolean {
  return status === 201 || status === 402 || status === 404 || status === 410;
}
