import { type OpenSearch, OpenSearchRefused } from '../../../platform/opensearch/opensearch.ts';
import { distanceKm } from '../domain/geo.ts';
import type { SearchQuestion } from '../domain/search-question.ts';
import { errorsForgiven, similarWords } from '../domain/similar-words.ts';
import { sharedTrigrams } from '../domain/trigrams.ts';
import { answerMistyped, type TypedWord } from './forgive-typing.ts';
import { type IndexedDocument, lookOf, never } from './opensearch-documents.ts';
import {
  type AskedWords,
  havingWord,
  matching,
  matchingSpelt,
  orderOf,
  type Query,
  toPlace,
  toSortValues,
} from './opensearch-question.ts';
import { suggest } from './opensearch-suggestions.ts';
import { type FoundEvent, nothingFound, type SearchAnswer, type SearchStore, totalMax } from './search-store.ts';

/** An index, or the alias of one, in an engine. */
export interface SearchIndex {
  readonly engine: Pick<OpenSearch, 'ask'>;
  readonly name: string;
}

/**
 * Finds events in OpenSearch, as `createPostgresSearchStore` does in PostgreSQL: what an answer must be stands in `search-store.ts`. Rejects
 * with OpenSearchUnavailable where the engine is away, and with OpenSearchRefused where there is no such index.
 */
export function createOpenSearchStore(index: SearchIndex): SearchStore {
  return {
    find: (question) => find(index, question),
    suggest: (question) => suggest(index, question),
  };
}

export interface Hit {
  readonly _source: IndexedDocument;
  readonly sort: number[];
}

interface Found {
  readonly hits: { readonly total: { readonly value: number }; readonly hits: readonly Hit[] };
}

/** What of a document an answer needs. */
export const shownFields = [
  'event_id',
  'starts_at',
  'on_sale_from',
  'on_sale_until',
  'latitude',
  'longitude',
  'stock',
  'shown',
];

async function find(index: SearchIndex, question: SearchQuestion): Promise<SearchAnswer> {
  const { words } = question;
  if (words === null) return answer(index, question, null);
  if (words.length === 0) return nothingFound;
  const asTyped = words.map((word) => ({ word, similar: [] }));
  const found = await answer(index, question, { words: asTyped, isLastUnfinished: true });
  if (found.total > 0) return found;
  const known = await matchAny(
    index,
    words.map((word, i) => havingWord(word, i === words.length - 1)),
  );
  return answerMistyped<TypedWord>(
    {
      answer: (meant) => answer(index, question, { words: meant, isLastUnfinished: true }),
      addSimilar: (typed, positions) => addSimilar(index, typed, positions),
      findLookAlike: (word) => findLookAlike(index, word),
      async firstThatMatches(terms) {
        const matches = await matchAny(
          index,
          terms.map((term) => matchingSpelt(question, term)),
        );
        return terms[matches.indexOf(true)] ?? null;
      },
    },
    words.map((word, i) => ({ word, similar: [], known: known[i]! })),
  );
}

async function answer(
  { engine, name }: SearchIndex,
  question: SearchQuestion,
  asked: AskedWords | null,
): Promise<SearchAnswer> {
  const { limit, after } = question;
  const { hits } = await engine.ask<Found>({
    method: 'POST',
    path: `/${name}/_search`,
    // PostgreSQL has the whole answer.
    query: { allow_partial_search_results: false },
    body: {
      size: limit + 1,
      track_total_hits: totalMax + 1,
      query: matching(question, asked),
      sort: orderOf(question),
      ...(after && { search_after: toSortValues(question, after) }),
      _source: shownFields,
    },
  });
  const page = hits.hits.slice(0, limit);
  const isMore = hits.hits.length > limit;
  return {
    items: page.map((hit) => toFound(hit, question)),
    next: isMore ? toPlace(question, page.at(-1)!.sort) : null,
    total: Math.min(hits.total.value, totalMax),
    totalMore: hits.total.value > totalMax,
    didYouMean: null,
  };
}

export function toFound({ _source: indexed }: Hit, { near }: Pick<SearchQuestion, 'near'>): FoundEvent {
  const { on_sale_from: from, on_sale_until: until, latitude, longitude } = indexed;
  const isSomewhere = latitude !== undefined && longitude !== undefined;
  return {
    eventId: indexed.event_id,
    startsAt: indexed.starts_at,
    onSale: until === never ? null : { from: from === never ? null : from, until },
    stock: indexed.stock,
    distanceKm: near && isSomewhere ? distanceKm(near.position, { latitude, longitude }) : null,
    shown: indexed.shown,
  };
}

