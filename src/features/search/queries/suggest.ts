import type { SuggestionItem, SuggestionsAnswer } from '../../../contract/search.ts';
import { type Instant, toIso, toLocalIso } from '../../../kernel/instant.ts';
import { showSlug } from '../../../kernel/slug.ts';
import type { CachedValues } from '../../../platform/cache/cache.ts';
import { wordsOfTerm } from '../domain/fold-text.ts';
import { foldPhrase } from '../domain/search-document.ts';
import type { FoundEvent, FoundName, SearchStore } from '../store/search-store.ts';
import { searchName } from './search-name.ts';

/** More words than anybody types before looking up. */
const wordsMax = 6;
const limitDefault = 8;
/** In this order, and at most so many of a kind. */
const kinds = [
  ['performer', 3],
  ['show', 4],
  ['venue', 2],
  ['city', 2],
] as const;

/** What somebody who is typing may mean: what begins with it first, then kind by kind. Only what the public may see. Kept a while. */
export async function suggest(
  { store, suggestions }: { readonly store: SearchStore; readonly suggestions: CachedValues<SuggestionsAnswer> },
  { term, limit = limitDefault }: { readonly term: string; readonly limit?: number },
  now: Instant,
): Promise<SuggestionsAnswer> {
  const words = wordsOfTerm(term, wordsMax);
  if (words.length === 0) return { items: [] };
  const phrase = foldPhrase(term);
  const found = await suggestions.read(searchName('suggestions', { words, phrase, limit }), async () => {
    const { shows, names } = await store.suggest({ words, phrase, now });
    const all = [...shows.map(ofShow), ...names.map(ofName)];
    const some = kinds.flatMap(([kind, most]) => all.filter((item) => item.kind === kind).slice(0, most));
    const begins = (item: SuggestionItem) => foldPhrase(item.text).startsWith(phrase);
    return { items: [...some.filter(begins), ...some.filter((item) => !begins(item))].slice(0, limit) };
  });
  return found!;
}

function ofShow({ eventId, startsAt, shown }: FoundEvent): SuggestionItem {
  return {
    kind: 'show',
    text: shown.title,
    eventId,
    slug: showSlug(shown.title),
    venueId: shown.venueId,
    venue: shown.venue,
    city: shown.city,
    startsAt: toIso(startsAt),
    localStart: toLocalIso(startsAt, shown.timeZone),
    timeZone: shown.timeZone,
  };
}

function ofName({ kind, id, text, city }: FoundName): SuggestionItem {
  if (kind === 'performer') return { kind, text, performerId: id! };
  if (kind === 'venue') return { kind, text, venueId: id!, city };
  return { kind, text };
}
