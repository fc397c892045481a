import type { TicketAnswer } from '../../../contract/tickets.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import { type TenantScope, viewing } from '../../../platform/postgres/scope.ts';
import type { EventLedger, EventLedgers, TicketStatus } from '../../inventory/index.ts';
import type { StoredStatus, TicketRow } from '../store/ticket-rows.ts';

export interface TicketReads {
  readonly database: WalledDatabase;
  readonly ledgers: EventLedgers;
  readonly clock: Clock;
}

/** Who looks at tickets: staff of an organiser, a guest with a session, or anybody. */
export interface TicketViewer {
  /** Set for a key that may see tickets: that organiser's. */
  readonly organizerId: number | null;
  readonly sessionId: string | null;
}

/** As whom the records are asked for a viewer. */
export function scopeOf({ organizerId, sessionId }: TicketViewer): TenantScope {
  return viewing(organizerId, sessionId === null ? [] : [sessionId]);
}

/** Staff see everything of their organiser; a guest what was bought with the same session. */
export function seesBuyer(viewer: TicketViewer, row: Pick<TicketRow, 'organizerId' | 'sessionId'>): boolean {
  if (viewer.organizerId === row.organizerId) return true;
  return viewer.sessionId !== null && viewer.sessionId === row.sessionId;
}

/**
 * What a ticket is now. The records know no holds: a place that is Available for them and that a customer has in the
 * ledger, in payment or just paid included, is Held.
 */
export function liveStatus(
  stored: StoredStatus,
  ticketId: string,
  ledger: EventLedger | null,
  now: number,
): TicketStatus {
  if (stored !== 'Available' || ledger === null) return stored;
  return ledger.findByTicket(ticketId, null, now) === undefined ? 'Available' : 'Held';
}

/** A ticket as the viewer may see it. */
export function toTicketAnswer(row: TicketRow, status: TicketStatus, viewer: TicketViewer): TicketAnswer {
  const isBuyers = seesBuyer(viewer, row);
  const isStaffs = viewer.organizerId === row.organizerId;
  const first = row.rates[0]!;
  const isPriced = isBuyers && row.rate !== null && row.priceMinor !== null;
  const { ticketId, eventId, ticketTypeId, ticketType, currency, version } = row;
  return {
    ticketId,
    eventId,
    ticketTypeId,
    ticketType,
    seat:
      row.seatGuid === null
        ? null
        : { guid: row.seatGuid, zone: row.zone ?? '', row: row.rowLabel ?? '', number: row.seatNumber ?? '' },
    status,
    rate: isPriced ? row.rate! : first.name,
    price: toDecimal(isPriced ? row.priceMinor! : first.priceMinor, currency),
    currency,
    ticketNumber: isBuyers ? row.ticketNumber : null,
    bookingId: isBuyers ? row.bookingId : null,
    reason: isStaffs ? row.reason : null,
    version,
    updatedAt: row.updatedAt.toISOString(),
  };
}

/** Rows as answers, with what the ledgers say of those that are Available for the records. */
export async function toAnswers(
  { ledgers, clock }: TicketReads,
  rows: readonly TicketRow[],
  viewer: TicketViewer,
): Promise<TicketAnswer[]> {
  const asked = new Map<number, EventLedger | null>();
  for (const { eventId, status } of rows) {
    if (status !== 'Available' || asked.has(eventId)) continue;
    asked.set(eventId, (await ledgers.open(eventId))?.ledger ?? null);
  }
  return rows.map((row) => {
    const ledger = asked.get(row.eventId) ?? null;
    return toTicketAnswer(row, liveStatus(row.status, row.ticketId, ledger, clock.now()), viewer);
  });
}
