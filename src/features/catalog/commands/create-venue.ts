import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision } from '../../../kernel/decision.ts';
import type { VenueFault } from '../domain/refusals.ts';
import { mergeVenue, type VenueInput } from '../domain/venue-details.ts';
import type { CatalogParts } from '../parts.ts';
import { insertVenue } from '../store/venue-rows.ts';

/** Makes a venue. Another of the same name is allowed: towns have several City Halls. */
export async function createVenue(
  { database }: Pick<CatalogParts, 'database'>,
  input: VenueInput & { readonly name: string },
  context: CommandContext,
): Promise<Decision<{ venueId: number }, VenueFault>> {
  const venue = mergeVenue(null, input);
  if (!venue.accepted) return venue;
  return accept({ venueId: await database.as(context).transaction((tx) => insertVenue(tx, venue.value, context)) });
}
