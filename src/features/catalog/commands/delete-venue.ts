import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { CatalogRefusalOf } from '../domain/refusals.ts';
import type { CatalogParts } from '../parts.ts';
import { decideInTransaction } from '../store/decide.ts';
import { deleteRow, lockForDelete, refuseIfUsed } from '../store/uses.ts';

/** Removes a venue that no event and no seating plan uses. */
export function deleteVenue(
  { database }: Pick<CatalogParts, 'database'>,
  venueId: number,
  context: CommandContext,
): Promise<Decision<null, CatalogRefusalOf<'VENUE_NOT_FOUND' | 'IN_USE'>>> {
  return decideInTransaction(
    database.as(context),
    async (tx): Promise<Decision<null, CatalogRefusalOf<'VENUE_NOT_FOUND' | 'IN_USE'>>> => {
      if (!(await lockForDelete(tx, 'venue', venueId, context.organizerId))) return refuse({ code: 'VENUE_NOT_FOUND' });
      const used = await refuseIfUsed(tx, 'venue', venueId);
      if (used) return used;
      await deleteRow(tx, 'venue', venueId);
      await appendEvents(tx, [{ stream: `venue-${venueId}`, type: 'VenueDeleted', data: {} }], context);
      return accept(null);
    },
  );
}
