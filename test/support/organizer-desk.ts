import assert from 'node:assert/strict';
import { accountDesk } from './account-desk.ts';
import type { TestApp } from './app.ts';
import type { Method } from './client.ts';
import { samplePlan } from './sample-plan.ts';

/** Stands in everything of an organiser that nobody else may see. */
export const secretWord = 'zyxwvut';

/** An organiser that has one of everything, with the ids of it. */
export interface FullOrganizer {
  readonly slug: string;
  readonly organizerId: number;
  /** Of a key that may do everything within the organiser. */
  readonly headers: { readonly authorization: string };
  /** By what a route's parameters and bodies call them. The event is a draft. */
  readonly ids: {
    readonly organizer: string;
    readonly eventId: number;
    readonly ticketTypeId: number;
    readonly venueId: number;
    readonly performerId: number;
    readonly seriesId: number;
    readonly seatingPlanId: number;
    readonly promoCodeId: number;
    readonly accessCodeId: number;
    readonly allocationId: number;
    readonly apiKeyId: string;
    readonly accountId: string;
    readonly invitationId: string;
    readonly reservationId: string;
    readonly bookingId: string;
    readonly paymentId: string;
    readonly refundId: string;
    readonly reviewId: string;
    readonly loginId: string;
    readonly soldTicketId: string;
    readonly ticketId: string;
  };
  readonly shownEventId: number;
  /** The guest who holds and has bought. */
  readonly buyer: string;
}

// biome-ignore lint/suspicious/noExplicitAny: answers hold whatever they hold
type Body = any;

