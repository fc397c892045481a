import { isDeepStrictEqual } from 'node:util';
import type { OpenSearch } from '../../../platform/opensearch/opensearch.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { toIndexed } from './opensearch-documents.ts';
import { readAllAfter } from './opensearch-feeding.ts';
import { readDocumentsAfter, readFeed } from './postgres-search-feed.ts';

const readAtOnce = 500;

/** An event that the index has otherwise than the database. */
export interface IndexFault {
  readonly eventId: number;
  readonly how: 'missing' | 'left over' | 'different';
}

/**
 * Holds the index that is searched against the documents, one by one; what has changed within the last moments may be reported although it is
 * on its way. Nothing where no index is searched. Rejects as `OpenSearch.ask` does.
 */
export async function compareIndex(engine: Pick<OpenSearch, 'ask'>, bypassingRls: Queryable): Promise<IndexFault[]> {
  const { serving } = await readFeed(bypassingRls);
  if (serving === null) return [];
  const faults: IndexFault[] = [];
  for (let after = 0; ; ) {
    const documents = await readDocumentsAfter(bypassingRls, after, readAtOnce);
    // What lies behind the last document must not be there at all.
    const upTo = documents.length < readAtOnce ? null : documents.at(-1)!.eventId;
    const indexed = await readAllAfter(engine, serving, after, upTo);
    for (const document of documents) {
      const { eventId } = document;
      const found = indexed.get(eventId);
      indexed.delete(eventId);
      if (!found) faults.push({ eventId, how: 'missing' });
      else if (!isDeepStrictEqual(found, asJson(toIndexed(document)))) faults.push({ eventId, how: 'different' });
    }
    for (const eventId of indexed.keys()) faults.push({ eventId, how: 'left over' });
    if (upTo === null) return faults;
    after = upTo;
  }
}

/** As it comes back. */
function asJson(document: object): unknown {
  return JSON.parse(JSON.stringify(document));
}
