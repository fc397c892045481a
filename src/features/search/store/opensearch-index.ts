/**
 * How documents lie in OpenSearch. Texts were folded and taken apart by `domain/fold-text.ts`, the only place that knows how: the engine
 * compares words letter by letter, and so finds what PostgreSQL finds. Whoever changes anything here, or what
 * `opensearch-documents.ts` writes, counts the version up: an index of another version is not searched, and one of this is made beside it.
 */
export const indexVersion = 1;

/** Looked for as a whole, its beginning, or by an error or two; never read back by document. */
const word = { type: 'keyword', doc_values: false } as const;
const name = { type: 'keyword' } as const;
const instant = { type: 'long' } as const;

const properties = {
  event_id: { type: 'integer' },
  starts_at: instant,
  shown_until: instant,
  on_sale_from: instant,
  on_sale_until: instant,
  price_rank: { type: 'long' },
  latitude: { type: 'double' },
  longitude: { type: 'double' },
  position: { type: 'geo_point' },
  // 20270501: the day at the venue.
  local_day: { type: 'integer' },
  stock: { type: 'byte' },
  type: word,
  // The city, and what is left of it from each of its words on.
  city_tails: word,
  // Performers, venue and series by their ids: p:12, v:7, s:3.
  facets: word,
  // Of title, performers, venue and description; without the description; of title and performers.
  words: word,
  name_words: word,
  title_words: word,
  // What is left of each of the name words from each of its letters on: a part of a word is a beginning of one of these.
  parts: word,
  // The name words as runs of three letters: what looks like a word shares many of them.
  look: { type: 'text', analyzer: 'three_letters', index_options: 'docs' },
  // One of these for all dates of a show.
  title_key: name,
  // Names that are proposed, as opensearch-names.ts spells them, and their words.
  performers: name,
  venues: name,
  cities: name,
  performer_words: word,
  venue_words: word,
  city_words: word,
  city_phrase: word,
  // What an answer shows; nobody looks for it.
  shown: { type: 'object', enabled: false },
} as const;

/** What an index is made with. `source`: which database its documents come from. */
export function indexBody(source: string): object {
  return {
    settings: {
      number_of_shards: 1,
      auto_expand_replicas: '0-1',
      // A change is to be found within two seconds. Said outright, it holds also while nobody has searched for a while.
      refresh_interval: '500ms',
      analysis: {
        tokenizer: { three_letters: { type: 'ngram', min_gram: 3, max_gram: 3 } },
        analyzer: { three_letters: { type: 'custom', tokenizer: 'three_letters' } },
      },
    },
    mappings: { dynamic: 'strict', _meta: { version: indexVersion, source }, properties },
  };
}
