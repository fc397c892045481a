import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable, TenantDatabase } from '../../../platform/postgres/database.ts';
import { dealRefunds, sumOf } from '../domain/money-back.ts';
import { bookingReceipt, type PaidBooking, type ReceiptDocument, refundReceipt } from '../domain/receipt.ts';
import { type MoneyBack, type MoneyBackOfBooking, readMoneyBack } from '../store/money-back.ts';
import { readPaidBookings } from '../store/paid-bookings.ts';
import { nextBookings, nextRefunds, noteProgress } from '../store/receipt-progress.ts';
import { insertReceipts, readPapers } from '../store/receipts.ts';

type RefundOfBooking = Pick<MoneyBack, 'refundId' | 'bookingId'>;

const perRun = 500;
/** Bookings are receipted once their payment has surely come to an end; who asks earlier gets the receipt earlier. */
const settledAfterMs = 15 * 60_000;
/** One that still waits for its payment holds the others up no longer than this. */
const waitedForMs = 24 * 3_600_000;

/**
 * Issues the receipts of these bookings and of these refunds. Issued before, they stay as they are; of a refund that failed
 * there is none.
 */
export async function issueReceipts(
  tx: Queryable,
  { bookingIds, refunds }: { readonly bookingIds: readonly string[]; readonly refunds: readonly RefundOfBooking[] },
  now: Instant,
): Promise<void> {
  const bookings = await readPaidBookings(tx, [
    ...new Set([...bookingIds, ...refunds.map(({ bookingId }) => bookingId)]),
  ]);
  const papers = await readPapers(tx, {
    organizerIds: [...new Set(bookings.map(({ organizerId }) => organizerId))],
    eventIds: [...new Set(bookings.map(({ eventId }) => eventId))],
  });
  const paperOf = ({ organizerId, eventId }: PaidBooking) => ({
    seller: papers.sellers.get(organizerId)!,
    show: papers.shows.get(eventId)!,
  });
  const wanted = new Set(bookingIds);
  const moneyBack = await readMoneyBack(tx, [...new Set(refunds.map(({ bookingId }) => bookingId))]);
  const documents: { organizerId: number; document: ReceiptDocument }[] = [];
  for (const booking of bookings) {
    const { organizerId, bookingId } = booking;
    if (wanted.has(bookingId)) documents.push({ organizerId, document: bookingReceipt(booking, paperOf(booking)) });
    for (const document of refundReceipts(booking, moneyBack.of(bookingId), paperOf(booking))) {
      if (refunds.some(({ refundId }) => refundId === document.refundId)) documents.push({ organizerId, document });
    }
  }
  // In the order of organisers: two who issue for several cannot wait for each other.
  const byOrganizer = [...Map.groupBy(documents, ({ organizerId }) => organizerId)].sort(([a], [b]) => a - b);
  for (const [organizerId, group] of byOrganizer) {
    await insertReceipts(
      tx,
      organizerId,
      group.map(({ document }) => document),
      now,
    );
  }
}

/** The receipts of a booking's refunds that are not issued yet. */
function refundReceipts(
  booking: PaidBooking,
  { all, steps }: MoneyBackOfBooking,
  papers: Parameters<typeof bookingReceipt>[1],
): ReceiptDocument[] {
  const dealt = dealRefunds(booking, steps);
  const living = all.filter(({ state }) => state !== 'failed');
  const taxOf = (refundId: string) => sumOf(dealt.get(refundId)?.lines ?? []).taxMinor;
  let toMakeUp = 0;
  for (const { refundId, isOwn, receiptedTaxMinor: said } of living) {
    if (isOwn && said !== null) toMakeUp += taxOf(refundId) - said;
  }
  return living
    .filter(({ receiptedTaxMinor }) => receiptedTaxMinor === null)
    .map((refund) => {
      if (!refund.isOwn) return refundReceipt(booking, refund, null, papers);
      const document = refundReceipt(booking, refund, dealt.get(refund.refundId)!, papers, toMakeUp);
      toMakeUp = 0;
      return document;
    });
}

/** Issues what is not issued yet, oldest first, and notes how far it came; answers how many were looked at. */
export function createIssueOutstanding({
  database,
  clock,
}: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
}): () => Promise<number> {
  async function next(tx: Queryable): Promise<number> {
    const now = clock.now();
    const before = firstIdAt(now - settledAfterMs);
    const bookings = await nextBookings(tx, before, perRun);
    const open = bookings.findIndex(
      ({ status, createdAt }) => status === 'awaiting_payment' && now - createdAt.getTime() < waitedForMs,
    );
    const settled = open < 0 ? bookings : bookings.slice(0, open);
    await issueReceipts(tx, { bookingIds: settled.map(({ bookingId }) => bookingId), refunds: [] }, now);
    await noteProgress(tx, 'booking', settled.at(-1)?.bookingId);
    const refunds = await nextRefunds(tx, before, perRun);
    await issueReceipts(tx, { bookingIds: [], refunds }, now);
    await noteProgress(tx, 'refund', refunds.at(-1)?.refundId);
    return settled.length + refunds.length;
  }

  return async () => {
    let seen = 0;
    for (;;) {
      const some = await database.bypassingRls.transaction(next);
      seen += some;
      if (some < perRun) return seen;
    }
  };
}

/** Ids rise with time: below this are those made before an instant, found by the primary key alone. */
function firstIdAt(instant: Instant): string {
  const time = instant.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`;
}
