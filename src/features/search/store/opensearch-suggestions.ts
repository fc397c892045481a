import type { SearchName } from '../domain/search-document.ts';
import { errorsForgiven, similarWords } from '../domain/similar-words.ts';
import type { TypedWord } from './forgive-typing.ts';
import { beginningPattern, type IndexedName, readNameValue, wordPattern } from './opensearch-names.ts';
import { type AskedWords, inField, type Query } from './opensearch-question.ts';
import {
  addSimilar,
  candidatesOf,
  type Hit,
  type SearchIndex,
  searchTogether,
  shownFields,
  toFound,
} from './opensearch-search-store.ts';
import type { FoundName, SuggestionAnswer, SuggestionQuestion } from './search-store.ts';

/** Kinds of names with the field of their values, of their words, and what a value begins with. */
const kinds = [
  { kind: 'performer', values: 'performers', words: 'performer_words' },
  { kind: 'venue', values: 'venues', words: 'venue_words' },
  { kind: 'city', values: 'cities', words: 'city_words' },
] as const satisfies readonly { kind: SearchName['kind']; values: string; words: string }[];

const titlesMax = 5;
const namesOfKindMax = 4;
/** So many names are taken from the engine, the best known first, to rank those that are shown. */
const rankedMax = 100;
/** One or two letters begin too many words to look for them behind the first of a name. */
const lettersMin = 3;
const similarCitiesMax = 3;

/** Answers {@link SuggestionQuestion}: as typed; if that finds nothing, with typing errors forgiven. */
export async function suggest(index: SearchIndex, question: SuggestionQuestion): Promise<SuggestionAnswer> {
  const typed: TypedWord[] = question.words.map((word) => ({ word, similar: [], known: false }));
  const found = await propose(index, question, { words: typed, isLastUnfinished: true }, []);
  if (found.shows.length > 0 || found.names.length > 0) return found;
  const [words, cities] = await Promise.all([
    addSimilar(
      index,
      typed,
      typed.map((_, i) => i),
    ),
    similarCities(index, question.phrase),
  ]);
  if (cities.length === 0 && words.every(({ similar }) => similar.length === 0)) return found;
  return propose(index, question, { words, isLastUnfinished: true }, cities);
}

async function propose(
  index: SearchIndex,
  { phrase, now }: SuggestionQuestion,
  asked: AskedWords,
  cities: readonly string[],
): Promise<SuggestionAnswer> {
  const notOver: Query = { range: { shown_until: { gte: now } } };
  const shows = {
    size: titlesMax,
    track_total_hits: false,
    query: { bool: { filter: [notOver, ...inField('title_words', asked)] } },
    collapse: { field: 'title_key' },
    sort: [{ starts_at: 'asc' }, { event_id: 'asc' }],
    _source: shownFields,
  };
  const names = { size: 0, track_total_hits: false, query: notOver, aggs: namesAsked(phrase, asked, cities) };
  const [{ hits }, { aggregations }] = await searchTogether<[ShowsFound, NamesFound]>(index, [shows, names]);
  return {
    shows: hits.hits.map((hit) => toFound(hit, { near: null })),
    names: kinds.flatMap(({ kind }) => rank(readBuckets(kind, aggregations), phrase, asked, cities)),
  };
}

interface ShowsFound {
  readonly hits: { readonly hits: readonly Hit[] };
}

interface NamesFound {
  readonly aggregations: Readonly<Record<string, { readonly names: { readonly buckets: readonly Bucket[] } }>>;
}

interface Bucket {
  readonly key: string;
  readonly doc_count: number;
}

/** Of each kind the names that begin with the phrase, those with its words, and, of cities, those that were meant. */
function namesAsked(phrase: string, { words, isLastUnfinished }: AskedWords, cities: readonly string[]): object {
  const isShort = phrase !== '' && words.length === 1 && [...phrase].length < lettersMin;
  const among = (filter: Query, field: string, include: string) => ({
    filter,
    aggs: { names: { terms: { field, include, size: rankedMax } } },
  });
  const asked: Record<string, object> = {};
  for (const { kind, values, words: field } of kinds) {
    if (phrase !== '')
      asked[`${kind}_begun`] = among({ prefix: { [values]: phrase } }, values, beginningPattern(phrase));
    if (isShort) continue;
    // Documents have all the words, of whichever names; the names that have the longest of them are looked at.
    const all = inField(field, { words, isLastUnfinished });
    const longest = words.reduce((a, b) => (b.word.length > a.word.length ? b : a));
    const isUnfinished = isLastUnfinished && longest === words.at(-1);
    const include = wordPattern([longest.word, ...longest.similar], isUnfinished);
    asked[`${kind}_having`] = among({ bool: { filter: all } }, values, include);
  }
  if (cities.length > 0) {
    const meant = cities.map((city) => `${city}\\|.*`).join('|');
    asked.city_meant = among({ terms: { city_phrase: cities } }, 'cities', meant);
  }
  return asked;
}

interface CountedName extends IndexedName {
  readonly count: number;
}

function readBuckets(kind: SearchName['kind'], found: NamesFound['aggregations']): CountedName[] {
  const buckets = Object.entries(found).flatMap(([asked, { names }]) =>
    asked.startsWith(`${kind}_`) ? names.buckets : [],
  );
  // A name may be spelt otherwise in some documents: the spelling of most of them is shown.
  const byLexeme = new Map<string, CountedName>();
  for (const { key, doc_count: count } of buckets) {
    const name = { ...readNameValue(kind, key), count };
    const other = byLexeme.get(name.lexeme);
    if (!other || other.count < count) byLexeme.set(name.lexeme, name);
  }
  return [...byLexeme.values()];
}

/** Those that begin with the phrase first, then the better known; others only where few begin so. */
function rank(
  names: readonly CountedName[],
  phrase: string,
  asked: AskedWords,
  cities: readonly string[],
): FoundName[] {
  const begins = ({ begins: text }: CountedName) => phrase !== '' && text.startsWith(phrase);
  const fits = names.filter((name) => begins(name) || hasWords(name, asked) || cities.includes(name.begins));
  fits.sort(
    (a, b) =>
      Number(begins(b)) - Number(begins(a)) ||
      b.count - a.count ||
      a.begins.length - b.begins.length ||
      (a.begins < b.begins ? -1 : 1),
  );
  return fits.slice(0, namesOfKindMax).map(({ kind, id, text, city }) => ({ kind, id, text, city }));
}

function hasWords(name: IndexedName, { words, isLastUnfinished }: AskedWords): boolean {
  return words.every(({ word, similar }, i) => {
    const isUnfinished = isLastUnfinished && i === words.length - 1;
    return name.words.some((own) => own === word || similar.includes(own) || (isUnfinished && own.startsWith(word)));
  });
}

/** Cities that differ from what was typed by as many errors as its length forgives, nearest first. */
async function similarCities(index: SearchIndex, phrase: string): Promise<string[]> {
  if (errorsForgiven(phrase) === 0) return [];
  const [candidates] = await candidatesOf(index, 'city_phrase', [phrase]);
  return similarWords(phrase, candidates!).slice(0, similarCitiesMax);
}
