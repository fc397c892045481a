import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

// A buyer at a server process, by its address.

export interface HeldThere {
  readonly reservationId: string;
  readonly sessionToken: string;
}

/** Holds two places of the event's first type, and waits until the journal has them. */
export async function holdAt(url: string, eventId: number): Promise<HeldThere> {
  const event = await fetch(`${url}/api/events/${eventId}`);
  const { ticketTypes } = (await event.json()) as { ticketTypes: { ticketTypeId: number }[] };
  const response = await fetch(`${url}/api/tickets/reserve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventId, ticketTypeId: ticketTypes[0]!.ticketTypeId, quantity: 2 }),
  });
  assert.equal(response.status, 201);
  // Until the journal has it.
  await sleep(300);
  return (await response.json()) as HeldThere;
}

/** What the server answers about a hold. */
export async function statusAt(url: string, { reservationId, sessionToken }: HeldThere): Promise<number> {
  const headers = { 'x-session-token': sessionToken };
  return (await fetch(`${url}/api/tickets/reservation/${reservationId}`, { headers })).status;
}

/** Buys what is held. */
export function buyAt(url: string, { reservationId, sessionToken }: HeldThere, key?: string): Promise<Response> {
  return fetch(`${url}/api/tickets/purchase`, {
    method: 'POST',
    headers: {
      'x-session-token': sessionToken,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify({
      reservationId,
      customerName: 'Ada',
      customerEmail: 'ada@example.com',
      payment: { token: 'tok_ok' },
    }),
  });
}

/** Waits until every event of a server has an owner again. An event that there is not has one as well: who answers 404 decides about it. */
export async function untilOwnedAt(url: string, patienceMs = 30_000): Promise<void> {
  const began = performance.now();
  for (let eventId = 1; eventId <= 30; eventId++) {
    while ((await fetch(`${url}/api/events/${eventId}/availability`)).status === 503) {
      assert.ok(performance.now() - began < patienceMs, 'an event does not answer again');
      await sleep(50);
    }
  }
}
