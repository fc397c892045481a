import type { TicketAnswer } from '../../../contract/tickets.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { tellTexts } from '../../../platform/event-store/kept-texts.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import { type TenantScope, viewing } from '../../../platform/postgres/scope.ts';
import {
  type EventLedger,
  type EventLedgers,
  type Hold,
  owns,
  reservedAt,
  toCustomerAnswer,
} from '../../inventory/index.ts';
import type { TicketRow } from '../store/ticket-rows.ts';

export interface TicketReads {
  readonly database: WalledDatabase;
  readonly ledgers: EventLedgers;
  readonly clock: Clock;
}

/** Who looks at tickets: staff of an organiser, somebody with a guest session or an account, or anybody. */
export interface TicketViewer {
  /** Set for staff and keys that may see tickets: their organiser's. */
  readonly organizerId: number | null;
  /** What may own tickets for the viewer: the guest session, the account. */
  readonly owners: readonly string[];
}

/** As whom the records are asked for a viewer. */
export function scopeOf({ organizerId, owners }: TicketViewer): TenantScope {
  return viewing(organizerId, owners);
}

/** Staff see everything of their organiser; others what they have bought, by whichever name they have now. */
export function seesBuyer(viewer: TicketViewer, row: Pick<TicketRow, 'organizerId' | 'sessionId'>): boolean {
  if (viewer.organizerId === row.organizerId) return true;
  return row.sessionId !== null && viewer.owners.includes(row.sessionId);
}

/** A ticket as the viewer may see it; `hold`: whose it is in the ledger, though the records know nothing of that yet. */
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
  const givenAt = row.status === 'Sold' ? updatedAt : null;
  return {
    createdAt: row.createdAt.toISOString(),
    reservedAt: isBuyers ? keptAt : null,
    purchasedAt: isBuyers ? (row.purchasedAt?.toISOString() ?? givenAt) : null,
    cancelledAt: row.status === 'Cancelled' ? updatedAt : null,
    updatedAt,
  };
}

/**
 * Rows as answers, with what the ledgers say of those that are Available for the records. These know no holds: such a
 * place that a customer has in the ledger, in payment or just paid included, is Held.
 */
export async function toAnswers(
  { database, ledgers, clock }: TicketReads,
  rows: readonly TicketRow[],
  viewer: TicketViewer,
): Promise<TicketAnswer[]> {
  const asked = new Map<number, EventLedger | null>();
  for (const { eventId, status } of rows) {
    if (status !== 'Available' || asked.has(eventId)) continue;
    asked.set(eventId, (await ledgers.open(eventId))?.ledger ?? null);
  }
  const now = clock.now();
  const answers = rows.map((row) => {
    const ledger = row.status === 'Available' ? asked.get(row.eventId) : null;
    return toTicketAnswer(row, ledger?.findByTicket(row.ticketId, null, now), viewer);
  });
  return tellTexts(database.as(scopeOf(viewer)), answers);
}
