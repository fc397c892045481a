import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  CancelHeaders,
  CancelledSchema,
  CancelQuery,
  type CancelRequest,
  CancelTicketBody,
} from '../../contract/booking.ts';
import { closed, Uuid } from '../../contract/common.ts';
import { Refused } from '../../contract/problem.ts';
import { contextOf, staffOf } from '../../contract/request.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { CancelBooking } from './commands/cancel-booking.ts';
import type { ChangeRefusal } from './commands/change-booking.ts';
import { findFor } from './http-access.ts';
import { readBookingDetail } from './http-bookings.ts';
import type { BookingRow, BookingStore } from './store/booking-store.ts';

export interface CancelRoutes {
  readonly store: BookingStore;
  readonly cancelBooking: CancelBooking;
  readonly clock: Clock;
}

/** Giving tickets back: buyers within the show's policy, staff always. */
export function createCancelRoutes(parts: CancelRoutes): FastifyPluginAsyncTypebox {
  const { store } = parts;
  const tags = ['bookings'];
  const config = { access: 'public', staff: ['tickets'], ids: { id: 'booking' } } as const;
  const ofTicket = { ...config, ids: { id: 'ticket' } } as const;
  const params = Type.Object({ id: Uuid() }, closed);
  const response = { 200: CancelledSchema, 202: CancelledSchema };

  async function cancel(
    request: FastifyRequest,
    reply: FastifyReply,
    target: { readonly bookingId: string; readonly ticketIds: readonly string[] | null },
    asked: CancelRequest,
  ): Promise<never> {
    const found = await findFor(store, request, target.bookingId, ['tickets']);
    return cancelAs(parts, request, reply, { ...found, ticketIds: target.ticketIds }, asked);
  }

  return async (app) => {
    const whole = {
      tags,
      summary: 'Cancel a booking',
      description:
        'All tickets that are left; what comes back follows from the show’s policy. Staff may always. One that waits for ' +
        'its payment is cancelled as soon as that has ended (202).',
      params,
      headers: CancelHeaders,
      querystring: CancelQuery,
      response,
    };
    app.delete('/api/bookings/:id', { config, schema: whole }, (request, reply) =>
      cancel(request, reply, { bookingId: request.params.id, ticketIds: null }, request.query),
    );
    const single = {
      tags,
      summary: 'Cancel one ticket of a booking',
      params,
      headers: CancelHeaders,
      body: CancelTicketBody,
      response,
    };
    for (const base of ['/api/tickets', '/api/ticket']) {
      app.post(`${base}/:id/cancel`, { config: ofTicket, schema: single }, async (request, reply) => {
        const { id } = request.params;
        const ticket = await store.findTicket(id);
        if (!ticket) throw new Refused({ code: 'TICKET_NOT_FOUND' });
        if (ticket.bookingId === null) {
          const knows = staffOf(request.caller, 'tickets') === ticket.organizerId;
          throw new Refused({ code: knows ? 'TICKET_NOT_BOOKED' : 'TICKET_NOT_FOUND' });
        }
        try {
          return await cancel(request, reply, { bookingId: ticket.bookingId, ticketIds: [id] }, request.body ?? {});
        } catch (error) {
          if (error instanceof Refused && error.refusal.code === 'BOOKING_UNKNOWN') {
            throw new Refused({ code: 'TICKET_NOT_FOUND' });
          }
          throw error;
        }
      });
    }
  };
}

interface CancelTarget {
  readonly row: BookingRow;
  readonly isStaff: boolean;
  readonly isOwner: boolean;
  readonly ticketIds: readonly string[] | null;
}

/** Cancels a booking for whoever may, and answers what became of it. */
export async function cancelAs(
  parts: CancelRoutes,
  request: FastifyRequest,
  reply: FastifyReply,
  target: CancelTarget,
  asked: CancelRequest,
): Promise<never> {
  const { store } = parts;
  const outcome = await cancelFor(parts, request, target, asked);
  const detail = await readBookingDetail(
    store,
    (await store.find(target.row.bookingId)) as BookingRow,
    parts.clock.now(),
  );
  return reply
    .code(outcome === 'noted' ? 202 : 200)
    .header('cache-control', 'private, no-store')
    .send({ success: outcome !== 'noted', message: messageOf(outcome, detail), ...detail }) as never;
}

/** Cancels a booking for whoever may; throws the refusal. */
export async function cancelFor(
  { cancelBooking, clock }: CancelRoutes,
  request: FastifyRequest,
  { row, isStaff, isOwner, ticketIds }: CancelTarget,
  asked: CancelRequest,
): Promise<'done' | 'noted'> {
  const { bookingId, eventId, organizerId } = row;
  if (asked.refund !== undefined && !isStaff) throw new Refused({ code: 'SCOPE_MISSING', scope: 'tickets' });
  const result = await cancelBooking(
    {
      bookingId,
      eventId,
      organizerId,
      ticketIds,
      // Whoever bought it and works for the organiser too cancels as staff only when saying so.
      by: isStaff && !(isOwner && asked.refund === undefined && asked.reason === undefined) ? 'staff' : 'buyer',
      refund: asked.refund ?? null,
      reason: asked.reason === undefined ? null : { typed: asked.reason },
      ifVersion: readIfMatch(request.headers['if-match']),
    },
    contextOf(request, clock.now()),
  );
  if (!result.accepted) throw new Refused(toFacts(result.refusal));
  return result.value;
}

/** The versions that an If-Match header names; null if there is none or any will do. */
export function readIfMatch(header: string | undefined): ReadonlySet<string> | null {
  if (header === undefined || header.trim() === '*') return null;
  return new Set(header.split(',').map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')));
}

/** A refusal with its amounts and times as the wire has them. */
export function toFacts(refusal: ChangeRefusal) {
  if (refusal.code === 'CANCELLATION_TOO_LATE') {
    return { code: refusal.code, deadline: new Date(refusal.deadline).toISOString() };
  }
  return refusal;
}

function messageOf(
  outcome: 'done' | 'noted',
  { status, refundDue, refunded, currency }: Awaited<ReturnType<typeof readBookingDetail>>,
): string {
  if (outcome === 'noted') return 'The payment is still under way. The booking is cancelled as soon as it has ended.';
  const what = status === 'cancelled' ? 'The booking is cancelled.' : 'Cancelled; the other tickets stay yours.';
  if (refundDue > 0) return `${what} ${refundDue} ${currency} are on their way back to you.`;
  return refunded > 0 ? `${what} ${refunded} ${currency} were given back.` : `${what} Nothing is given back.`;
}
