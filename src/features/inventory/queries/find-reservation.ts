import type { Clock } from '../../../platform/clock/clock.ts';
import type { EventLedgers } from '../commands/event-ledgers.ts';
import type { InventoryStore } from '../store/inventory-store.ts';

/** The reservation that holds a ticket or has bought it; null if there is none. */
export type FindReservationOfTicket = (ticketId: string) => Promise<string | null>;

/** Looks first for a live hold in the event's ledger, then for a purchase in the database. */
export function createFindReservationOfTicket(parts: {
  readonly store: Pick<InventoryStore, 'findEventOfTicket' | 'findReservationOfTicket'>;
  readonly ledgers: Pick<EventLedgers, 'open'>;
  readonly clock: Clock;
}): FindReservationOfTicket {
  const { store, ledgers, clock } = parts;
  return async (ticketId) => {
    const eventId = await store.findEventOfTicket(ticketId);
    const event = eventId === null ? null : await ledgers.open(eventId);
    const hold = event?.ledger.findByTicket(ticketId, null, clock.now());
    return hold?.reservationId ?? (await store.findReservationOfTicket(ticketId));
  };
}
