import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import { ownReasons, type Reason, type Said } from '../../../kernel/reason.ts';
import { keepSaid, toReason } from '../../../platform/event-store/kept-texts.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import { type Queryable, type TenantDatabase, Unavailable } from '../../../platform/postgres/database.ts';
import type { Inventory } from '../../inventory/index.ts';
import { appendRefundState, failRefund, leftOfPayment, payStepOf } from '../../payments/index.ts';
import type { Booking, BookingEvent } from '../domain/booking.ts';
import type { Cancelled } from '../domain/booking-changes.ts';
import { type BookingCommand, type BookingRefusal, decide } from '../domain/decide.ts';
import type { BookedShow } from '../domain/right-to-return.ts';
import { lockBookedShow } from '../store/booked-show.ts';
import { appendToBooking, type LockedBooking, lockBooking } from '../store/booking-rows.ts';
import { writeCancelledTickets } from '../store/cancel-tickets.ts';
import { type CapturedPayment, findCaptured, isCaptured } from '../store/known-payments.ts';
import { askForMails } from '../store/mail-wishes.ts';

/** What a command may need to know of the world, read under lock. */
export interface CommandFacts {
  readonly booking: Booking;
  readonly show: BookedShow;
  readonly now: number;
  /** The captured payment that was asked for; else that of a booking whose events do not name one (it is in review). */
  readonly captured: (CapturedPayment & { /** Neither given back nor promised. */ readonly leftMinor: number }) | null;
  /** What the booking's provider pays back is a multiple of it, in minor units. */
  readonly payStep: number;
  /** As it is kept: what was typed is a reference. */
  readonly reason: Reason;
  newId(): string;
}

export interface BookingChangeRequest {
  readonly bookingId: string;
  readonly eventId: number;
  readonly organizerId: number;
  /** Refused unless the booking is at this version; null: whatever it is at. */
  readonly ifVersion?: ReadonlySet<string> | null;
  readonly reason?: Said;
  /** What the command is about. */
  readonly payment?: CapturedPayment;
  readonly command: (facts: CommandFacts) => BookingCommand;
  /** More to write in the same transaction. */
  readonly alongside?: (tx: Queryable, booking: Booking, events: readonly BookingEvent[]) => Promise<void>;
}

export type ChangeRefusal =
  | BookingRefusal
  | { readonly code: 'BOOKING_UNKNOWN' }
  | { readonly code: 'BOOKING_VERSION_MISMATCH'; readonly version: number };

export type ChangeBooking = (
  request: BookingChangeRequest,
  context: CommandContext,
) => Promise<Decision<{ readonly booking: Booking; readonly events: readonly BookingEvent[] }, ChangeRefusal>>;

export interface ChangeBookingParts {
  readonly database: TenantDatabase;
  readonly inventory: Pick<Inventory, 'fenceOf' | 'refresh' | 'giveBack'>;
  /** The booking of this owner is another now. */
  readonly onChanged: (owner: string | null) => void;
  readonly random?: RandomBytes;
}

/**
 * Changes a booking after its purchase: locks show and booking, replays its events, decides, and writes the events that
 * follow together with everything that reads them: the booking's row, tickets, fresh tickets on sale, refund due, mails.
 * The ledger learns of free places right after the commit. Refuses as {@link decide} does; throws NotOwned, and writes nothing, if
 * the event was taken over meanwhile: its new owner would not hear of them.
 */
