import type { TypeNumbers } from '../../../contract/inventory.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { EventLedger } from '../domain/ledger.ts';
import type { TypeAvailability } from '../domain/types.ts';

/** The types that anybody may see: hidden ones are left out. */
export function visibleTypes(ledger: EventLedger, now: Instant): readonly TypeAvailability[] {
  const hidden = ledger.rules.types.filter(({ isHidden }) => isHidden).map(({ ticketTypeId }) => ticketTypeId);
  return ledger.availability(now).filter(({ ticketTypeId }) => !hidden.includes(ticketTypeId));
}

/** Their numbers. */
export function numbersOf(types: readonly TypeAvailability[]): {
  readonly availableCapacity: number;
  readonly ticketTypes: TypeNumbers[];
} {
  const ticketTypes = types.map(({ nextExpiryAt: _, ...numbers }) => numbers);
  return { availableCapacity: freeOf(types), ticketTypes };
}

export function freeOf(types: readonly Pick<TypeAvailability, 'available'>[]): number {
  return types.reduce((sum, type) => sum + type.available, 0);
}
