import type { Ownership } from '../../../platform/ownership/ownership.ts';
import { eventOfReservation, type PayingHolds, type Sale } from '../../inventory/index.ts';

const keptMax = 10_000;

/**
 * What an event says of who may buy, for purchases that come in here: of an event that another process owns it is asked once, for an event stays
 * its organiser's. The rest of it may be of before; the owner, which freezes the hold, looks at its own.
 */
export function keepingSales(
  { saleOf }: Pick<PayingHolds, 'saleOf'>,
  { fenceOf }: Pick<Ownership, 'fenceOf'>,
): PayingHolds['saleOf'] {
  const kept = new Map<number, Sale>();
  return (reservationId) => {
    const eventId = eventOfReservation(reservationId);
    if (eventId === undefined || fenceOf(eventId) !== null) return saleOf(reservationId);
    const known = kept.get(eventId);
    if (known) return known;
    const keep = (sale: Sale | null) => {
      if (kept.size >= keptMax) kept.clear();
      if (sale) kept.set(eventId, sale);
      return sale;
    };
    const found = saleOf(reservationId);
    return found instanceof Promise ? found.then(keep) : keep(found);
  };
}
