import { OpenSearchRefused, OpenSearchUnavailable } from '../../../platform/opensearch/opensearch.ts';
import type { SearchStore } from './search-store.ts';

/** How many searches each has answered. Plain numbers: counting must cost nothing. */
export interface AnsweredBy {
  engine: number;
  postgres: number;
}

/**
 * Searches in the engine as long as that may be asked, and in PostgreSQL otherwise, or as soon as the engine fails: a search is not lost with
 * it. Both answer the same, and a page that one has begun the other goes on with.
 */
export function createSwitchedSearchStore(parts: {
  readonly engine: SearchStore;
  readonly postgres: SearchStore;
  readonly mayAsk: () => boolean;
  readonly counts: AnsweredBy;
}): SearchStore {
  const { engine, postgres, mayAsk, counts } = parts;
  async function ask<Answer>(search: (store: SearchStore) => Promise<Answer>): Promise<Answer> {
    if (mayAsk()) {
      try {
        const answer = await search(engine);
        counts.engine += 1;
        return answer;
      } catch (error) {
        // Refused: the index has gone a moment ago, or the question is one that only PostgreSQL understands.
        if (!(error instanceof OpenSearchUnavailable) && !(error instanceof OpenSearchRefused)) throw error;
      }
    }
    counts.postgres += 1;
    return search(postgres);
  }
  return {
    find: (question) => ask((store) => store.find(question)),
    suggest: (question) => ask((store) => store.suggest(question)),
  };
}
