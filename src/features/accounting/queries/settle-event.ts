import type { SettlementAnswer } from '../../../contract/accounting.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Queryable, TenantDatabase } from '../../../platform/postgres/database.ts';
import { addToSettlement, dueMinor, emptySettlement, type SettlementFigures } from '../domain/settlement.ts';
import { forEachPaidBooking } from '../store/paid-bookings.ts';

/**
 * {@link settleEvent} of an event of the organiser, from one snapshot, so that a sale beside it does not tear the sums. Null if
 * the organiser has no such event.
 */
export async function settleOwnEvent(
  database: TenantDatabase,
  { eventId, organizerId }: { readonly eventId: number; readonly organizerId: number },
): Promise<SettlementAnswer | null> {
  const [own] = await database.as({ organizerId }).query('SELECT 1 FROM events WHERE event_id = $1', [eventId]);
  if (!own) return null;
  // As somebody a transaction begins with a statement: too late for a snapshot of its own.
  return database.bypassingRls.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return settleEvent(tx, eventId);
  });
}

/** What an event has brought in and given back, as a whole and by ticket type; null if the source shows no such event. */
async function settleEvent(source: Queryable, eventId: number): Promise<SettlementAnswer | null> {
  const [event] = await source.query<{ title: string; startsAt: Date; currency: string }>(
    'SELECT title, starts_at AS "startsAt", currency FROM events WHERE event_id = $1',
    [eventId],
  );
  if (!event) return null;
  const { title, startsAt, currency } = event;
  const settlement = emptySettlement();
  await forEachPaidBooking(source, eventId, (booking) => addToSettlement(settlement, booking));
  const decimal = (minor: number) => toDecimal(minor, currency);
  const figures = (one: SettlementFigures) => ({
    sold: one.sold,
    cancelled: one.cancelled,
    tickets: decimal(one.ticketsMinor),
    discounts: decimal(one.discountMinor),
    fees: decimal(one.feesMinor),
    tax: decimal(one.taxMinor),
    taken: decimal(one.takenMinor),
    refunded: decimal(one.refundedMinor),
    refundDue: decimal(one.refundDueMinor),
    due: decimal(dueMinor(one)),
    ticketsRefunded: decimal(one.ticketsBackMinor),
    discountsRefunded: decimal(one.discountBackMinor),
    feesRefunded: decimal(one.feesBackMinor),
    taxRefunded: decimal(one.taxBackMinor),
    lostToDisputes: decimal(one.lostMinor),
    feesKept: decimal(one.feesKeptMinor),
  });
  return {
    ...{ eventId, title, startsAt: startsAt.toISOString(), currency },
    bookings: settlement.bookings,
    ...figures(settlement),
    ticketTypes: [...settlement.types]
      .sort(([a], [b]) => a - b)
      .map(([ticketTypeId, type]) => ({ ticketTypeId, name: type.name, ...figures(type) })),
  };
}

export const settlementHeader = [
  ...['ticketTypeId', 'name', 'currency', 'sold', 'cancelled', 'tickets', 'discounts', 'fees', 'tax', 'taken'],
  ...['refunded', 'refundDue', 'due', 'ticketsRefunded', 'discountsRefunded', 'feesRefunded', 'taxRefunded'],
  ...['lostToDisputes', 'feesKept'],
];

/** The lines of the CSV: the ticket types, then the whole event. */
export function settlementRows(settlement: SettlementAnswer): (string | number | null)[][] {
  const { currency, ticketTypes, title } = settlement;
  const figures = (one: Omit<SettlementAnswer['ticketTypes'][number], 'ticketTypeId' | 'name'>) => [
    ...[currency, one.sold, one.cancelled, one.tickets, one.discounts, one.fees, one.tax, one.taken],
    ...[one.refunded, one.refundDue, one.due],
    ...[one.ticketsRefunded, one.discountsRefunded, one.feesRefunded, one.taxRefunded],
    ...[one.lostToDisputes, one.feesKept],
  ];
  return [
    ...ticketTypes.map((type) => [type.ticketTypeId, type.name, ...figures(type)]),
    [null, title, ...figures(settlement)],
  ];
}
