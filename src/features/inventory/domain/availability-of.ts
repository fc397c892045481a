import type { HoldBook } from './hold-book.ts';
import type { PlaceTable } from './place-table.ts';
import { type PlaceState, placeState, type SaleRules, type TypeAvailability } from './types.ts';

/** How many places of each type are in which state, and when the next may come back; blocked ones count as reserved. */
export function availabilityOf({ types }: SaleRules, table: PlaceTable, book: HoldBook): readonly TypeAvailability[] {
  return types.map(({ ticketTypeId }) => {
    const typeNo = table.typeNoOf(ticketTypeId)!;
    const count = (state: PlaceState) => table.count(typeNo, state);
    const available = count(placeState.available);
    const held = count(placeState.held);
    const reserved = count(placeState.reserved) + count(placeState.blocked);
    const sold = count(placeState.sold);
    const nextExpiryAt = book.nextExpiryOf([typeNo]);
    return {
      ticketTypeId,
      capacity: available + held + reserved + sold,
      available,
      held,
      reserved,
      sold,
      nextExpiryAt,
    };
  });
}
