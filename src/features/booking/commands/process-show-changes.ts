import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { Inventory } from '../../inventory/index.ts';
import { mailOfShowChange } from '../store/mail-wishes.ts';
import {
  countJournaled,
  countNotified,
  countPaying,
  findRunningChanges,
  noteProgress,
  pageToNotify,
  type ShowChangeRow,
} from '../store/show-changes.ts';
import type { Cancellations } from './cancel-booking.ts';
import type { ChangeBooking } from './change-booking.ts';

/** The job notes how far it is after so many bookings. */
const bookingsPerNote = 50;
/** A booking that could not be notified, though nobody is in the way, is tried again after so long. */
const tryAgainMs = 5_000;
/** After a look that took so long, the job leaves the change alone for so many times as long. */
const restPerLook = 20;

interface Look {
  /** Who could still come, and who had been notified. */
  readonly figures: string;
  readonly at: Instant;
  readonly tookMs: number;
}

const reasons = {
  postponed: ownReasons.showPostponed,
  resumed: ownReasons.showResumed,
  moved: ownReasons.showMoved,
  updated: ownReasons.showCorrected,
};

/**
 * Notifies every booking of a show of what became of it: called off (it is cancelled and refunded), postponed, on sale
 * again, moved (its buyer may give it back) or corrected; one after the other in the order of their ids. After a crash it
 * begins again with those whom the database does not show as notified: a booking is notified and refunded once. A change is
 * done when nobody can come any more who bought for the show as it was: no hold, and no payment under way. Answers how many
 * bookings were notified.
 */
export function createProcessShowChanges(parts: {
  readonly database: TenantDatabase;
  readonly inventory: Pick<Inventory, 'holdsBefore'>;
  readonly cancellations: Cancellations;
  readonly changeBooking: ChangeBooking;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
}): () => Promise<number> {
  const {
    database: { bypassingRls },
    inventory,
    cancellations,
    changeBooking,
    clock,
    onFailure,
  } = parts;
  /** By change that is not done: what was found when it was last looked at. */
  const looked = new Map<string, Look>();

  function contextOf(change: ShowChangeRow): CommandContext {
    const { actor, correlationId } = change.change;
    const causationId = `show-change-${change.changeId}`;
    return { actor, correlationId, causationId, now: clock.now(), organizerId: change.organizerId };
  }

  async function notify(row: ShowChangeRow, bookingId: string): Promise<void> {
    const { changeId, eventId, organizerId, kind, edition, change } = row;
    const target = { bookingId, eventId, organizerId };
    if (kind === 'cancelled') {
      await cancellations.cancel(
        { ...target, ticketIds: null, by: 'show', refund: 'full', reason: null },
        contextOf(row),
      );
      return;
    }
    const { before, startsAt } = change;
    const notice = { changeId, edition, ...(before && { before }) };
    await changeBooking(
      {
        ...target,
        reason: reasons[kind],
        command: () => ({ type: 'NotifyOfShow', kind, notice, startsAt }),
        alongside: (tx) => requestMail(tx, mailOfShowChange(bookingId, changeId, change)),
      },
      contextOf(row),
    );
  }

  /** How many may still become bookings that must be notified: holds made before the change, and payments under way. */
  async function countOpen(row: ShowChangeRow): Promise<number> {
    const { eventId, edition } = row;
    const holds =
      (await inventory.holdsBefore(eventId, edition)) ?? (await countJournaled(bypassingRls, row, clock.now()));
    return holds + (await countPaying(bypassingRls, row));
  }

  async function processChange(row: ShowChangeRow): Promise<number> {
    const last = looked.get(row.changeId);
    const begunAt = clock.now();
    // A sale that goes on beside it ends holds all the time: a large show is not looked through for each of them.
    if (last && begunAt < last.at + last.tookMs * restPerLook) return 0;
    const open = await countOpen(row);
    const remember = (figures: string) =>
      looked.set(row.changeId, { figures, at: begunAt, tookMs: clock.now() - begunAt });
    // Nobody has come to an end since, so nobody new is there.
    const isSame = last?.figures === figuresOf(open, row);
    if (last && isSame && (open > 0 || begunAt < last.at + tryAgainMs)) {
      if (open > 0) remember(last.figures);
      return 0;
    }
    const before = await countNotified(bypassingRls, row);
    let { total } = row;
    let notified = 0;
    const note = async () => {
      const progress = { notified: before.notified + notified, total: before.total };
      const isNoted = await noteProgress(bypassingRls, { ...row, total }, progress);
      total = before.total;
      return isNoted;
    };
    for (let after: string | null = null; ; ) {
      const { bookingIds, last: end } = await pageToNotify(bypassingRls, row, after);
      if (end === null) break;
      for (const bookingId of bookingIds) {
        await notify(row, bookingId);
        notified += 1;
        if (notified % bookingsPerNote === 0 && !(await note())) return notified;
      }
      after = end;
    }
    const figures = await countNotified(bypassingRls, row);
    const doneAt = open === 0 && figures.notified === figures.total ? clock.now() : null;
    await noteProgress(bypassingRls, { ...row, total }, { ...figures, doneAt });
    if (doneAt === null) remember(figuresOf(open, figures));
    else looked.delete(row.changeId);
    return notified;
  }

  return async () => {
    let notified = 0;
    for (let last: ShowChangeRow | null = null; ; ) {
      const page: readonly ShowChangeRow[] = await findRunningChanges(bypassingRls, last);
      if (page.length === 0) return notified;
      for (const row of page) {
        try {
          notified += await processChange(row);
        } catch (error) {
          // The other shows go on; this one is tried again.
          onFailure(`notifying the bookings of the change ${row.changeId}`, error);
        }
      }
      last = page.at(-1)!;
    }
  };
}

function figuresOf(open: number, { notified, total }: { readonly notified: number; readonly total: number }): string {
  return `${notified} of ${total}, ${open} open`;
}
