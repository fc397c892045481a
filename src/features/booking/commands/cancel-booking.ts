import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import { ownReasons, type Said } from '../../../kernel/reason.ts';
import { keepSaid, toReason } from '../../../platform/event-store/kept-texts.ts';
import { NotOwned } from '../../../platform/ownership/ownership.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { CancelledBy } from '../domain/booking-changes.ts';
import { findRipeWishes, forgetWish, noteWish } from '../store/cancellation-wishes.ts';
import type { ChangeBooking, ChangeRefusal } from './change-booking.ts';

export interface CancelRequest {
  readonly bookingId: string;
  readonly eventId: number;
  readonly organizerId: number;
  /** Null: all that are left. */
  readonly ticketIds: readonly string[] | null;
  readonly by: CancelledBy;
  readonly refund: 'full' | 'policy' | 'none' | null;
  /** Null: that of whoever cancels. */
  readonly reason: Said | null;
  readonly ifVersion?: ReadonlySet<string> | null;
}

export interface Cancellations {
  /**
   * Cancels a booking or some of its tickets; cancelled before, it is so again. `noted`: its payment is under way, and it
   * will be cancelled when that has ended. Refuses as `decide` does.
   */
  cancel(request: CancelRequest, context: CommandContext): Promise<Decision<'done' | 'noted', ChangeRefusal>>;
  /** Cancels what was to be cancelled while its payment was under way; answers how many. */
  carryOutWishes(now: number): Promise<number>;
}

const reasons = {
  buyer: ownReasons.cancelledByBuyer,
  staff: ownReasons.cancelledByStaff,
  show: ownReasons.showCalledOff,
} as const;

export function createCancellations({
  database,
  changeBooking,
  random = systemRandom,
}: {
  readonly database: TenantDatabase;
  readonly changeBooking: ChangeBooking;
  readonly random?: RandomBytes;
}): Cancellations {
  async function cancel(
    request: CancelRequest,
    context: CommandContext,
  ): Promise<Decision<'done' | 'noted', ChangeRefusal>> {
    const { bookingId, eventId, organizerId, ticketIds, by, refund, ifVersion = null } = request;
    const decided = await changeBooking(
      {
        bookingId,
        eventId,
        organizerId,
        ifVersion,
        reason: request.reason ?? reasons[by],
        command({ show, now, captured, payStep, reason, newId }) {
          const how = { by, show, now, captured, payStep, reason, refundId: newId(), freshTicketId: newId };
          const withRefund = refund === null ? how : { ...how, refund };
          return ticketIds === null
            ? { type: 'CancelBooking', ...withRefund }
            : { type: 'CancelTickets', ticketIds, ...withRefund };
        },
      },
      context,
    );
    if (decided.accepted) return accept('done');
    const { refusal } = decided;
    const isPaying = refusal.code === 'BOOKING_NOT_PAID' && refusal.status === 'awaiting_payment';
    if (!isPaying || ticketIds !== null) return decided;
    await note(request, context);
    return accept('noted');
  }

  /** Remembers the wish with whoever had it; the first one counts. */
  async function note(request: CancelRequest, { actor, correlationId, now }: CommandContext): Promise<void> {
    const { bookingId } = request;
    const reason = request.reason && toReason(request.reason, () => uuidv7(now, random));
    await database.as(request).transaction(async (tx) => {
      const wish = { ...request, reason, ifVersion: null, actor, correlationId };
      const isNew = await noteWish(tx, { bookingId, wish, now });
      if (isNew) await keepSaid(tx, request.reason, reason, { bookingId, organizerId: request.organizerId }, now);
    });
  }

  return {
    cancel,
    async carryOutWishes(now: number): Promise<number> {
      type Wish = CancelRequest & Omit<CommandContext, 'now'>;
      const wishes = await findRipeWishes<Wish>(database.bypassingRls);
      for (const wish of wishes) {
        const { actor, correlationId, ...request } = wish;
        const { organizerId } = request;
        const causationId = `cancellation-wish-${request.bookingId}`;
        // One that was not paid, or may not be cancelled any more, needs nothing.
        const done = await cancel(request, { actor, correlationId, causationId, organizerId, now }).catch(orElsewhere);
        // Whoever has the event carries it out; the others go on.
        if (done === 'elsewhere') continue;
        // Its money is set aside and not taken yet: then.
        if (done.accepted && done.value === 'noted') continue;
        await forgetWish(database.bypassingRls, request.bookingId);
      }
      return wishes.length;
    },
  };
}

function orElsewhere(error: unknown): 'elsewhere' {
  if (error instanceof NotOwned) return 'elsewhere';
  throw error;
}
