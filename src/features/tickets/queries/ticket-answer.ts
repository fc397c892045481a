import type { TicketAnswer } from '../../../contract/tickets.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { resolveTexts } from '../../../platform/event-store/kept-texts.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { type TenantScope, viewing } from '../../../platform/postgres/scope.ts';
import { type Hold, type Inventory, owns, reservedAt, toCustomerAnswer } from '../../inventory/index.ts';
import type { TicketRow } from '../store/ticket-rows.ts';

export interface TicketReads {
  readonly database: TenantDatabase;
  readonly inventory: Inventory;
  readonly clock: Clock;
}

/** Who looks at tickets: staff of an organiser, somebody with a guest session or an account, or anybody. */
export interface TicketViewer {
  /** Set for staff and keys that may see tickets: their organiser's. */
  readonly organizerId: number | null;
  /** What may own tickets for the viewer: the guest session, the account. */
  readonly owners: readonly string[];
}

/** As whom the database is asked for a viewer. */
export function scopeOf({ organizerId, owners }: TicketViewer): TenantScope {
  return viewing(organizerId, owners);
}

/** Staff see everything of their organiser; others what they have bought, by whichever name they have now. */
export function seesBuyer(viewer: TicketViewer, row: Pick<TicketRow, 'organizerId' | 'owner'>): boolean {
  if (viewer.organizerId === row.organizerId) return true;
  return row.owner !== null && viewer.owners.includes(row.owner);
}

/** A ticket as the viewer may see it; `hold`: whose it is in the ledger, though the database knows nothing of that yet. */
function toTicketAnswer(row: TicketRow, hold: Hold | undefined, viewer: TicketViewer): TicketAnswer {
  const isStaffs = viewer.organizerId === row.organizerId;
  const isBuyers = hold ? isStaffs || owns(hold, viewer.owners) : seesBuyer(viewer, row);
  const first = row.rates[0]!;
  const isPriced = isBuyers && row.rate !== null && row.priceMinor !== null;
  const { ticketId, eventId, ticketTypeId, ticketType, currency, version } = row;
  return {
    id: ticketId,
    ticketId,
    eventId,
    ticketTypeId,
    ticketType,
    seat:
      row.seatGuid === null
        ? null
        : { guid: row.seatGuid, zone: row.zone ?? '', row: row.rowLabel ?? '', number: row.seatNumber ?? '' },
    status: hold ? 'Held' : row.status,
    rate: isPriced ? row.rate! : first.name,
    price: toDecimal(isPriced ? row.priceMinor! : first.priceMinor, currency),
    currency,
    ticketNumber: isBuyers ? row.ticketNumber : null,
    bookingId: isBuyers ? row.bookingId : null,
    reason: isStaffs ? row.reason : null,
    ...toCustomerAnswer(isBuyers ? (hold ?? row).contact : null),
    version,
    ...timesOf(row, hold, isBuyers),
  };
}

/** When what happened to a ticket; what its buyer did only for the buyer and staff. */
function timesOf(row: TicketRow, hold: Hold | undefined, isBuyers: boolean) {
  const updatedAt = row.updatedAt.toISOString();
  const reservationId = hold?.reservationId ?? row.reservationId;
  const keptAt = reservationId ? reservedAt(reservationId) : row.status === 'Reserved' ? updatedAt : null;
  const soldAt = row.status === 'Sold' ? updatedAt : null;
  return {
    createdAt: row.createdAt.toISOString(),
    reservedAt: isBuyers ? keptAt : null,
    purchasedAt: isBuyers ? (row.purchasedAt?.toISOString() ?? soldAt) : null,
    cancelledAt: row.status === 'Cancelled' ? updatedAt : null,
    updatedAt,
  };
}

/**
 * Rows as answers, with what the ledgers say of those that are Available in the database. It knows no holds: such a
 * place that a customer has in the ledger, in payment or just paid included, is Held.
 */
export async function toAnswers(
  { database, inventory }: TicketReads,
  rows: readonly TicketRow[],
  viewer: TicketViewer,
): Promise<TicketAnswer[]> {
  const asked = Map.groupBy(
    rows.filter(({ status }) => status === 'Available'),
    ({ eventId }) => eventId,
  );
  const holds = new Map<string, Hold>();
  for (const [eventId, group] of asked) {
    const ticketIds = group.map(({ ticketId }) => ticketId);
    for (const [ticketId, hold] of await inventory.holdsOn(eventId, ticketIds)) holds.set(ticketId, hold);
  }
  const answers = rows.map((row) => toTicketAnswer(row, holds.get(row.ticketId), viewer));
  return resolveTexts(database.as(scopeOf(viewer)), answers);
}
