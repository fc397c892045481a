import type { SearchPlace, SearchQuestion } from '../domain/search-question.ts';
import type { TypedWord } from './forgive-typing.ts';
import { dayNumber, partLengthMin } from './opensearch-documents.ts';

/** A query of OpenSearch's language. */
export type Query = Readonly<Record<string, unknown>>;

/** Words of a term as they are asked; the last of them may be unfinished, unless all are meant as they are spelt. */
export interface AskedWords {
  readonly words: readonly Pick<TypedWord, 'word' | 'similar'>[];
  readonly isLastUnfinished: boolean;
}

/** What the engine scores a match by: each tier of relevance has one score. */
const scores = { inTitle: 2, inNames: 1 } as const;
const scoreOfTier = [scores.inTitle + scores.inNames, scores.inNames, 0] as const;

function tierOfScore(score: number): number {
  return scoreOfTier.findIndex((one) => score >= one);
}

/** The documents that match all conditions of a question, and its words where there are any, scored by tier of relevance. */
export function matching(question: SearchQuestion, asked: AskedWords | null): Query {
  const filter = conditions(question);
  if (!asked) return { bool: { filter } };
  filter.push(...eachWord(asked, anywhere));
  if (question.sort !== 'relevance') return { bool: { filter } };
  return {
    bool: {
      filter,
      should: [
        { constant_score: { filter: { bool: { filter: eachWord(asked, exactlyInTitle) } }, boost: scores.inTitle } },
        { constant_score: { filter: { bool: { filter: eachWord(asked, inNames) } }, boost: scores.inNames } },
      ],
    },
  };
}

/** The documents that match all conditions of a question and have these words, spelt exactly so. */
export function matchingSpelt(question: SearchQuestion, words: readonly string[]): Query {
  return { bool: { filter: [...conditions(question), ...words.map((word) => ({ term: { words: word } }))] } };
}

function conditions({ location, type, when, near, onSale, having, now }: SearchQuestion): Query[] {
  const filter: Query[] = [];
  if (when.notOverAt !== null) filter.push({ range: { shown_until: { gte: when.notOverAt } } });
  if (when.startsFrom !== null) filter.push({ range: { starts_at: { gte: when.startsFrom } } });
  if (when.startsTo !== null) filter.push({ range: { starts_at: { lte: when.startsTo } } });
  if (when.dayFrom !== null) filter.push({ range: { local_day: { gte: dayNumber(when.dayFrom) } } });
  if (when.dayTo !== null) filter.push({ range: { local_day: { lte: dayNumber(when.dayTo) } } });
  if (location !== null) filter.push({ prefix: { city_tails: location } });
  if (type !== null) filter.push({ term: { type } });
  for (const facet of having) filter.push({ term: { facets: facet } });
  if (near) {
    const { latitude: lat, longitude: lon } = near.position;
    filter.push({ geo_distance: { distance: `${near.radiusKm}km`, position: { lat, lon } } });
  }
  if (onSale !== null) {
    const sold = [
      { range: { on_sale_from: { lte: now } } },
      { range: { on_sale_until: { gt: now } } },
      { range: { stock: { gt: 0 } } },
    ];
    filter.push(onSale ? { bool: { filter: sold } } : { bool: { must_not: [{ bool: { filter: sold } }] } });
  }
  return filter;
}

type WordQuery = (word: Pick<TypedWord, 'word' | 'similar'>, isUnfinished: boolean) => Query[];

/** For each word one query, of which one alternative must match. */
function eachWord({ words, isLastUnfinished }: AskedWords, ways: WordQuery): Query[] {
  return words.map((word, i) => anyOf(ways(word, isLastUnfinished && i === words.length - 1)));
}

/** In any field: as it is, as a beginning, or as a part of a name. */
const anywhere: WordQuery = ({ word, similar }, isUnfinished) => [
  { terms: { words: [word, ...similar] } },
  ...(isUnfinished ? [{ prefix: { words: word } }] : []),
  ...partQuery(word),
];

/** As it was typed, or corrected, in title or performers. */
const exactlyInTitle: WordQuery = ({ word, similar }) => [{ terms: { title_words: [word, ...similar] } }];

/** In title, performers or venue. */
const inNames: WordQuery = ({ word, similar }, isUnfinished) => [
  { terms: { name_words: [word, ...similar] } },
  ...(isUnfinished ? [{ prefix: { name_words: word } }] : []),
  ...partQuery(word),
];

function partQuery(word: string): Query[] {
  return [...word].length < partLengthMin ? [] : [{ prefix: { parts: word } }];
}

/** The documents that have this word, or something that it is the beginning or a part of. */
export function havingWord(word: string, isUnfinished: boolean): Query {
  return anyOf(anywhere({ word, similar: [] }, isUnfinished));
}

/** Words of a field, the last of them as a beginning. */
export function inField(field: string, { words, isLastUnfinished }: AskedWords): Query[] {
  return words.map(({ word, similar }, i) => {
    const isUnfinished = isLastUnfinished && i === words.length - 1;
    return anyOf([
      { terms: { [field]: [word, ...similar] } },
      ...(isUnfinished ? [{ prefix: { [field]: word } }] : []),
    ]);
  });
}

function anyOf(queries: readonly Query[]): Query {
  return queries.length === 1 ? queries[0]! : { bool: { should: queries, minimum_should_match: 1 } };
}

/** The order of a question; each document has one place in it. */
export function orderOf({ sort, near }: SearchQuestion): Query[] {
  const byStart: Query[] = [{ starts_at: 'asc' }, { event_id: 'asc' }];
  if (sort === 'relevance') return [{ _score: 'desc' }, ...byStart];
  if (sort === 'price') return [{ price_rank: 'asc' }, ...byStart];
  if (sort !== 'distance') return byStart;
  const { latitude: lat, longitude: lon } = near!.position;
  const distance = { position: { lat, lon }, order: 'asc', unit: 'km', distance_type: 'arc' };
  return [{ _geo_distance: distance }, { latitude: 'asc' }, { longitude: 'asc' }, ...byStart];
}

/** A place in the order as the engine counts: what a hit answers as its `sort`. */
export function toSortValues({ sort }: SearchQuestion, { by, startsAt, eventId }: SearchPlace): number[] {
  return [...(sort === 'relevance' ? [scoreOfTier[by[0]!]!] : by), startsAt, eventId];
}

export function toPlace({ sort }: SearchQuestion, values: readonly number[]): SearchPlace {
  const by = values.slice(0, -2);
  const [startsAt, eventId] = values.slice(-2) as [number, number];
  return { by: sort === 'relevance' ? [tierOfScore(by[0]!)] : by, startsAt, eventId };
}
