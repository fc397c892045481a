import { wordsOfText } from '../domain/fold-text.ts';
import { foldPhrase, type SearchDocument, type SearchName } from '../domain/search-document.ts';
import { nameValue } from './opensearch-names.ts';

/** What a document is made of: all of it lies in a row of `search_documents`. */
export interface DocumentToIndex
  extends Pick<
    SearchDocument,
    | 'eventId'
    | 'startsAt'
    | 'shownUntil'
    | 'onSale'
    | 'priceRank'
    | 'latitude'
    | 'longitude'
    | 'localDate'
    | 'city'
    | 'type'
    | 'keys'
    | 'names'
    | 'shown'
  > {
  readonly stock: number;
}

/** A document as the index has it (`opensearch-index.ts`), as far as it is read back. */
export interface IndexedDocument {
  readonly event_id: number;
  readonly starts_at: number;
  readonly on_sale_from: number;
  readonly on_sale_until: number;
  readonly latitude?: number;
  readonly longitude?: number;
  readonly stock: number;
  readonly shown: SearchDocument['shown'];
  readonly name_words: readonly string[];
}

/** Before every instant that anybody asks about. */
export const never = Number.MIN_SAFE_INTEGER;

/** A shorter part is inside almost anything. */
export const partLengthMin = 3;
const nameWordsMax = 120;

/** Makes the document of the index. Pure: the same row gives the same document. */
export function toIndexed(row: DocumentToIndex): IndexedDocument & Record<string, unknown> {
  const { latitude, longitude, onSale, shown, names } = row;
  const ofPrefix = (prefix: string) =>
    row.keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
  const nameWords = ofPrefix('x:');
  const ofKind = (kind: SearchName['kind']) => names.filter((name) => name.kind === kind);
  const values = (kind: SearchName['kind']) => ofKind(kind).flatMap((name) => nameValue(name, shown.city) ?? []);
  const wordsOf = (kind: SearchName['kind']) => ofKind(kind).flatMap(({ name }) => wordsOfText(name, nameWordsMax));
  return {
    event_id: row.eventId,
    starts_at: row.startsAt,
    shown_until: row.shownUntil,
    on_sale_from: onSale?.from ?? never,
    on_sale_until: onSale?.until ?? never,
    price_rank: row.priceRank,
    ...(latitude !== null &&
      longitude !== null && { latitude, longitude, position: { lat: latitude, lon: longitude } }),
    local_day: dayNumber(row.localDate),
    stock: row.stock,
    type: row.type,
    city_phrase: row.city,
    city_tails: tailsOf(row.city),
    facets: row.keys.filter((key) => /^[pvs]:/.test(key)),
    words: row.keys.filter((key) => !key.includes(':')),
    name_words: nameWords,
    title_words: ofPrefix('n:'),
    parts: [...new Set(nameWords.flatMap(partsOf))],
    look: nameWords.map(lookOf),
    title_key: foldPhrase(shown.title),
    performers: values('performer'),
    venues: values('venue'),
    cities: values('city'),
    performer_words: wordsOf('performer'),
    venue_words: wordsOf('venue'),
    city_words: wordsOf('city'),
    shown,
  };
}

/** A day as a number, so that days lie between others: 20270501. */
export function dayNumber(day: string): number {
  return Number(day.replaceAll('-', ''));
}

/** A word with its ends marked, so that what begins or ends alike looks alike. */
export function lookOf(word: string): string {
  return `__${word}_`;
}

function tailsOf(phrase: string): string[] {
  const words = phrase.split(' ').filter((word) => word !== '');
  return words.map((_, i) => words.slice(i).join(' '));
}

function partsOf(word: string): string[] {
  const letters = [...word];
  return letters.slice(0, Math.max(0, letters.length - partLengthMin + 1)).map((_, i) => letters.slice(i).join(''));
}
