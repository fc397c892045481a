import type { CommandContext } from '../../../kernel/context.ts';
import { type CatalogRefusal, findOrMakeSeries, findOrMakeVenue, findVenue } from '../../catalog/index.ts';
import type { ParsedShow } from '../domain/parsed.ts';
import type { Fills } from '../domain/plan-ticket-types.ts';
import type { ImportParts } from '../parts.ts';

/** What an import is asked to do with its shows. */
export interface ShowFills extends Fills {
  readonly publish: boolean;
  readonly onSaleFrom: number | null;
  /** In which shows are sold whose page names no currency. */
  readonly currency: string;
  /** Date, place and price of shows with bookings may change. */
  readonly changeSold: boolean;
  /** Shows with bookings may be called off. */
  readonly callOff: boolean;
  readonly surroundings: Surroundings;
}

/** Where shows are and what they are a part of, found or made once for all shows of a document. */
export type Surroundings = (show: ParsedShow) => Promise<{ readonly venueId: number; readonly seriesId?: number }>;

export function findSurroundings(parts: ImportParts, context: CommandContext): Surroundings {
  const found = new Map<string, Awaited<ReturnType<Surroundings>>>();
  return async (show) => {
    const { series } = show;
    const venue = venueOf(show);
    const key = JSON.stringify([venue, series]);
    const known = found.get(key);
    if (known) return known;
    const made = await parts.database.as(context).transaction(async (tx) => {
      const { venueId } = await findOrMakeVenue(tx, venue, context);
      return series === null ? { venueId } : { venueId, seriesId: await findOrMakeSeries(tx, series, context) };
    });
    found.set(key, made);
    return made;
  };
}

/** What the page says of the show itself, with its venue and series found or made. */
export async function describeShow(
  show: ParsedShow,
  { currency, onSaleFrom, surroundings }: Pick<ShowFills, 'currency' | 'onSaleFrom' | 'surroundings'>,
) {
  const pageSaysSales = show.offers.some((offer) => offer.salesFrom !== null);
  return {
    title: show.title,
    description: show.description,
    type: show.type,
    startsAt: show.startsAt,
    endsAt: show.endsAt,
    doorsAt: show.doorsAt,
    timeZone: show.timeZone,
    imageUrl: show.imageUrl,
    ...(await surroundings(show)),
    performers: show.performers,
    currency,
    ...(!pageSaysSales && onSaleFrom !== null && { onSaleFrom }),
  };
}

/** The venue of a show if it is here already; nothing is made. */
export async function findVenueOf(
  parts: ImportParts,
  show: ParsedShow,
  context: CommandContext,
): Promise<number | undefined> {
  return (await findVenue(parts.database.as(context), venueOf(show), context))?.venueId;
}

function venueOf(show: ParsedShow) {
  const { sourceId: _, ...place } = show.venue;
  return { ...place, timeZone: show.timeZone };
}

/** A refusal of the catalogue in words. */
export function wordsOf(refusal: CatalogRefusal): string {
  const [fault] = 'errors' in refusal ? refusal.errors : [];
  return fault ? `${fault.field.slice(1)} ${fault.message} (${refusal.code})` : refusal.code;
}
