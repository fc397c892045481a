import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable, WalledDatabase } from '../../../platform/postgres/database.ts';
import { bookingReceipt, type PaidBooking, type ReceiptDocument, refundReceipt } from '../domain/receipt.ts';
import { readPaidBookings } from '../store/paid-bookings.ts';
import { insertReceipts, readPapers } from '../store/receipts.ts';

/** A refund as it became due. */
interface DueRefund {
  readonly refundId: string;
  readonly bookingId: string;
  readonly amountMinor: number;
  readonly reason: string;
  readonly ticketIds: readonly string[];
}

const perRun = 500;
/** Bookings are receipted once their payment has surely come to an end; who asks earlier gets the receipt earlier. */
const settledAfterMs = 15 * 60_000;
/** One that still waits for its payment holds the others up no longer than this. */
const waitedForMs = 24 * 3_600_000;

/** Issues the receipts of these bookings and of these refunds. Issued before, they stay as they are. */
export async function issueReceipts(
  tx: Queryable,
  { bookingIds, refunds }: { readonly bookingIds: readonly string[]; readonly refunds: readonly DueRefund[] },
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
  const documents: { organizerId: number; document: ReceiptDocument }[] = [];
  for (const booking of bookings) {
    const { organizerId, bookingId } = booking;
    if (wanted.has(bookingId)) documents.push({ organizerId, document: bookingReceipt(booking, paperOf(booking)) });
    for (const refund of refunds) {
      if (refund.bookingId !== bookingId) continue;
      documents.push({ organizerId, document: refundReceipt(booking, refund, paperOf(booking)) });
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

/** The refunds of a booking as its history tells them, or one of them. */
export async function readDueRefunds(source: Queryable, bookingId: string): Promise<DueRefund[]> {
  const rows = await source.query<{ data: Omit<DueRefund, 'ticketIds'> & { ticketIds?: readonly string[] } }>(
    `SELECT data FROM event_store WHERE stream = $1 AND type = 'RefundDue' ORDER BY version`,
    [`booking-${bookingId}`],
  );
  return rows.map(({ data: { refundId, amountMinor, reason, ticketIds = [] } }) => ({
    ...{ refundId, bookingId, amountMinor, reason, ticketIds },
  }));
}

/** Issues what is not issued yet, oldest first, and notes how far it came; answers how many were looked at. */
export function createIssueOutstanding({
  database,
  clock,
}: {
  readonly database: WalledDatabase;
  readonly clock: Clock;
}): () => Promise<number> {
  async function next(tx: Queryable): Promise<number> {
    const now = clock.now();
    const before = firstIdAt(now - settledAfterMs);
    const bookings = await tx.query<{ id: string; status: string; createdAt: Date }>(
      `SELECT booking_id AS id, status, created_at AS "createdAt" FROM bookings
       WHERE booking_id > (SELECT after_id FROM receipt_progress WHERE kind = 'booking' FOR UPDATE) AND booking_id < $1
       ORDER BY booking_id LIMIT ${perRun}`,
      [before],
    );
    const open = bookings.findIndex(
      ({ status, createdAt }) => status === 'awaiting_payment' && now - createdAt.getTime() < waitedForMs,
    );
    const settled = open < 0 ? bookings : bookings.slice(0, open);
    await issueReceipts(tx, { bookingIds: settled.map(({ id }) => id), refunds: [] }, now);
    await noteProgress(tx, 'booking', settled.at(-1)?.id);
    const due = await tx.query<{ id: string; bookingId: string }>(
      `SELECT refund_id AS id, booking_id AS "bookingId" FROM refunds
       WHERE state = 'due' AND refund_id > (SELECT after_id FROM receipt_progress WHERE kind = 'refund' FOR UPDATE)
         AND refund_id < $1 ORDER BY refund_id LIMIT ${perRun}`,
      [before],
    );
    const ids = new Set(due.map(({ id }) => id));
    const refunds: DueRefund[] = [];
    for (const bookingId of new Set(due.map((one) => one.bookingId))) {
      refunds.push(...(await readDueRefunds(tx, bookingId)).filter(({ refundId }) => ids.has(refundId)));
    }
    await issueReceipts(tx, { bookingIds: [], refunds }, now);
    await noteProgress(tx, 'refund', due.at(-1)?.id);
    return settled.length + due.length;
  }

  return async () => {
    let seen = 0;
    for (;;) {
      const some = await database.system.transaction(next);
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

async function noteProgress(tx: Queryable, kind: 'booking' | 'refund', after: string | undefined): Promise<void> {
  if (after !== undefined) await tx.query('UPDATE receipt_progress SET after_id = $2 WHERE kind = $1', [kind, after]);
}
