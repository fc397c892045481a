import type { Queryable } from '../../../platform/postgres/database.ts';
import type { SearchPlace, SearchQuestion } from '../domain/search-question.ts';
import { answerMistyped, type Forgiving } from './forgive-typing.ts';
import { type FoundRow, type Parts, query, type SearchTuning, toFound, walkOrGather } from './postgres-find-page.ts';
import { asksOnlyWhen, countMatches, countSampled, matchThenSort } from './postgres-gather-matches.ts';
import type { Filter } from './postgres-search-conditions.ts';
import { suggest } from './postgres-suggestions.ts';
import {
  addSimilarWords,
  findLookAlike,
  understandLocation,
  understandWords,
  type WordSense,
} from './postgres-vocabulary.ts';
import { nothingFound, type SearchAnswer, type SearchStore, totalMax } from './search-store.ts';

/**
 * One document of 32 is sampled: ten thousand matches leave 312 ± 17 in the sample, so 383 come from ten thousand or
 * fewer in about 3 of 100,000 cases.
 */
const measured: SearchTuning = { sampledManyMin: 383, walkRowsPerEvent: 200, walkAlways: false };

/**
 * Finds events in PostgreSQL. First the words of the term are understood (vocabulary), then matches are counted in the
 * sample, then one of two plans answers: few matches are gathered and sorted; many are met soon by walking along the
 * order. Each alone is slow for the other's case: 300,000 matches take seconds to gather, a rare word is met after a
 * million rows.
 */
export function createPostgresSearchStore({
  database,
  tuning = measured,
}: {
  database: Queryable;
  tuning?: SearchTuning;
}): SearchStore {
  return {
    find: (question) => find({ database, tuning }, question),
    suggest: (question) => suggest({ database, tuning }, question),
  };
}

async function find(parts: Parts, question: SearchQuestion): Promise<SearchAnswer> {
  const { database } = parts;
  const cities = question.location === null ? null : await understandLocation(database, question.location);
  if (cities?.length === 0) return nothingFound;
  const search = { ...parts, question, cities };
  if (question.words === null) return answerTerm(search, null);
  if (question.words.length === 0) return nothingFound;
  const typed = await understandWords(database, question.words);
  if (typed.every((sense) => sense.known)) {
    const answer = await answerTerm(search, typed);
    if (answer.total > 0) return answer;
  }
  return answerMistyped(forgiving(search), typed);
}

interface Search extends Parts {
  readonly question: SearchQuestion;
  readonly cities: readonly string[] | null;
}

/** What {@link answerMistyped} asks of PostgreSQL. */
function forgiving(search: Search): Forgiving<WordSense> {
  const { database } = search;
  return {
    answer: (senses) => answerTerm(search, senses),
    addSimilar: (senses, positions) => addSimilarWords(database, senses, positions),
    findLookAlike: (word) => findLookAlike(database, word),
    async firstThatMatches(terms) {
      for (const words of terms) {
        const senses = words.map((word) => ({ word, longer: [], containing: [], similar: [], known: true }));
        const question: SearchQuestion = { ...search.question, sort: 'date', limit: 1, after: null };
        const { total } = await answerTerm({ ...search, question }, senses);
        if (total > 0) return words;
      }
      return null;
    },
  };
}

