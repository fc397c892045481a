import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { BookingDetailSchema } from '../../../contract/booking.ts';
import { ContactBody, OrderContactCorrectedSchema } from '../../../contract/booking-contact.ts';
import { closed, Uuid } from '../../../contract/common.ts';
import { isAccountOwner } from '../../../platform/http/customer.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import { type CorrectContactParts, correctContact } from '../commands/correct-contact.ts';
import type { ContactWish } from '../domain/correct-contact.ts';
import type { OrderLinks } from '../queries/order-links.ts';
import { contactProblems } from '../refusals.ts';
import type { BookingRow } from '../store/booking-store.ts';
import { findFor } from './access.ts';
import { type DetailParts, readBookingDetail } from './bookings.ts';

/** Correcting a wrong mail address, name or phone: whoever bought, by session, account or the order’s link, and staff. */
export function createContactRoutes(
  parts: DetailParts & CorrectContactParts & { readonly orderLinks: OrderLinks },
): FastifyPluginAsyncTypebox {
  const { store, orderLinks, clock } = parts;

  async function correct(request: FastifyRequest, row: BookingRow, by: 'buyer' | 'staff', wish: ContactWish) {
    const asked = { row, by, wish, network: request.network };
    const { link } = acceptedValue(await correctContact(parts, asked, contextOf(request, clock.now())));
    const detail = await readBookingDetail(parts, store, (await store.find(row.bookingId)) as BookingRow);
    return { link, detail };
  }

  return async (app) => {
    const ofBooking = {
      tags: ['bookings'],
      summary: 'Correct the name, mail address or phone of a buyer',
      description:
        'With another mail address the mail with the tickets goes there, the address before is notified, and links that went there ' +
        'open nothing any more. Whose booking it is does not change.',
      params: Type.Object({ id: Uuid() }, closed),
      body: ContactBody,
      response: { 200: BookingDetailSchema },
    };
    const config = {
      access: 'public',
      staff: ['tickets'],
      eventOf: { booking: 'path.id' },
      ids: { id: 'booking' },
      problems: contactProblems,
    } as const;
    app.put('/api/bookings/:id/contact', { config, schema: ofBooking }, async (request, reply) => {
      const { row, isStaff, isOwner } = await findFor(store, request, request.params.id, ['tickets']);
      const { detail } = await correct(request, row, isStaff && !isOwner ? 'staff' : 'buyer', request.body);
      reply.header('cache-control', 'private, no-store');
      return detail;
    });
    const ofOrder = {
      ...ofBooking,
      summary: 'Correct the name, mail address or phone of a buyer, by the order’s link',
      params: Type.Object({ token: Type.String({ minLength: 10, maxLength: 100 }) }, closed),
      response: { 200: OrderContactCorrectedSchema },
    };
    const byLink = {
      access: 'public',
      eventOf: 'any',
      ids: { token: null },
      problems: [...contactProblems, 'CONTACT_OF_ACCOUNT', 'ORDER_LINK_UNKNOWN'],
    } as const;
    app.put('/api/orders/:token/contact', { config: byLink, schema: ofOrder }, async (request, reply) => {
      const bookingId = await orderLinks.read(request.params.token);
      const row = bookingId === null ? null : await store.find(bookingId);
      if (!row) throw new Refused({ code: 'ORDER_LINK_UNKNOWN' });
      // A mail is passed on: its link must not lead the mails of an account elsewhere.
      if (row.owner !== null && isAccountOwner(row.owner)) throw new Refused({ code: 'CONTACT_OF_ACCOUNT' });
      const { link, detail } = await correct(request, row, 'buyer', request.body);
      reply.header('cache-control', 'private, no-store').header('referrer-policy', 'no-referrer');
      return { ...detail, orderLink: link };
    });
  };
}
