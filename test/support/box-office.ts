import assert from 'node:assert/strict';
import { createApiKey } from '../../src/features/identity/index.ts';
import { verifyRecords } from '../../src/features/verify/index.ts';
import type { TestApp } from './app.ts';
import { catalogClient } from './catalog-client.ts';

export interface Reply {
  readonly status: number;
  /** The body as it went over the wire. */
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read whatever the answer holds
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** A reservation as its buyer has it. */
export interface Held {
  readonly reservationId: string;
  readonly sessionToken: string;
  readonly expiresAt: string;
  readonly tickets: readonly { readonly ticketId: string }[];
}

type Headers = Readonly<Record<string, string>>;

/** What buyers do, over the routes that they use. */
export function boxOffice(testApp: TestApp) {
  const { app, staff, database } = testApp;

  async function send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, headers: Headers, payload?: object) {
    const answer = await app.inject({ method, url, headers, ...(payload && { payload }) });
    const reply: Reply = {
      status: answer.statusCode,
      text: answer.body,
      body: answer.json(),
      headers: answer.headers,
    };
    return reply;
  }
  const reserve = (payload: object, headers: Headers = {}) => send('POST', '/api/tickets/reserve', headers, payload);
  const owner = ({ sessionToken }: Pick<Held, 'sessionToken'>) => ({ 'x-session-token': sessionToken });

  return {
    send,
    reserve,
    /** The headers of whoever holds it. */
    owner,
    staff,
    show: catalogClient(testApp).show,
    /** Reserves as a new guest; must succeed. */
    async hold(payload: object, headers: Headers = {}): Promise<Held> {
      const { status, text, body } = await reserve(payload, headers);
      assert.equal(status, 201, text);
      return body;
    },
    /** Pays by card. Without a key of its own the request has none; `more` goes into the body. */
    pay(
      held: Held,
      { card = 'tok_ok', key = '', ...more }: { card?: string; key?: string; [more: string]: unknown } = {},
    ) {
      const headers = { ...owner(held), ...(key !== '' && { 'idempotency-key': key }) };
      const payload = { reservationId: held.reservationId, payment: { provider: 'sandbox', token: card }, ...more };
      return send('POST', '/api/tickets/purchase', headers, payload);
    },
    look: (held: Held) => send('GET', `/api/tickets/reservation/${held.reservationId}`, owner(held)),
    release: (held: Held) => send('DELETE', `/api/tickets/reservation/${held.reservationId}`, owner(held)),
    renew: (held: Held) => send('POST', `/api/tickets/reservation/${held.reservationId}/renew`, owner(held)),
    async availability(eventId: number) {
      return (await send('GET', `/api/events/${eventId}/availability`, {})).body;
    },
    /** A key that may only do this. */
    async keyWith(scope: string): Promise<Headers> {
      const context = { actor: 'system', correlationId: 'test', now: testApp.clock.now(), organizerId: 1 };
      const { key } = await createApiKey(database, { name: scope, scopes: [scope as 'payments'] }, context);
      return { authorization: `Bearer ${key}` };
    },
    /** How many bookings of a reservation there are, by status. */
    async bookingsOf({ reservationId }: Pick<Held, 'reservationId'>): Promise<Record<string, number>> {
      const rows = await database.query<{ status: string; count: number }>(
        'SELECT status, count(*) AS count FROM bookings WHERE reservation_id = $1 GROUP BY status ORDER BY status',
        [reservationId],
      );
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    /** Fails unless the records keep every promise. */
    async assertSound() {
      const { findings } = await verifyRecords(database);
      assert.deepEqual(
        findings.filter(({ count }) => count > 0),
        [],
      );
    },
  };
}
