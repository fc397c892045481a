import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import {
  type BookingAnswer,
  CancelHeaders,
  type CancelledAnswer,
  CancelledSchema,
  CancelQuery,
  type CancelRequest,
  CancelTicketBody,
} from '../../../contract/booking.ts';
import {
  CancelChosenBody,
  type CancellationPreview,
  CancellationPreviewSchema,
  PreviewBody,
} from '../../../contract/cancellation.ts';
import { closed, Uuid } from '../../../contract/common.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf, staffOf } from '../../../platform/http/request.ts';
import type { Cancellations } from '../commands/cancel-booking.ts';
import { previewCancellation } from '../queries/read-give-back.ts';
import { cancelProblems, previewProblems } from '../refusals.ts';
import type { BookingRow, BookingStore } from '../store/booking-store.ts';
import { findFor } from './access.ts';
import { type DetailParts, readBookingDetail } from './bookings.ts';

export interface CancelRoutes extends DetailParts {
  readonly store: BookingStore;
  readonly cancellations: Cancellations;
}

/** Giving tickets back: buyers within the show's policy, staff always. */
export function createCancelRoutes(parts: CancelRoutes): FastifyPluginAsyncTypebox {
  const { store } = parts;
  const tags = ['bookings'];
  const open = { access: 'public', staff: ['tickets'] } as const;
  const config = {
    ...open,
    eventOf: { booking: 'path.id' },
    ids: { id: 'booking' },
    problems: cancelProblems,
  } as const;
  const ofTicket = {
    ...open,
    eventOf: { ticket: 'path.id' },
    ids: { id: 'ticket' },
    problems: [...cancelProblems, 'TICKET_NOT_BOOKED'],
  } as const;
  const params = Type.Object({ id: Uuid() }, closed);
  const response = { 200: CancelledSchema, 202: CancelledSchema };

  async function cancel(
    request: FastifyRequest,
    reply: FastifyReply,
    target: { readonly bookingId: string; readonly ticketIds: readonly string[] | null },
    asked: CancelRequest,
  ): Promise<CancelledAnswer> {
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
    const chosen = {
      tags,
      summary: 'Cancel some tickets of a booking, or all',
      description:
        'Tickets that are only had together go together: all of them, or none. What comes back: `POST …/cancellation` says it ' +
        'before anything is done.',
      params,
      headers: CancelHeaders,
      body: CancelChosenBody,
      response,
    };
    app.post('/api/bookings/:id/cancel', { config, schema: chosen }, (request, reply) => {
      const { ticketIds = null, ...asked } = request.body ?? {};
      return cancel(request, reply, { bookingId: request.params.id, ticketIds }, asked);
    });
    const preview = {
      tags,
      summary: 'What comes back if some tickets of a booking, or all, are cancelled now',
      description: 'Changes nothing. Where the cancellation would be refused, this is refused alike.',
      params,
      body: PreviewBody,
      response: { 200: CancellationPreviewSchema },
    };
    const asking = { ...open, eventOf: 'none', ids: { id: 'booking' }, problems: previewProblems } as const;
    app.post('/api/bookings/:id/cancellation', { config: asking, schema: preview }, async (request, reply) => {
      const { row, ...who } = await findFor(store, request, request.params.id, ['tickets']);
      const { ticketIds = null, refund } = request.body ?? {};
      return previewAs(parts, reply, { row, ...who, ticketIds }, refund === undefined ? {} : { refund });
    });
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
): Promise<CancelledAnswer> {
  const { store } = parts;
  const outcome = await cancelFor(parts, request, target, asked);
  const detail = await readBookingDetail(parts, store, (await store.find(target.row.bookingId)) as BookingRow);
  reply.code(outcome === 'noted' ? 202 : 200).header('cache-control', 'private, no-store');
  return { success: outcome !== 'noted', message: messageOf(outcome, detail), ...detail };
}

/** What {@link cancelAs} would do, for whoever may. */
export async function previewAs(
  parts: CancelRoutes,
  reply: FastifyReply,
  target: CancelTarget,
  asked: Pick<CancelRequest, 'refund'>,
): Promise<CancellationPreview> {
  if (asked.refund !== undefined && !target.isStaff) throw new Refused({ code: 'SCOPE_MISSING', scope: 'tickets' });
  const wish = { ...asked, ticketIds: target.ticketIds, by: cancelledBy(target, asked) };
  reply.header('cache-control', 'private, no-store');
  return acceptedValue(await previewCancellation(parts, target.row, wish, parts.clock.now()));
}

/** Whoever bought it and works for the organiser too cancels as staff only when saying so. */
function cancelledBy({ isStaff, isOwner }: CancelTarget, { refund, reason }: CancelRequest): 'staff' | 'buyer' {
  return isStaff && !(isOwner && refund === undefined && reason === undefined) ? 'staff' : 'buyer';
}

/** Cancels a booking for whoever may; throws the refusal. */
async function cancelFor(
  { cancellations, clock }: CancelRoutes,
  request: FastifyRequest,
  target: CancelTarget,
  asked: CancelRequest,
): Promise<'done' | 'noted'> {
  const { row, isStaff, ticketIds } = target;
  const { bookingId, eventId, organizerId } = row;
  if (asked.refund !== undefined && !isStaff) throw new Refused({ code: 'SCOPE_MISSING', scope: 'tickets' });
  const result = await cancellations.cancel(
    {
      bookingId,
      eventId,
      organizerId,
      ticketIds,
      by: cancelledBy(target, asked),
      refund: asked.refund ?? null,
      reason: asked.reason === undefined ? null : { typed: asked.reason },
      ifVersion: readIfMatch(request.headers['if-match']),
    },
    contextOf(request, clock.now()),
  );
  return acceptedValue(result);
}

/** The versions that an If-Match header names; null if there is none or any will do. */
function readIfMatch(header: string | undefined): ReadonlySet<string> | null {
  if (header === undefined || header.trim() === '*') return null;
  return new Set(header.split(',').map((tag) => tag.trim().replace(/^(?:W\/)?"(.*)"$/, '$1')));
}

function messageOf(outcome: 'done' | 'noted', { status, refundDue, refunded, currency }: BookingAnswer): string {
  if (outcome === 'noted') return 'The payment is still under way. The booking is cancelled as soon as it has ended.';
  const what = status === 'cancelled' ? 'The booking is cancelled.' : 'Cancelled; the other tickets stay yours.';
  if (refundDue > 0) return `${what} ${refundDue} ${currency} are on their way back to you.`;
  return refunded > 0 ? `${what} ${refunded} ${currency} were given back.` : `${what} Nothing is given back.`;
}
