import { createTestDatabase } from '../../../../test/support/database.ts';
import type { SearchTuning } from './postgres-find-page.ts';
import { createPostgresSearchStore } from './postgres-search-store.ts';
import { putDocuments } from './put-documents.test-support.ts';
import { searchStoreContract } from './search-store.contract.ts';
import type { SearchStoreUnderTest } from './search-store.test-support.ts';
import { suggestionsContract } from './suggestions.contract.ts';

const { database } = await createTestDatabase();

async function open(tuning?: SearchTuning): Promise<SearchStoreUnderTest> {
  return {
    store: createPostgresSearchStore({ database, ...(tuning && { tuning }) }),
    put: (events) => putDocuments(database, events),
    async clear() {
      await database.query('TRUNCATE events, search_words, search_names, search_cities, search_places CASCADE');
    },
  };
}

searchStoreContract('PostgreSQL', open);
suggestionsContract('PostgreSQL', open);
suggestionsContract('PostgreSQL, walking along the order of starts', () =>
  open({ sampledManyMin: 0, walkRowsPerEvent: 200, walkAlways: true }),
);
