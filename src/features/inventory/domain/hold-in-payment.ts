import type { Instant } from '../../../kernel/instant.ts';
import { unbindMail } from './customer-limits.ts';
import type { HoldRecord } from './hold-book.ts';
import type { LedgerView } from './plan-hold.ts';
import { type Hold, type HoldPayment, type PlaceState, placeState } from './types.ts';

type View = Pick<LedgerView, 'table' | 'book' | 'customers'>;

/** Freezes an active hold: it cannot expire before `now + graceMs`, and has one attempt less. */
export function freezeHold(
  { book }: View,
  record: HoldRecord,
  { now, graceMs, payment }: { readonly now: Instant; readonly graceMs: number; readonly payment?: HoldPayment },
): Hold {
  const { payment: _before, ...hold } = record.hold;
  record.deadlineBeforePayment = hold.expiresAt;
  const expiresAt = Math.max(hold.expiresAt, now + graceMs);
  const attempts = hold.attempts + 1;
  book.replace(record, { ...hold, status: 'paying', expiresAt, attempts, ...(payment && { payment }) });
  return record.hold;
}

/** No payment was begun after all: as before the freeze. Nothing, if it is frozen for another booking by now. */
export function unfreezeHold(view: View, record: HoldRecord | undefined, bookingId?: string): void {
  if (record?.hold.status !== 'paying' || !isFor(record, bookingId)) return;
  const expiresAt = record.deadlineBeforePayment;
  const { payment: _begun, ...hold } = takeBack(view, record);
  view.book.replace(record, { ...hold, status: 'active', expiresAt, attempts: hold.attempts - 1 });
}

/**
 * The payment came to nothing: its buyer holds the places until the later of the deadline before it and `now + keepMs`; that
 * extension is made once. Also for a hold that was read when it had just ended, and did not know. Nothing, if it is frozen
 * for another booking by now.
 */
export function thawHold(
  view: View,
  record: HoldRecord | undefined,
  { now, keepMs, bookingId }: { readonly now: Instant; readonly keepMs: number; readonly bookingId?: string },
): void {
  if (record === undefined || !isFor(record, bookingId)) return;
  const isPaying = record.hold.status === 'paying';
  if (!isPaying && (bookingId === undefined || record.hold.payment === undefined)) return;
  const deadline = isPaying ? record.deadlineBeforePayment : record.hold.expiresAt;
  const { payment: _ended, ...hold } = isPaying ? takeBack(view, record) : record.hold;
  const expiresAt = extendOnce(record, deadline, now + keepMs);
  view.book.replace(record, { ...hold, status: 'active', expiresAt });
}

/** The deadline, or `until` if that is later and the hold was not extended before. */
export function extendOnce(record: { extended: boolean }, deadline: Instant, until: Instant): Instant {
  if (record.extended || until <= deadline) return deadline;
  record.extended = true;
  return until;
}

export function setStates({ table }: Pick<View, 'table'>, { placeNos }: HoldRecord, state: PlaceState): void {
  for (const place of placeNos) table.setState(place, state);
}

/** Its places are held again, as far as the ledger is concerned. */
function takeBack(view: View, record: HoldRecord): Hold {
  setStates(view, record, placeState.held);
  unbindMail(view.customers, record);
  return record.hold;
}

/** Whoever does not say which booking it is about means the one that is under way. */
function isFor({ hold: { payment } }: HoldRecord, bookingId: string | undefined): boolean {
  return bookingId === undefined || payment === undefined || payment.bookingId === bookingId;
}
