import type { FoundEventAnswer, SearchPageAnswer } from '../../../contract/search.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Instant, toIso, toLocalIso } from '../../../kernel/instant.ts';
import { showSlug } from '../../../kernel/slug.ts';
import type { CachedValues } from '../../../platform/cache/cache.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { availabilityWord } from '../domain/availability-word.ts';
import {
  type AskedSearch,
  placeLength,
  readQuestion,
  type SearchPlace,
  type SearchQuestion,
  type SearchRefusal,
  type SearchSort,
  toPlace,
} from '../domain/search-question.ts';
import type { FoundEvent, SearchStore } from '../store/search-store.ts';
import { searchName } from './search-name.ts';

/**
 * Finds public events; who asks the same gets the same while it is kept. Refuses a search that makes no sense, and a cursor of
 * another order. Throws `CURSOR_INVALID` for text that is no cursor at all.
 */
export async function searchEvents(
  { store, pages }: { readonly store: SearchStore; readonly pages: CachedValues<SearchPageAnswer> },
  { cursor, ...asked }: AskedSearch & { readonly cursor?: string },
  now: Instant,
): Promise<Decision<SearchPageAnswer, SearchRefusal | { code: 'CURSOR_INVALID' }>> {
  const question = readQuestion(asked, now);
  if (!question.accepted) return question;
  const { sort } = question.value;
  const after = cursor === undefined ? null : readCursor(sort, cursor);
  if (after === undefined) return refuse({ code: 'CURSOR_INVALID' });
  const page = await pages.read(nameOf(question.value, after), async () => {
    const answer = await store.find({ ...question.value, after });
    return {
      items: answer.items.map((event) => show(event, now)),
      nextCursor: answer.next && writeCursor(sort, answer.next),
      total: answer.total,
      totalMore: answer.totalMore,
      didYouMean: answer.didYouMean,
    };
  });
  return accept(page!);
}

/** The same for all questions that are answered alike at one moment, however they were written. */
function nameOf({ now: _, when, ...question }: Omit<SearchQuestion, 'after'>, after: SearchPlace | null): string {
  return searchName('page', { ...question, when: { ...when, notOverAt: when.notOverAt !== null }, after });
}

function writeCursor(sort: SearchSort, place: SearchPlace): string {
  return encodeCursor([sort, ...place.by, place.startsAt, place.eventId]);
}

function readCursor(sort: SearchSort, cursor: string): SearchPlace | undefined {
  const types = ['string', ...Array.from({ length: placeLength(sort) }, () => 'number' as const)] as const;
  const [cursorSort, ...values] = decodeCursor(cursor, types);
  return cursorSort === sort ? toPlace(sort, values as number[]) : undefined;
}

function show({ eventId, startsAt, onSale, stock, distanceKm, shown }: FoundEvent, now: Instant): FoundEventAnswer {
  return {
    eventId,
    title: shown.title,
    slug: showSlug(shown.title),
    startsAt: toIso(startsAt),
    localStart: toLocalIso(startsAt, shown.timeZone),
    timeZone: shown.timeZone,
    // A document that is not described again yet does not have what came later.
    previousStartsAt: toIsoOrNull(shown.previousStartsAt),
    seriesId: shown.seriesId ?? null,
    venueId: shown.venueId,
    venue: shown.venue,
    city: shown.city,
    performers: [...shown.performers],
    type: shown.type,
    imageUrl: shown.imageUrl,
    lowestPrice: shown.lowestPrice,
    fromPrice: shown.fromPrice ?? null,
    currency: shown.currency,
    availability: availabilityWord({ status: shown.status, onSale, stock }, now),
    onSaleFrom: toIsoOrNull(onSale?.from),
    ...(distanceKm !== null && { distanceKm: Math.round(distanceKm * 10) / 10 }),
  };
}

function toIsoOrNull(instant: Instant | null | undefined): string | null {
  return typeof instant === 'number' ? toIso(instant) : null;
}
