import assert from 'node:assert/strict';
import type { TestApp } from './app.ts';
import type { Reply as Answer, Method } from './client.ts';

export type { Reply as Answer } from './client.ts';

/** Calls the catalogue as staff (`staff`) or as anybody (`guest`), and makes what tests need. */
export function catalogClient({ client, staff }: Pick<TestApp, 'client' | 'staff'>) {
  const call = async (method: Method, url: string, headers: object, payload?: object): Promise<Answer> => {
    const answer = await client.send(method, url, headers, payload);
    assert.ok(answer.status < 500, answer.text);
    return answer;
  };
  const asStaff = (method: Method, url: string, payload?: object) => call(method, url, staff, payload);
  const asGuest = (method: Method, url: string, payload?: object, headers: object = {}) =>
    call(method, url, headers, payload);
  const reserve = async (show: Answer['body'], quantity: number) => {
    const [{ ticketTypeId }] = show.ticketTypes;
    const held = await asGuest('POST', '/api/tickets/reserve', { eventId: show.eventId, ticketTypeId, quantity });
    assert.equal(held.status, 201, JSON.stringify(held.body));
    return held.body;
  };
  return {
    staff: asStaff,
    guest: asGuest,
    /** A show on sale with one ticket type; parts of it can be replaced. */
    async show(parts: object = {}): Promise<Answer['body']> {
      const created = await asStaff('POST', '/api/events', { ...simpleShow, ...parts });
      assert.equal(created.status, 201, JSON.stringify(created.body));
      return created.body;
    },
    reserve,
    /** Reserves and pays. */
    async buy(show: Answer['body'], quantity: number) {
      const { reservationId, sessionToken } = await reserve(show, quantity);
      const payload = { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
      const headers = { 'x-session-token': sessionToken, 'idempotency-key': reservationId };
      const bought = await asGuest('POST', '/api/tickets/purchase', payload, headers);
      assert.equal(bought.status, 201, JSON.stringify(bought.body));
      return { ...bought.body, sessionToken };
    },
  };
}

export const simpleShow = {
  title: 'Night Music',
  eventDate: '2027-03-01T20:00:00Z',
  venue: 'Hall',
  venueAddress: 'Main Street 1',
  ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 10 }],
};
