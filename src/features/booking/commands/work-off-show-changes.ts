import type { CommandContext } from '../../../kernel/context.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import type { EventLedgers } from '../../inventory/index.ts';
import { mailOfShowChange } from '../store/mail-wishes.ts';
import {
  countJournaled,
  countPaying,
  countTold,
  findRunningChanges,
  noteProgress,
  pageToTell,
  type ShowChangeRow,
} from '../store/show-changes.ts';
import type { CancelBooking } from './cancel-booking.ts';
import type { ChangeBooking } from './change-booking.ts';

/** The job notes how far it is after so many bookings. */
const bookingsPerNote = 50;
/** A booking that could not be told, though nobody is in the way, is tried again after so long. */
const tryAgainMs = 5_000;
/** After a look that took so long, the job leaves the change alone for so many times as long. */
const restPerLook = 20;

interface Look {
  /** Who could still come, and who had been told. */
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
 * Tells every booking of a show what became of it: called off (it is cancelled and refunded), postponed, on sale again, moved
 * (its buyer may give it back) or corrected; one after the other in the order of their ids. After a crash it begins again with
 * those whom the records do not know as told: a booking is told and refunded once. A change is done when nobody can
 * come any more who bought for the show as it was: no hold, and no payment under way. Answers how many bookings were told.
 */
export function createWorkOffShowChanges(parts: {
  readonly database: WalledDatabase;
  readonly ledgers: Pick<EventLedgers, 'settled' | 'refreshRules'>;
  readonly cancelBooking: CancelBooking;
  readonly changeBooking: ChangeBooking;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
}): () => Promise<number> {
  const {
    database: { system: database },
    ledgers,
    cancelBooking,
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

  async function tell(row: ShowChangeRow, bookingId: string): Promise<void> {
    const { changeId, eventId, organizerId, kind, edition, change } = row;
    const target = { bookingId, eventId, organizerId };
    if (kind === 'cancelled') {
      await cancelBooking({ ...target, ticketIds: null, by: 'show', refund: 'full', reason: null }, contextOf(row));
      return;
    }
    const { before, startsAt } = change;
    const told = { changeId, edition, ...(before && { before }) };
    await changeBooking(
      {
        ...target,
        reason: reasons[kind],
        command: () => ({ type: 'TellOfShow', kind, told, startsAt }),
        alongside: (tx) => requestMail(tx, mailOfShowChange(bookingId, changeId, change)),
      },
      contextOf(row),
    );
  }

  /** How many may still become bookings that must be told: holds made before the change, and payments under way. */
  async function countOpen(row: ShowChangeRow): Promise<number> {
    const { eventId, edition } = row;
    let event = await ledgers.settled(eventId);
    // A hold that is placed by a ledger which has not learnt of the change belongs to those before it.
    if (event && (event.ledger.rules.edition ?? 0) < edition) {
      await ledgers.refreshRules(eventId);
      event = await ledgers.settled(eventId);
    }
    const holds = event ? event.ledger.holdsBefore(edition) : await countJournaled(database, row, clock.now());
    return holds + (await countPaying(database, row));
  }

  async function workOff(row: ShowChangeRow): Promise<number> {
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
    const before = await countTold(database, row);
    let { total } = row;
    let told = 0;
    const note = async () => {
      const progress = { told: before.told + told, total: before.total };
      const isNoted = await noteProgress(database, { ...row, total }, progress);
      total = before.total;
      return isNoted;
    };
    for (let after: string | null = null; ; ) {
      const { bookingIds, last: end } = await pageToTell(database, row, after);
      if (end === null) break;
      for (const bookingId of bookingIds) {
        await tell(row, bookingId);
        told += 1;
        if (told % bookingsPerNote === 0 && !(await note())) return told;
      }
      after = end;
    }
    const figures = await countTold(database, row);
    const doneAt = open === 0 && figures.told === figures.total ? clock.now() : null;
    await noteProgress(database, { ...row, total }, { ...figures, doneAt });
    if (doneAt === null) remember(figuresOf(open, figures));
    else looked.delete(row.changeId);
    return told;
  }

  return async () => {
    let told = 0;
    for (let last: ShowChangeRow | null = null; ; ) {
      const page: readonly ShowChangeRow[] = await findRunningChanges(database, last);
      if (page.length === 0) return told;
      for (const row of page) {
        try {
          told += await workOff(row);
        } catch (error) {
          // The other shows go on; this one is tried again.
          onFailure(`telling of the change ${row.changeId}`, error);
        }
      }
      last = page.at(-1)!;
    }
  };
}

function figuresOf(open: number, { told, total }: { readonly told: number; readonly total: number }): string {
  return `${told} of ${total}, ${open} open`;
}
