import type { CommandContext } from '../../../kernel/context.ts';
import { type Instant, instantMax } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import {
  findRunningChanges,
  hasOpenBookings,
  noteProgress,
  pageOfBookings,
  type ShowChangeRow,
  toldBefore,
} from '../store/show-changes.ts';
import type { CancelBooking } from './cancel-booking.ts';
import type { ChangeBooking } from './change-booking.ts';

/** The job notes where it is after so many bookings. */
const bookingsPerNote = 50;

/**
 * Tells every booking of a show that it was called off (and cancels and refunds it) or moved (its buyer may give it back),
 * one after the other in the order of their ids. Goes on where it was after a crash, and from the start it would change
 * nothing: a booking is told and refunded once. Answers how many bookings were told.
 */
export function createWorkOffShowChanges(parts: {
  readonly database: WalledDatabase;
  readonly cancelBooking: CancelBooking;
  readonly changeBooking: ChangeBooking;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
}): () => Promise<number> {
  const { database, cancelBooking, changeBooking, clock, onFailure } = parts;

  function contextOf(change: ShowChangeRow): CommandContext {
    const { actor, correlationId } = change.change;
    const causationId = `show-change-${change.changeId}`;
    return { actor, correlationId, causationId, now: clock.now(), organizerId: change.organizerId };
  }

  async function tell(change: ShowChangeRow, bookingId: string): Promise<void> {
    const { changeId, eventId, organizerId } = change;
    const target = { bookingId, eventId, organizerId };
    if (change.kind === 'cancelled') {
      await cancelBooking({ ...target, ticketIds: null, by: 'show', refund: 'full', reason: null }, contextOf(change));
      return;
    }
    const refundableUntil: Instant = change.change.startsAt ?? instantMax;
    const command = () => ({ type: 'KeepForMovedShow', changeId, refundableUntil }) as const;
    await changeBooking({ ...target, command, reason: 'the show was moved' }, contextOf(change));
  }

  async function workOff(change: ShowChangeRow): Promise<number> {
    const before = await toldBefore(database.system, change);
    let told = 0;
    for (let after = change.afterBooking; ; ) {
      const bookingIds = await pageOfBookings(database.system, change.eventId, after);
      for (let i = 0; i < bookingIds.length; i += bookingsPerNote) {
        const some = bookingIds.slice(i, i + bookingsPerNote);
        for (const bookingId of some) await tell(change, bookingId);
        told += some.length;
        after = some.at(-1)!;
        await noteProgress(database.system, change.changeId, { after, told: before + told });
      }
      if (bookingIds.length > 0) continue;
      // A payment that is still under way ends in one booking more: look again then.
      const isOpen = change.kind === 'cancelled' && (await hasOpenBookings(database.system, change.eventId));
      await noteProgress(database.system, change.changeId, {
        after: null,
        told: before + told,
        doneAt: isOpen ? null : clock.now(),
      });
      return told;
    }
  }

  return async () => {
    let told = 0;
    for (const change of await findRunningChanges(database.system)) {
      try {
        told += await workOff(change);
      } catch (error) {
        // The other shows go on; this one is tried again.
        onFailure(`telling of the change ${change.changeId}`, error);
      }
    }
    return told;
  };
}
