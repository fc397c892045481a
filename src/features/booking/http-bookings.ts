import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { BookingDetailSchema, BookingSchema, BookingsQuery, HistorySchema } from '../../contract/booking.ts';
import { closed, Page, Uuid } from '../../contract/common.ts';
import { decodeCursor, encodeCursor } from '../../contract/cursor.ts';
import { Refused } from '../../contract/problem.ts';
import { isUuid } from '../../kernel/ids.ts';
import type { Instant } from '../../kernel/instant.ts';
import { toDecimal } from '../../kernel/money.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { payStepOf, readProviderName } from '../payments/index.ts';
import { toPriceAnswer } from '../pricing/index.ts';
import { type BookingEvent, replay } from './domain/booking.ts';
import { toRefundAnswers, toShowAnswers, toTicketAnswers } from './domain/booking-answer.ts';
import { findFor, readers, viewerOf } from './http-access.ts';
import type { BookingReads, BookingRow, BookingStore } from './store/booking-store.ts';

const tags = ['bookings'];
const notKept = 'private, no-store';

/** Reading bookings: whoever made one (a guest, an account), and staff of its organiser. */
export function createBookingRoutes({
  store,
  clock,
}: {
  readonly store: BookingStore;
  readonly clock: Clock;
}): FastifyPluginAsyncTypebox {
  const params = Type.Object({ id: Uuid() }, closed);
  const config = { access: 'public', staff: readers, ids: { id: 'booking' } } as const;

  return async (app) => {
    const one = { tags, summary: 'A booking with its tickets', params, response: { 200: BookingDetailSchema } };
    app.get('/api/bookings/:id', { config, schema: one }, async (request, reply) => {
      const { row, seen } = await findFor(store, request, request.params.id);
      const detail = await readBookingDetail(seen, row, clock.now());
      reply.header('etag', `"${detail.version}"`).header('cache-control', notKept);
      return detail;
    });
    const history = {
      tags,
      summary: 'What happened to a booking, and who did it',
      params,
      response: { 200: HistorySchema },
    };
    app.get('/api/bookings/:id/history', { config, schema: history }, async (request) => {
      const { row, seen } = await findFor(store, request, request.params.id);
      const { bookingId } = row;
      const items = (await seen.history(bookingId)).map(({ version, type, data, metadata, occurredAt }) => ({
        version,
        type,
        data,
        occurredAt: new Date(occurredAt).toISOString(),
        ...metadata,
      }));
      return { bookingId, items: await seen.tell(items) };
    });
    const list = {
      tags,
      summary: 'Bookings, newest first: your own, or as staff your organiser’s',
      description: 'A page may be shorter than asked for: go on while there is a nextCursor.',
      querystring: BookingsQuery,
      response: { 200: Page(BookingSchema) },
    };
    app.get('/api/bookings', { config, schema: list }, async (request, reply) => {
      const { limit = 20, cursor, mine = false, ...filter } = request.query;
      const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
      if (before !== undefined && !isUuid(String(before))) throw new Refused({ code: 'CURSOR_INVALID' });
      const { owners, organizerId } = viewerOf(request, readers);
      const ofOrganizer = organizerId !== null && !mine;
      if (!ofOrganizer && owners.length === 0) throw refuseStranger(request.caller.kind);
      if (!ofOrganizer && filter.email !== undefined) throw new Refused({ code: 'SCOPE_MISSING', scope: 'reports' });
      const { rows, next } = await store.list({
        ...filter,
        ...(ofOrganizer ? { organizerId } : { owners }),
        ...(before !== undefined && { before: String(before) }),
        limit,
      });
      reply.header('cache-control', notKept);
      return { items: rows.map(toBookingSummary), nextCursor: next === null ? null : encodeCursor([next]) };
    });
  };
}

function refuseStranger(kind: 'public' | 'key' | 'account'): Refused {
  return new Refused(kind === 'public' ? { code: 'KEY_MISSING' } : { code: 'SCOPE_MISSING', scope: 'reports' });
}

/** A booking as answers show it: what its events make of it, and the personal data that stands apart. */
export async function readBookingDetail(seen: BookingReads, row: BookingRow, now: Instant) {
  const { bookingId } = row;
  const [history, customer, attendees, show] = await Promise.all([
    seen.history(bookingId),
    seen.contact(bookingId),
    seen.attendees(bookingId),
    seen.show(row.eventId, now),
  ]);
  const booking = replay(history as unknown as BookingEvent[])!;
  return {
    ...toBookingSummary(row),
    status: booking.status,
    version: booking.version,
    priceBreakdown: toPriceAnswer(booking.price, booking.totalMinor, booking.currency),
    tickets: toTicketAnswers(booking, attendees),
    refunds: await seen.tell(toRefundAnswers(booking)),
    ...toShowAnswers(booking, show, now, payStepOf(booking)),
    customer,
  };
}

function toBookingSummary(row: BookingRow) {
  const { bookingId, eventId, reservationId, status, failureCode, transactionId, totalMinor, currency, provider } = row;
  return {
    bookingId,
    eventId,
    reservationId,
    status,
    failureCode,
    transactionId,
    currency,
    provider: readProviderName(provider).company,
    totalPrice: toDecimal(totalMinor, currency),
    refunded: toDecimal(row.refundedMinor, currency),
    refundDue: toDecimal(row.refundDueMinor, currency),
    version: row.version,
    createdAt: new Date(row.createdAt).toISOString(),
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}
