import type { Queryable } from '../../../platform/postgres/database.ts';
import type { MoneyBackStep } from '../domain/money-back.ts';

/** Money that went back to a buyer, as the booking's history has it. */
export interface MoneyBack {
  readonly refundId: string;
  readonly bookingId: string;
  readonly amountMinor: number;
  readonly reason: string;
  /** Who gave it: we, somebody at the provider, or the bank after a dispute. */
  readonly origin: 'ours' | 'provider' | 'dispute';
  /** It is of the payment that the booking stands by, not of one that came twice or too late. */
  readonly isOwn: boolean;
  readonly state: 'due' | 'refunded' | 'failed';
  /** The tax on its receipt; null: none was issued yet. */
  readonly receiptedTaxMinor: number | null;
}

/** All of a booking, and how its own money went: what is dealt out over its tickets. */
export interface MoneyBackOfBooking {
  readonly all: readonly MoneyBack[];
  readonly steps: readonly MoneyBackStep[];
}

interface MoneyEvent {
  readonly bookingId: string;
  readonly type: string;
  readonly data: {
    readonly refundId: string;
    readonly paymentId: string;
    readonly amountMinor: number;
    readonly reason: string;
    readonly origin?: MoneyBack['origin'];
    readonly ticketIds?: readonly string[];
  };
  readonly receiptedTaxMinor: number | null;
}

const readEvents = {
  name: 'accounting-money-back',
  text: `SELECT substr(e.stream, 9) AS "bookingId", e.type, e.data, -(r.document ->> 'taxMinor')::bigint AS "receiptedTaxMinor"
    FROM event_store e LEFT JOIN receipts r ON r.booking_id = substr(e.stream, 9)::uuid
      AND e.type IN ('RefundDue', 'RefundFound') AND r.refund_id = (e.data ->> 'refundId')::uuid
    WHERE e.stream = ANY($1::text[]) AND e.type IN ('PaymentAuthorized', 'PaymentCompleted', 'RefundDue', 'RefundFound',
      'RefundCompleted', 'RefundFailed')
    ORDER BY e.stream, e.version`,
};

const nothing: MoneyBackOfBooking = { all: [], steps: [] };

/** What went back of these bookings' money, is promised, or failed. Answers for every one. */
export async function readMoneyBack(
  source: Queryable,
  bookingIds: readonly string[],
): Promise<{
  of(bookingId: string): MoneyBackOfBooking;
  find(bookingId: string, refundId: string): MoneyBack | undefined;
}> {
  const streams = bookingIds.map((id) => `booking-${id}`);
  const events = streams.length === 0 ? [] : await source.query<MoneyEvent>(readEvents, [streams]);
  const found = new Map<string, MoneyBackOfBooking>();
  for (const [bookingId, history] of Map.groupBy(events, (event) => event.bookingId)) {
    found.set(bookingId, moneyBackOf(bookingId, history));
  }
  return {
    of: (bookingId) => found.get(bookingId) ?? nothing,
    find: (bookingId, refundId) => found.get(bookingId)?.all.find((one) => one.refundId === refundId),
  };
}

function moneyBackOf(bookingId: string, history: readonly MoneyEvent[]): MoneyBackOfBooking {
  const own = history.findLast(({ type }) => type.startsWith('Payment'))?.data.paymentId;
  const all = new Map<string, MoneyBack>();
  const steps: MoneyBackStep[] = [];
  for (const { type, data, receiptedTaxMinor } of history) {
    const { refundId, paymentId, amountMinor, reason, origin = 'ours', ticketIds = [] } = data;
    const known = all.get(refundId);
    if (type === 'RefundDue' || type === 'RefundFound') {
      const isOwn = paymentId === own;
      const state = type === 'RefundDue' ? 'due' : 'refunded';
      all.set(refundId, { refundId, bookingId, amountMinor, reason, origin, isOwn, state, receiptedTaxMinor });
      if (isOwn) steps.push({ type: 'returned', refundId, amountMinor, ticketIds });
    } else if (known && type === 'RefundCompleted') all.set(refundId, { ...known, state: 'refunded' });
    else if (known && type === 'RefundFailed') {
      all.set(refundId, { ...known, state: 'failed' });
      steps.push({ type: 'failed', refundId });
    }
  }
  return { all: [...all.values()], steps };
}
