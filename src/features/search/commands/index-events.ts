import { createHash } from 'node:crypto';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { describeEvent, descriptionVersion, type EventFacts, stockOf } from '../domain/search-document.ts';
import { readEventFacts } from '../store/event-facts.ts';
import {
  countWords,
  type DocumentToWrite,
  learnFrom,
  readWritten,
  removeDocuments,
  writeDocuments,
  writeStocks,
} from '../store/postgres-documents.ts';

/** So many events are read and written at once: a venue may have many. */
const eventsAtOnceMax = 500;

/**
 * Makes the search documents of some events say what the catalogue says in this transaction, and removes those of events
 * that are gone or not public (drafts, inactive ones). Cheap when only stock changed or nothing did. Locks the events, in
 * order of id, until the transaction ends.
 */
export async function indexEvents(tx: Queryable, eventIds: readonly number[]): Promise<void> {
  const ordered = [...new Set(eventIds)].sort((a, b) => a - b);
  for (let i = 0; i < ordered.length; i += eventsAtOnceMax) {
    await indexSome(tx, ordered.slice(i, i + eventsAtOnceMax));
  }
}

async function indexSome(tx: Queryable, eventIds: readonly number[]): Promise<void> {
  const events = await readEventFacts(tx, eventIds);
  const written = await readWritten(tx, eventIds);
  const isPublic = new Set(events.map(({ facts }) => facts.eventId));
  const writes: DocumentToWrite[] = [];
  const stocks = new Map<number, number>();
  for (const { facts, availableCapacity, totalCapacity } of events) {
    const before = written.get(facts.eventId);
    const stock = stockOf(availableCapacity, totalCapacity);
    const contentHash = hashFacts(facts);
    if (before?.contentHash !== contentHash) writes.push({ document: describeEvent(facts), contentHash, stock });
    else if (before.stock !== stock) stocks.set(facts.eventId, stock);
  }
  await removeDocuments(
    tx,
    [...written.keys()].filter((eventId) => !isPublic.has(eventId)),
  );
  await writeStocks(tx, stocks);
  await writeDocuments(tx, writes);
  const documents = writes.map((write) => write.document);
  await learnFrom(tx, documents);
  await countWords(
    tx,
    documents.map((document) => document.eventId).filter((eventId) => !written.has(eventId)),
  );
}

/** The way of describing is part of it: another one rewrites every document when it is next indexed. */
function hashFacts(facts: EventFacts): bigint {
  const text = JSON.stringify([descriptionVersion, facts]);
  return createHash('sha256').update(text).digest().readBigInt64BE();
}