/** Of each query whether anything matches: in one request, and none looks further than the first match. */
async function matchAny(index: SearchIndex, queries: readonly Query[]): Promise<boolean[]> {
  if (queries.length === 0) return [];
  const found = await searchTogether<Found[]>(
    index,
    queries.map((query) => ({ size: 0, terminate_after: 1, track_total_hits: 1, query })),
  );
  return found.map(({ hits }) => hits.total.value > 0);
}

/** Several searches in one request. One that fails fails all. */
export async function searchTogether<Answers extends readonly object[]>(
  { engine, name }: SearchIndex,
  searches: readonly object[],
): Promise<Answers> {
  const { responses } = await engine.ask<{ responses: Answers }>({
    method: 'POST',
    path: `/${name}/_msearch`,
    lines: searches.flatMap((search) => [{ allow_partial_search_results: false }, search]),
  });
  for (const response of responses as readonly { status?: number; error?: { reason?: string } }[]) {
    const { status = 0, error } = response;
    if (error) throw new OpenSearchRefused(`${status} ${error.reason ?? ''}`, { status, cause: error });
  }
  return responses;
}

/** So many candidates are looked at for each word. */
const candidatesMax = 40;

/** Adds to the words at these positions what differs from them by as many typing errors as their length forgives. */
export async function addSimilar<Word extends TypedWord>(
  index: SearchIndex,
  typed: readonly Word[],
  positions: readonly number[],
): Promise<Word[]> {
  const wanted = positions.filter((i) => errorsForgiven(typed[i]!.word) > 0);
  const candidates = await candidatesOf(
    index,
    'words',
    wanted.map((i) => typed[i]!.word),
  );
  return typed.map((word, i) => {
    const similar = similarWords(word.word, candidates[wanted.indexOf(i)] ?? []);
    return similar.length === 0 ? word : { ...word, similar, known: true };
  });
}

/** For each text the values of a field that are an error or two away from it, and how many documents have them. */
export async function candidatesOf(
  { engine, name }: SearchIndex,
  field: string,
  texts: readonly string[],
): Promise<{ word: string; frequency: number }[][]> {
  if (texts.length === 0) return [];
  const term = {
    field,
    size: candidatesMax,
    suggest_mode: 'always',
    max_edits: 2,
    prefix_length: 0,
    min_word_length: 3,
    string_distance: 'damerau_levenshtein',
    accuracy: 0.3,
    // However many documents have the word as it was typed.
    max_term_freq: 2_000_000_000,
  };
  const { suggest: suggested } = await engine.ask<{
    suggest: Record<string, readonly { readonly options: readonly { text: string; freq: number }[] }[]>;
  }>({
    method: 'POST',
    path: `/${name}/_search`,
    body: { size: 0, suggest: Object.fromEntries(texts.map((text, i) => [`w${i}`, { text, term }])) },
  });
  return texts.map((_, i) =>
    suggested[`w${i}`]!.flatMap(({ options }) => options.map(({ text, freq }) => ({ word: text, frequency: freq }))),
  );
}

/** So many documents are looked through for the word that looks most like another one. */
const lookedThrough = 50;

/** The word of a title or name that shares most runs of letters with a word nobody knows, if it shares enough of them. */
async function findLookAlike({ engine, name }: SearchIndex, word: string): Promise<string | undefined> {
  const { hits } = await engine.ask<Found>({
    method: 'POST',
    path: `/${name}/_search`,
    body: {
      size: lookedThrough,
      track_total_hits: false,
      query: { match: { look: { query: lookOf(word), minimum_should_match: '30%' } } },
      _source: ['name_words'],
    },
  });
  const candidates = [...new Set(hits.hits.flatMap(({ _source }) => _source.name_words))];
  const ranked = candidates.map((candidate) => ({ candidate, likeness: sharedTrigrams(word, candidate) }));
  ranked.sort((a, b) => b.likeness - a.likeness || (a.candidate < b.candidate ? -1 : 1));
  return ranked[0] && ranked[0].likeness >= likenessMin ? ranked[0].candidate : undefined;
}

/** As PostgreSQL's `%` has it. */
const likenessMin = 0.3;