/** Makes organisers on a test app, over the routes that people use. */
export function organizerDesk(testApp: TestApp) {
  const { client, staff, database } = testApp;

  async function send(method: Method, url: string, payload?: object, headers: object = staff): Promise<Body> {
    const answer = await client.send(method, url, headers, payload);
    assert.ok(answer.status < 300, `${method} ${url}: ${answer.text}`);
    return answer.body;
  }

  async function full(name: string): Promise<FullOrganizer> {
    const { slug, organizerId } = await send('POST', '/api/organizers', { name });
    const { key } = await send('POST', `/api/organizers/${slug}/keys`, { name: `${secretWord} key`, scopes: ['*'] });
    const headers = { authorization: `Bearer ${key}` };
    const own = (method: Method, url: string, payload?: object) => send(method, url, payload, headers);

    const { venueId } = await own('POST', '/api/venues', { name: `${name} Hall` });
    const { performerId } = await own('POST', '/api/performers', { name: `${name} Band` });
    const { seriesId } = await own('POST', '/api/series', { name: `${name} Week` });
    const { seatingPlanId } = await own('POST', '/api/seating-plans', samplePlan({ name: `${secretWord} plan` }));
    const show = {
      eventDate: '2027-03-01T20:00:00Z',
      venueId,
      performerIds: [performerId],
      ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 20 }],
    };
    const draft = await own('POST', '/api/events', { ...show, title: `${secretWord} show`, status: 'draft', seriesId });
    const shown = await own('POST', '/api/events', { ...show, title: `${name} Night`, status: 'published' });
    const { eventId } = shown;
    const promo = await own('POST', `/api/events/${eventId}/promo-codes`, { code: secretWord, percentOff: 10 });
    const access = await own('POST', `/api/events/${eventId}/access-codes`, { code: `${secretWord}-2` });
    const allocation = await own('POST', `/api/events/${eventId}/allocations`, {
      name: `${secretWord} guests`,
      ticketTypeId: shown.ticketTypes[0].ticketTypeId,
      quantity: 1,
    });

    const customer = { customerName: `${secretWord} buyer`, customerEmail: `${secretWord}@${slug}.example` };
    const held = await send('POST', '/api/tickets/reserve', { eventId, quantity: 2, ...customer }, {});
    const session = { 'x-session-token': held.sessionToken };
    const payment = { provider: 'sandbox', token: 'tok_ok' };
    const bought = await send(
      'POST',
      '/api/tickets/purchase',
      { reservationId: held.reservationId, payment, notes: secretWord },
      session,
    );
    const [payments] = await database.query<{ paymentId: string }>(
      'SELECT payment_id AS "paymentId" FROM payments WHERE booking_id = $1',
      [bought.bookingId],
    );
    await own('POST', `/api/tickets/${bought.tickets[0].ticketId}/cancel`, { refund: 'full', reason: secretWord });
    const [refund] = await database.query<{ refundId: string }>(
      'SELECT refund_id AS "refundId" FROM refunds WHERE booking_id = $1',
      [bought.bookingId],
    );
    const open = await send('POST', '/api/tickets/reserve', { eventId, quantity: 1 }, session);
    const block = { eventId, ticketIds: [(await freeTicket(eventId)).ticketId], reason: secretWord };
    await own('POST', '/api/tickets/block', block);

    const member = await accountDesk(testApp).member(`${slug}@${secretWord}.example`);
    const invited = { email: member.email, role: 'clerk' };
    const accepted = await send('POST', `/api/organizers/${slug}/invitations`, invited);
    const token = await accountDesk(testApp).mailedToken(member.email, 'invitation');
    await send('POST', '/api/invitations/accept', { token }, accountDesk(testApp).bearer(member));
    const { items: members } = await own('GET', `/api/organizers/${slug}/members`);
    const { items: keys } = await own('GET', `/api/organizers/${slug}/keys`);
    assert.ok(accepted.invitationId);
    const waiting = await send('POST', `/api/organizers/${slug}/invitations`, {
      ...invited,
      email: `2.${member.email}`,
    });

    return {
      slug,
      organizerId,
      headers,
      shownEventId: eventId,
      buyer: held.sessionToken,
      ids: {
        organizer: slug,
        eventId: draft.eventId,
        ticketTypeId: draft.ticketTypes[0].ticketTypeId,
        venueId,
        performerId,
        seriesId,
        seatingPlanId,
        promoCodeId: promo.promoCodeId,
        accessCodeId: access.accessCodeId,
        allocationId: allocation.allocationId,
        apiKeyId: keys[0].apiKeyId,
        accountId: members[0].accountId,
        invitationId: waiting.invitationId,
        reservationId: open.reservationId,
        bookingId: bought.bookingId,
        paymentId: payments!.paymentId,
        refundId: refund!.refundId,
        reviewId: await openDispute({ organizerId, bookingId: bought.bookingId }),
        loginId: member.sessionId,
        soldTicketId: bought.tickets[1].ticketId,
        ticketId: block.ticketIds[0]!,
      },
    };
  }

  async function openDispute(of: { readonly organizerId: number; readonly bookingId: string }): Promise<string> {
    const [row] = await database.query<{ reviewId: string }>(
      `INSERT INTO payment_reviews (review_id, organizer_id, kind, subject, booking_id, facts, created_at, updated_at)
       VALUES (gen_random_uuid(), $1, 'DISPUTE', $2::text, $2::uuid, '{}', now(), now()) RETURNING review_id AS "reviewId"`,
      [of.organizerId, of.bookingId],
    );
    return row!.reviewId;
  }

  async function freeTicket(eventId: number) {
    const [row] = await database.query<{ ticketId: string }>(
      `SELECT ticket_id AS "ticketId" FROM tickets WHERE event_id = $1 AND status = 'Available' ORDER BY place_no DESC LIMIT 1`,
      [eventId],
    );
    return row!;
  }

  return { full, send };
}

/** What an organiser has in every table, as one hash each. */
export async function fingerprints(
  database: TestApp['database'],
  organizerId: number,
): Promise<Readonly<Record<string, string>>> {
  const tables = await tenantTables(database);
  const parts = tables.map(
    (
      table,
    ) => `SELECT '${table}' AS name, coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') || ' ' || count(*) AS print
      FROM ${table} t WHERE organizer_id = $1`,
  );
  const rows = await database.query<{ name: string; print: string }>(parts.join(' UNION ALL '), [organizerId]);
  return Object.fromEntries(rows.map(({ name, print }) => [name, print]));
}

/** All tables with an organizer_id. */
export async function tenantTables(database: TestApp['database']): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
     WHERE c.relkind IN ('r', 'p') AND a.attname = 'organizer_id' AND NOT a.attisdropped ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