async function answerTerm(search: Search, senses: readonly WordSense[] | null): Promise<SearchAnswer> {
  const { database, tuning, question, cities } = search;
  const filter: Filter = { question, cities, keys: senses?.map(anywhere) ?? [] };
  const tiers =
    senses && question.sort === 'relevance'
      ? [exactlyInNames, partlyInNames].map((keys) => ({ ...filter, keys: senses.map(keys) }))
      : [];
  const [counts] = await query<SampledCounts>(database, countSampled([filter, ...tiers], tuning.sampledManyMin));
  // A page should come within half of what a walk may look at.
  const isDense = (sampled: number) => sampled * tuning.walkRowsPerEvent > 2 * counts!.along;
  const findPage = () =>
    tiers.length > 0
      ? findByTier(search, [...tiers, filter], [counts!.n1, counts!.n2, counts!.n0].map(isDense))
      : walkOrGather(search, filter, isDense(counts!.n0));
  if (counts!.n0 >= tuning.sampledManyMin) {
    const page = await findPage();
    // An empty page says nothing of how many match, perhaps none: then they are counted, and mistyped words forgiven.
    if (page.length > 0) return toAnswer(question, page, { total: totalMax, totalMore: true });
  }
  // The count of all and the sorting of a part are cheaper than both of all, if the part surely fills the page.
  const bestTierFills = tiers.length > 0 && counts!.n1 >= sampledFillsPage && (question.after?.by[0] ?? 0) === 0;
  if (bestTierFills || (question.sort === 'date' && asksOnlyWhen(filter))) {
    const [count] = await query<{ total: number }>(database, countMatches(filter, totalMax));
    return toAnswer(question, await findPage(), bounded(count!.total));
  }
  return toAnswer(question, await query(database, matchThenSort(filter, tiers)));
}

/** So many among the sampled are more than two hundred in all. */
const sampledFillsPage = 12;

function bounded(count: number): { total: number; totalMore: boolean } {
  return { total: Math.min(count, totalMax), totalMore: count > totalMax };
}

interface SampledCounts {
  readonly n0: number;
  readonly n1: number;
  readonly n2: number;
  readonly along: number;
}

/** Tier after tier, each by date and without the better ones, until the page is full. */
async function findByTier(parts: Parts, tiers: readonly Filter[], isDense: readonly boolean[]): Promise<FoundRow[]> {
  const { question } = tiers[0]!;
  const rows: FoundRow[] = [];
  const first = question.after?.by[0] ?? 0;
  for (let tier = first; tier < tiers.length && rows.length <= question.limit; tier++) {
    const after = question.after && tier === first ? { ...question.after, by: [] } : null;
    const rest: Filter = {
      ...tiers[tier]!,
      ...(tier > 0 && { except: tiers[tier - 1]!.keys }),
      question: { ...question, sort: 'date', after, limit: question.limit - rows.length },
    };
    const found = await walkOrGather(parts, rest, isDense[tier]!);
    rows.push(...found.map((row) => ({ ...row, tier })));
  }
  return rows;
}

/** The word in any of its senses, anywhere. */
function anywhere({ word, longer, similar, containing }: WordSense): string[] {
  return distinct([word, ...longer, ...similar, ...containing.map((other) => `x:${other}`)]);
}

/** Tier 0: the word as it was typed (or corrected) in title or performers. */
function exactlyInNames({ word, similar }: WordSense): string[] {
  return distinct([word, ...similar].map((other) => `n:${other}`));
}

/** Tier 1: in any of its senses in title, performers or venue. */
function partlyInNames({ word, longer, similar, containing }: WordSense): string[] {
  return distinct([word, ...longer, ...similar, ...containing].map((other) => `x:${other}`));
}

function distinct(lexemes: readonly string[]): string[] {
  return [...new Set(lexemes)];
}

function toAnswer(
  question: SearchQuestion,
  rows: readonly FoundRow[],
  count?: { total: number; totalMore: boolean },
): SearchAnswer {
  const events = rows.filter((row) => row.event_id !== null);
  const page = events.slice(0, question.limit);
  const next = events.length > question.limit ? placeOf(question, page.at(-1)!) : null;
  const { total, totalMore } = count ?? bounded(rows[0]?.total ?? 0);
  return { items: page.map(toFound), next, total, totalMore, didYouMean: null };
}

function placeOf({ sort }: SearchQuestion, row: FoundRow): SearchPlace {
  const by: Record<typeof sort, number[]> = {
    date: [],
    relevance: [row.tier],
    price: [row.price_rank],
    distance: [row.km!, row.latitude!, row.longitude!],
  };
  return { by: by[sort], startsAt: row.starts_at.getTime(), eventId: row.event_id! };
}
