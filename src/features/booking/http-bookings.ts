import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { BookingDetailSchema, BookingSchema, BookingsQuery, HistorySchema } from '../../contract/booking.ts';
import { closed, Page, Uuid } from '../../contract/common.ts';
import { decodeCursor, encodeCursor } from '../../contract/cursor.ts';
import { Refused } from '../../contract/problem.ts';
import { organizerOf, staffOf } from '../../contract/request.ts';
import { isUuid } from '../../kernel/ids.ts';
import { toDecimal } from '../../kernel/money.ts';
import { type BookingEvent, replay } from './domain/booking.ts';
import { toPurchaseAnswer } from './domain/purchase-answer.ts';
import type { BookingRow, BookingStore } from './store/booking-store.ts';

/** Reading bookings: the guest who made one, and staff with the scope `tickets`. */
export function createBookingRoutes({ store }: { readonly store: BookingStore }): FastifyPluginAsyncTypebox {
  const tags = ['bookings'];
  const params = Type.Object({ id: Uuid() }, closed);

  async function findFor(request: FastifyRequest, bookingId: string): Promise<BookingRow> {
    const booking = await store.find(bookingId);
    const isStaff = booking !== null && staffOf(request.caller, 'tickets') === booking.organizerId;
    const isOwner = request.sessionId !== null && booking?.sessionId === request.sessionId;
    if (!booking || !(isStaff || isOwner)) throw new Refused({ code: 'BOOKING_UNKNOWN' });
    return booking;
  }

  return async (app) => {
    const one = { tags, summary: 'A booking with its tickets', params, response: { 200: BookingDetailSchema } };
    app.get('/api/bookings/:id', { config: { access: 'public' }, schema: one }, async (request) => {
      const row = await findFor(request, request.params.id);
      const [history, customer] = await Promise.all([store.history(row.bookingId), store.contact(row.bookingId)]);
      const booking = replay(history as unknown as BookingEvent[])!;
      const { tickets, priceBreakdown } = toPurchaseAnswer(booking);
      return { ...toSummary(row), priceBreakdown, tickets: [...tickets], customer };
    });
    const history = {
      tags,
      summary: 'What happened to a booking, and who did it',
      params,
      response: { 200: HistorySchema },
    };
    app.get('/api/bookings/:id/history', { config: { access: 'public' }, schema: history }, async (request) => {
      const { bookingId } = await findFor(request, request.params.id);
      const items = (await store.history(bookingId)).map(({ version, type, data, metadata, occurredAt }) => ({
        version,
        type,
        data,
        occurredAt: new Date(occurredAt).toISOString(),
        ...metadata,
      }));
      return { bookingId, items };
    });
    const list = {
      tags,
      summary: 'Bookings, newest first',
      querystring: BookingsQuery,
      response: { 200: Page(BookingSchema) },
    };
    app.get('/api/bookings', { config: { access: 'tickets' }, schema: list }, async (request) => {
      const { limit = 20, cursor, eventId, status } = request.query;
      const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
      if (before !== undefined && !isUuid(String(before))) throw new Refused({ code: 'CURSOR_INVALID' });
      const organizerId = organizerOf(request.caller) ?? 0;
      const rows = await store.list({
        organizerId,
        limit: limit + 1,
        ...(eventId !== undefined && { eventId }),
        ...(status !== undefined && { status }),
        ...(before !== undefined && { before: String(before) }),
      });
      const items = rows.slice(0, limit);
      return {
        items: items.map(toSummary),
        nextCursor: rows.length > limit ? encodeCursor([items.at(-1)!.bookingId]) : null,
      };
    });
  };
}

function toSummary(row: BookingRow) {
  const { bookingId, eventId, reservationId, status, failureCode, transactionId, totalMinor, currency, provider } = row;
  return {
    bookingId,
    eventId,
    reservationId,
    status,
    failureCode,
    transactionId,
    currency,
    provider,
    totalPrice: toDecimal(totalMinor, currency),
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}
