import { createTestDatabase } from '../../../../test/support/database.ts';
import { describeEvent } from '../domain/search-document.ts';
import { learnFrom, writeDocuments } from './postgres-documents.ts';
import type { SearchTuning } from './postgres-find-page.ts';
import { createPostgresSearchStore } from './postgres-search-store.ts';
import { searchStoreContract } from './search-store.contract.ts';
import type { SearchStoreUnderTest } from './search-store.test-support.ts';
import { suggestionsContract } from './suggestions.contract.ts';

const { database } = await createTestDatabase();

async function open(tuning?: SearchTuning): Promise<SearchStoreUnderTest> {
  return {
    store: createPostgresSearchStore({ database, ...(tuning && { tuning }) }),
    async put(events) {
      const writes = events.map((event, i) => {
        return { document: describeEvent(event), contentHash: BigInt(i), stock: event.stock };
      });
      await database.transaction(async (tx) => {
        await tx.query(
          `WITH venue AS (INSERT INTO venues (name) VALUES ('Anywhere') RETURNING venue_id)
         INSERT INTO events (event_id, venue_id, title, starts_at, time_zone, currency) OVERRIDING SYSTEM VALUE
         SELECT event_id, venue_id, 'Any', now(), 'UTC', 'EUR' FROM venue, unnest($1::int[]) event_id`,
          [events.map((event) => event.eventId)],
        );
        await writeDocuments(tx, writes);
        await learnFrom(
          tx,
          writes.map((write) => write.document),
        );
      });
    },
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
