import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { AttendeesBody, BookingDetailSchema, ComplimentaryBody, ShowChangesSchema } from '../../contract/booking.ts';
import { closed, SerialId, Uuid } from '../../contract/common.ts';
import { hashRequest, readKeyed } from '../../contract/idempotency.ts';
import { acceptedValue, Refused } from '../../contract/problem.ts';
import { contextOf, organizerOf } from '../../contract/request.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import { toContact } from '../inventory/index.ts';
import type { ChangeBooking } from './commands/change-booking.ts';
import type { createGiveComplimentary } from './commands/give-complimentary.ts';
import { missingNames, writeAttendees } from './commands/name-attendees.ts';
import { findFor } from './http-access.ts';
import { readBookingDetail } from './http-bookings.ts';
import type { BookingRow, BookingStore } from './store/booking-store.ts';
import { changesOfEvent } from './store/show-changes.ts';

/** What staff do with bookings beside selling: give tickets away, follow a change of a show; and who will sit where. */
export function createBookingStaffRoutes(parts: {
  readonly database: WalledDatabase;
  readonly store: BookingStore;
  readonly giveComplimentary: ReturnType<typeof createGiveComplimentary>;
  readonly changeBooking: ChangeBooking;
  readonly clock: Clock;
}): FastifyPluginAsyncTypebox {
  const { database, store, giveComplimentary, changeBooking, clock } = parts;
  const tags = ['bookings'];
  const named = { access: 'public', staff: ['tickets'], ids: { id: 'booking' } } as const;
  const ofEvent = { access: 'reports', ids: { id: 'event' } } as const;

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
      { config: { access: 'tickets', keepsAnswers: true }, schema: give },
      async (request, reply) => {
        const {
          reason,
          customer: _1,
          customerName: _2,
          customerEmail: _3,
          customerPhone: _4,
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
        const given = acceptedValue(
          await giveComplimentary({ selection, contact: toContact(request.body), reason, key: claimed }, context),
        );
        reply.code(201).header('location', `/api/bookings/${given.bookingId}`);
        return readBookingDetail(store, (await store.find(given.bookingId)) as BookingRow, clock.now());
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
      return readBookingDetail(store, (await store.find(bookingId)) as BookingRow, now);
    });

    const changes = {
      tags: ['events'],
      summary: 'How far the bookings of a show that was called off or moved have been told and refunded',
      params: Type.Object({ id: SerialId() }, closed),
      response: { 200: ShowChangesSchema },
    };
    app.get('/api/events/:id/changes', { config: ofEvent, schema: changes }, async (request) => {
      const eventId = request.params.id;
      const scope = database.as({ organizerId: organizerOf(request.caller) ?? 0 });
      const [event] = await scope.query('SELECT 1 FROM events WHERE event_id = $1', [eventId]);
      if (!event) throw new Refused({ code: 'EVENT_NOT_FOUND' });
      const items = (await changesOfEvent(scope, eventId)).map((change) => {
        const { changeId, kind, state, total, told, createdAt, doneAt } = change;
        const [created, done] = [createdAt.toISOString(), doneAt?.toISOString() ?? null];
        return { changeId, kind, state, total, told, createdAt: created, doneAt: done };
      });
      return { items, nextCursor: null };
    });
  };
}
