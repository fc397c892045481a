import assert from 'node:assert/strict';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import type { TestApp } from './app.ts';
import { catalogClient } from './catalog-client.ts';

export type { Reply } from './client.ts';

/** A reservation as its buyer has it. */
export interface Held {
  readonly reservationId: string;
  readonly sessionToken: string;
  readonly expiresAt: string;
  readonly tickets: readonly { readonly ticketId: string }[];
}

/** Money of a booking that is on its way back, or is back by now: that begins by itself within a second. */
export const goesBack = ({ refundDue, refunded }: { refundDue: number; refunded: number }) => refundDue + refunded;

type Headers = Readonly<Record<string, string>>;

function openBoxOffice(testApp: TestApp, organizer: string) {
  const { client, staff } = testApp;
  const { send } = client;
  const reserve = (payload: object, headers: Headers = {}) => send('POST', '/api/tickets/reserve', headers, payload);
  const availability = async (eventId: number) => (await send('GET', `/api/events/${eventId}/availability`, {})).body;
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
    availability,
    /** So many places are free, as anybody reads it. */
    hasFree: (eventId: number, count: number) =>
      testApp.shows(
        async () => (await availability(eventId)).availableCapacity === count,
        `${count} places of event ${eventId} are free`,
      ),
    /** A key that may only do this. */
    async keyWith(scope: string): Promise<Headers> {
      const made = await send('POST', `/api/organizers/${organizer}/keys`, staff, { name: scope, scopes: [scope] });
      assert.equal(made.status, 201, made.text);
      return { authorization: `Bearer ${made.body.key}` };
    },
  };
}

/** What the database says of it. */
function openBackOffice({ database }: Pick<TestApp, 'database'>) {
  return {
    /** How many bookings of a reservation there are, by status. */
    async bookingsOf({ reservationId }: Pick<Held, 'reservationId'>): Promise<Record<string, number>> {
      const rows = await database.query<{ status: string; count: number }>(
        'SELECT status, count(*) AS count FROM bookings WHERE reservation_id = $1 GROUP BY status ORDER BY status',
        [reservationId],
      );
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    /** Fails unless the database keeps every promise. */
    async assertSound() {
      const { findings } = await verifyDatabase(database);
      assert.deepEqual(
        findings.filter(({ count }) => count > 0),
        [],
      );
    },
  };
}

export type BoxOffice = ReturnType<typeof boxOffice>;

/**
 * What buyers do, over the routes that they use; and, for a test that needs the database, what it says of it. `organizer`: whose shows
 * these are, where it is not the first one's.
 */
export function boxOffice(testApp: TestApp, organizer = 'onsale') {
  return { ...openBoxOffice(testApp, organizer), ...openBackOffice(testApp) };
}