export function createChangeBooking(parts: ChangeBookingParts): ChangeBooking {
  const { database, inventory, random = systemRandom } = parts;
  return async (request, context) => {
    const { bookingId, eventId } = request;
    const fence = inventory.fenceOf(eventId);
    const change = database.as(request).transaction(async (tx) => {
      const show = await lockBookedShow(tx, eventId, context.now);
      const locked = await lockBooking(tx, bookingId);
      if (!locked) return refuse<ChangeRefusal>({ code: 'BOOKING_UNKNOWN' });
      const { booking } = locked;
      if (request.ifVersion?.has(String(booking.version)) === false) {
        return refuse<ChangeRefusal>({ code: 'BOOKING_VERSION_MISMATCH', version: booking.version });
      }
      const payment = request.payment ?? (booking.status === 'needs_review' ? await findCaptured(tx, bookingId) : null);
      const captured = payment && { ...payment, leftMinor: await leftOfPayment(tx, payment) };
      const newId = () => uuidv7(context.now, random);
      const payStep = payStepOf(booking);
      const reason = request.reason === undefined ? undefined : toReason(request.reason, newId);
      const facts = {
        booking,
        show,
        now: context.now,
        captured,
        payStep,
        newId,
        reason: reason ?? ownReasons.cancelled,
      };
      const decision = decide(booking, request.command(facts));
      if (!decision.accepted) return decision;
      const events = decision.value;
      if (!(await isTaken(tx, events))) {
        return refuse<ChangeRefusal>({ code: 'BOOKING_NOT_PAID', status: 'awaiting_payment' });
      }
      if (events.length > 0) await lockFence(tx, eventId, fence);
      const after = events.length === 0 ? booking : await write(tx, { locked, events, reason, context });
      if (events.length > 0) {
        await keepSaid(tx, request.reason, reason, request, context.now);
        await request.alongside?.(tx, after, events);
      }
      return accept({ booking: after, events });
    });
    const decided = await change.catch(async (error: unknown) => {
      // Whether it was committed is not known: the ledger reads the show again, now or when PostgreSQL is back.
      if (error instanceof Unavailable) await inventory.refresh(eventId);
      throw error;
    });
    if (decided.accepted) {
      parts.onChanged(decided.value.booking.owner);
      await freePlaces(inventory, decided.value);
    }
    return decided;
  };
}

/** Money that was only set aside so far cannot be given back: it will be taken in a moment. */
async function isTaken(tx: Queryable, events: readonly BookingEvent[]): Promise<boolean> {
  const due = events.find((event) => event.type === 'RefundDue');
  if (!due) return true;
  return isCaptured(tx, due.data.paymentId);
}

async function write(
  tx: Queryable,
  change: {
    readonly locked: LockedBooking;
    readonly events: readonly BookingEvent[];
    readonly reason: Reason | undefined;
    readonly context: CommandContext;
  },
): Promise<Booking> {
  const { locked, events, reason, context } = change;
  const { organizerId } = locked;
  const { bookingId, eventId } = locked.booking;
  for (const event of events) {
    if (event.type === 'BookingCancelled' || event.type === 'TicketsCancelled') {
      const written = { reason: reason ?? ownReasons.cancelled, now: context.now };
      await writeCancelledTickets(tx, { bookingId, eventId, organizerId }, event.data, written);
    }
    if (event.type === 'RefundDue') {
      // The job of the payments carries it out.
      const due = { ...event.data, bookingId, organizerId, state: 'due' as const, failureCode: null };
      await appendRefundState(tx, due, context.now);
    }
    if (event.type === 'RefundFound') {
      const { reference: providerReference, ...refund } = event.data;
      const found = { ...refund, providerReference, bookingId, organizerId, state: 'refunded' as const };
      await appendRefundState(tx, { ...found, failureCode: null }, context.now);
    }
    if (event.type === 'RefundFailed') await failRefund(tx, event.data, context.now);
  }
  const after = await appendToBooking(tx, locked, events, context, reason);
  await askForMails(tx, { booking: after, organizerId, events, reason });
  return after;
}

/** Places that are free again go on sale at once. */
async function freePlaces(
  inventory: Pick<Inventory, 'giveBack'>,
  { booking, events }: { readonly booking: Booking; readonly events: readonly BookingEvent[] },
): Promise<void> {
  const cancelled = events.flatMap((event): Cancelled[] =>
    event.type === 'BookingCancelled' || event.type === 'TicketsCancelled' ? [event.data] : [],
  );
  if (cancelled.length === 0) return;
  const ids = cancelled.flatMap(({ ticketIds, freshTicketIds }) => [...ticketIds, ...freshTicketIds]);
  const left = booking.tickets.length - booking.cancelledTicketIds.length;
  await inventory.giveBack(booking, ids, left);
}
