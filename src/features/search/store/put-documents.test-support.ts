import type { TestDatabase } from '../../../../test/support/database.ts';
import { describeEvent } from '../domain/search-document.ts';
import { learnFrom, writeDocuments } from './postgres-documents.ts';
import type { SearchStoreUnderTest } from './search-store.test-support.ts';

/** Writes the documents of shows that the catalogue need not know much of: new ones, or others in their place. */
export async function putDocuments(
  database: TestDatabase,
  events: Parameters<SearchStoreUnderTest['put']>[0],
): Promise<void> {
  const writes = events.map((event, i) => {
    return { document: describeEvent(event), contentHash: BigInt(i), stock: event.stock };
  });
  await database.transaction(async (tx) => {
    await tx.query(
      `WITH venue AS (INSERT INTO venues (name) VALUES ('Anywhere') RETURNING venue_id)
       INSERT INTO events (event_id, venue_id, title, starts_at, time_zone, currency) OVERRIDING SYSTEM VALUE
       SELECT event_id, venue_id, 'Any', now(), 'UTC', 'EUR' FROM venue, unnest($1::int[]) event_id ON CONFLICT DO NOTHING`,
      [events.map((event) => event.eventId)],
    );
    await writeDocuments(tx, writes);
    await learnFrom(
      tx,
      writes.map((write) => write.document),
    );
  });
}
