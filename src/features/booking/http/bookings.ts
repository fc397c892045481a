import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import {
  type BookingAnswer,
  BookingDetailSchema,
  BookingPage,
  type BookingSummaryAnswer,
  BookingsQuery,
  HistorySchema,
} from '../../../contract/booking.ts';
import { closed, Uuid } from '../../../contract/common.ts';
import { isUuid } from '../../../kernel/ids.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { payStepOf, readProviderName } from '../../payments/index.ts';
import { toPriceAnswer } from '../../pricing/index.ts';
import type { TicketCodes } from '../../ticket-codes/index.ts';
import { replay } from '../domain/booking.ts';
import { orderNumberOf } from '../domain/order-number.ts';
import { codedTickets, toRefundAnswers, toShowAnswers, toTicketAnswers } from '../queries/booking-answer.ts';
import { readOrderedShow } from '../queries/ordered-show.ts';
import type { BookingReads, BookingRow, BookingStore } from '../store/booking-store.ts';
import { findFor, readers, viewerOf } from './access.ts';

const tags = ['bookings'];
const notKept = 'private, no-store';

/** Reading bookings: whoever made one (a guest, an account), and staff of its organiser. */
export function createBookingRoutes(parts: DetailParts & { readonly store: BookingStore }): FastifyPluginAsyncTypebox {
  const { store } = parts;
  const params = Type.Object({ id: Uuid() }, closed);
  const config = { access: 'public', staff: readers, ids: { id: 'booking' } } as const;

  return async (app) => {
    const one = { tags, summary: 'A booking with its tickets', params, response: { 200: BookingDetailSchema } };
    app.get('/api/bookings/:id', { config, schema: one }, async (request, reply) => {
      const { row, seen, seesCodes } = await findFor(store, request, request.params.id);
      const detail = await readBookingDetail(parts, seen, row, { seesCodes });
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
      return { bookingId, items: await seen.withTexts(items) };
    });
    const list = {
      tags,
      summary: 'Bookings, newest first: your own, or as staff your organiser’s',
      description: 'A page may be shorter than asked for: go on while there is a nextCursor.',
      querystring: BookingsQuery,
      response: { 200: BookingPage },
    };
    app.get(
      '/api/bookings',
      { config: { ...config, problems: ['KEY_MISSING'] }, schema: list },
      async (request, reply) => {
        const { limit = 20, cursor, mine = false, status: asked, ...filter } = request.query;
        const status = asked === 'pending' ? 'awaiting_payment' : asked;
        const [before] = cursor === undefined ? [] : decodeCursor(cursor, ['string']);
        if (before !== undefined && !isUuid(String(before))) throw new Refused({ code: 'CURSOR_INVALID' });
        const { owners, organizerId } = viewerOf(request, readers);
        const ofOrganizer = organizerId !== null && !mine;
        if (!ofOrganizer && owners.length === 0) throw refuseStranger(request.caller.kind);
        if (!ofOrganizer && filter.email !== undefined) throw new Refused({ code: 'SCOPE_MISSING', scope: 'reports' });
        const { rows, next } = await store.list({
          ...filter,
          ...(status !== undefined && { status }),
          ...(ofOrganizer ? { organizerId } : { owners }),
          ...(before !== undefined && { before: String(before) }),
          limit,
        });
        reply.header('cache-control', notKept);
        return { items: rows.map(toBookingSummary), nextCursor: next === null ? null : encodeCursor([next]) };
      },
    );
  };
}

function refuseStranger(kind: 'public' | 'key' | 'account'): Refused {
  return new Refused(kind === 'public' ? { code: 'KEY_MISSING' } : { code: 'SCOPE_MISSING', scope: 'reports' });
}

export interface DetailParts {
  readonly database: TenantDatabase;
  readonly ticketCodes: TicketCodes;
  readonly clock: Clock;
}

/**
 * A booking as answers show it: what its events make of it, the personal data that stands apart, and the codes of its tickets for who may
 * see them.
 */
export async function readBookingDetail(
  { database, ticketCodes, clock }: DetailParts,
  seen: BookingReads,
  row: BookingRow,
  { seesCodes }: { readonly seesCodes: boolean } = { seesCodes: true },
): Promise<BookingAnswer> {
  const { bookingId } = row;
  const now = clock.now();
  const [events, customer, attendees, show, ordered] = await Promise.all([
    seen.events(bookingId),
    seen.contact(bookingId),
    seen.attendees(bookingId),
    seen.show(row.eventId, now),
    readOrderedShow(database.as(row), row.eventId),
  ]);
  const booking = replay(events)!;
  const codes = await ticketCodes.codesOf(seesCodes ? codedTickets(booking, row) : []);
  return {
    ...toBookingSummary(row),
    status: booking.status,
    version: booking.version,
    priceBreakdown: toPriceAnswer(booking.price, booking.totalMinor, booking.currency),
    tickets: toTicketAnswers(booking, { attendees, codes }, { show, now, payStep: payStepOf(booking) }),
    refunds: await seen.withTexts(toRefundAnswers(booking)),
    ...toShowAnswers(booking, show, now, payStepOf(booking)),
    show: ordered,
    customer,
    ...(booking.language !== undefined && { language: booking.language }),
    ...(booking.consent !== undefined && { consent: booking.consent }),
  };
}

function toBookingSummary(row: BookingRow): BookingSummaryAnswer {
  const { bookingId, eventId, reservationId, status, failureCode, transactionId, totalMinor, currency, provider } = row;
  return {
    bookingId,
    orderNumber: orderNumberOf(bookingId),
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
