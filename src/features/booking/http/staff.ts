import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { AttendeesBody, BookingDetailSchema, ComplimentaryBody, ShowChangesSchema } from '../../../contract/booking.ts';
import { closed, SerialId, Uuid } from '../../../contract/common.ts';
import { hashRequest, readKeyed } from '../../../platform/http/idempotency.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf, organizerOf } from '../../../platform/http/request.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { toContact } from '../../inventory/index.ts';
import type { ChangeBooking } from '../commands/change-booking.ts';
import type { createGiveComplimentary } from '../commands/give-complimentary.ts';
import { missingNames } from '../domain/attendees.ts';
import { attendeesProblems, complimentaryProblems } from '../refusals.ts';
import { writeAttendees } from '../store/attendees.ts';
import type { BookingRow, BookingStore } from '../store/booking-store.ts';
import { changesOfEvent, hasEvent } from '../store/show-changes.ts';
import { findFor } from './access.ts';
import { type DetailParts, readBookingDetail } from './bookings.ts';

/** What staff do with bookings beside selling: give tickets away, follow a change of a show; and who will sit where. */
export function createBookingStaffRoutes(
  parts: DetailParts & {
    readonly database: TenantDatabase;
    readonly store: BookingStore;
    readonly giveComplimentary: ReturnType<typeof createGiveComplimentary>;
    readonly changeBooking: ChangeBooking;
  },
): FastifyPluginAsyncTypebox {
  const { database, store, giveComplimentary, changeBooking, clock } = parts;
  const tags = ['bookings'];
  const named = {
    access: 'public',
    staff: ['tickets'],
    eventOf: { booking: 'path.id' },
    ids: { id: 'booking' },
    problems: attendeesProblems,
  } as const;
  const ofEvent = { access: 'reports', eventOf: 'none', ids: { id: 'event' } } as const;

  return async (app) => {
    const give = {
      tags,
      summary: 'Give tickets away',
      description:
        'A complimentary booking: free, with a reason. Sale windows, hidden types and limits are for buyers only. Send an ' +
        'Idempotency-Key.',
      body: ComplimentaryBody,
      response: { 201: BookingDetailSchema },
    };
    app.post(
      '/api/bookings/complimentary',
      {
        config: {
          access: 'tickets',
          keepsAnswers: true,
          eventOf: { event: 'body.eventId' },
          problems: [...complimentaryProblems, 'LOCKED'],
        },
        schema: give,
      },
      async (request, reply) => {
        const {
          reason,
          customer: _1,
          customerName: _2,
          customerEmail: _3,
          customerPhone: _4,
          companyName: _6,
          vatId: _7,
          language,
          idempotencyKey: _5,
          ...selection
        } = request.body;
        const context = contextOf(request, clock.now());
        const { key, asked } = readKeyed(request.headers['idempotency-key'], request.body);
        const claimed =
          key === null
            ? null
            : {
                scope: `complimentary:${context.actor}`,
                key,
                requestHash: hashRequest(asked),
              };
        const booked = acceptedValue(
          await giveComplimentary(
            { selection, contact: toContact(request.body), reason, key: claimed, language },
            context,
          ),
        );
        reply.code(201).header('location', `/api/bookings/${booked.bookingId}`);
        return readBookingDetail(parts, store, (await store.find(booked.bookingId)) as BookingRow);
      },
    );

    const name = {
      tags,
      summary: 'Name who will sit there',
      params: Type.Object({ id: Uuid() }, closed),
      body: AttendeesBody,
      response: { 200: BookingDetailSchema },
    };
    app.put('/api/bookings/:id/attendees', { config: named, schema: name }, async (request) => {
      const { row } = await findFor(store, request, request.params.id, ['tickets']);
      const { attendees } = request.body;
      const { foreign } = missingNames(row.ticketIds, attendees);
      if (foreign.length > 0) throw new Refused({ code: 'TICKET_UNKNOWN', ids: foreign });
      const ticketIds = attendees.map(({ ticketId }) => ticketId);
      const { bookingId, eventId, organizerId } = row;
      const now = clock.now();
      const decided = await changeBooking(
        {
          ...{ bookingId, eventId, organizerId },
          command: () => ({ type: 'NameAttendees', ticketIds }),
          alongside: (tx) => writeAttendees(tx, row, attendees, now),
        },
        contextOf(request, now),
      );
      acceptedValue(decided);
      return readBookingDetail(parts, store, (await store.find(bookingId)) as BookingRow);
    });

    const changes = {
      tags: ['events'],
      summary: 'How far the bookings of a show that was called off or moved have been notified and refunded',
      params: Type.Object({ id: SerialId() }, closed),
      response: { 200: ShowChangesSchema },
    };
    app.get('/api/events/:id/changes', { config: ofEvent, schema: changes }, async (request) => {
      const eventId = request.params.id;
      const scope = database.as({ organizerId: organizerOf(request.caller) ?? 0 });
      if (!(await hasEvent(scope, eventId))) throw new Refused({ code: 'EVENT_NOT_FOUND' });
      const items = (await changesOfEvent(scope, eventId)).map((change) => {
        const { changeId, kind, state, total, notified, createdAt, doneAt } = change;
        const [created, done] = [createdAt.toISOString(), doneAt?.toISOString() ?? null];
        return { changeId, kind, state, total, notified, told: notified, createdAt: created, doneAt: done };
      });
      return { items, nextCursor: null };
    });
  };
}
