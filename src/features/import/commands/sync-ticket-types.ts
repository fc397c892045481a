import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision } from '../../../kernel/decision.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { CatalogRefusal } from '../../catalog/index.ts';
import type { PlannedTicketType } from '../domain/plan-ticket-types.ts';
import { isSameTypeName } from '../domain/sold-changes.ts';
import type { ImportParts } from '../parts.ts';
import type { PresentTicketType } from '../store/imported-events.ts';

interface Sync {
  readonly eventId: number;
  /**
   * Tickets were made of these types: none is added or removed, and only prices follow. Capacities do not, either way: a page says how
   * many are on offer there, and staff how many there are.
   */
  readonly isSold: boolean;
  readonly currency: string;
  readonly planned: readonly PlannedTicketType[];
  readonly present: readonly PresentTicketType[];
  /** Before the event changes, types that go are removed; after it, the others are changed and added. */
  readonly step: 'before' | 'after';
}

/** Makes the ticket types of an event those that are planned; says whether anything changed. No plan changes nothing. */
export async function syncTicketTypes(
  { catalog }: ImportParts,
  { eventId, isSold, currency, planned, present, step }: Sync,
  context: CommandContext,
): Promise<Decision<boolean, CatalogRefusal>> {
  const { commands } = catalog;
  let changed = false;
  const goes = (type: PresentTicketType) =>
    !planned.some((one) => isSameTypeName(one.name, type.name) && sameKind(one, type));
  if (planned.length === 0) return accept(false);
  if (step === 'before') {
    if (isSold) return accept(false);
    for (const { ticketTypeId } of present.filter(goes)) {
      const removed = await commands.deleteTicketType({ eventId, ticketTypeId }, context);
      if (!removed.accepted) return removed;
      changed = true;
    }
    return accept(changed);
  }
  for (const type of planned) {
    const before = present.find((one) => isSameTypeName(one.name, type.name) && !(goes(one) && !isSold));
    if (before && isSame(before, type, currency, isSold)) continue;
    if (!before && isSold) continue;
    const { capacity, ...rest } = type;
    const input = { ...rest, ...(capacity !== null && { capacity }) };
    const done = before
      ? await commands.updateTicketType(
          { eventId, ticketTypeId: before.ticketTypeId },
          isSold ? { price: type.price } : input,
          context,
        )
      : await commands.addTicketType(eventId, input, context);
    if (!done.accepted) return done;
    changed = true;
  }
  return accept(changed);
}

function sameKind(planned: PlannedTicketType, present: PresentTicketType): boolean {
  return JSON.stringify(planned.categories) === JSON.stringify(present.categories);
}

function isSame(present: PresentTicketType, planned: PlannedTicketType, currency: string, onlyPrice: boolean): boolean {
  // Several rates were made by hand: the page's one price says nothing about them.
  if (present.rates.length !== 1) return true;
  const samePrice = toDecimal(present.rates[0]!.priceMinor, currency) === planned.price;
  if (onlyPrice) return samePrice;
  return (
    samePrice &&
    present.name === planned.name &&
    sameKind(planned, present) &&
    present.description === planned.description &&
    (planned.capacity === null || planned.capacity === present.capacity) &&
    present.salesFrom === planned.salesFrom &&
    present.salesUntil === planned.salesUntil &&
    present.isActive === planned.isActive
  );
}
