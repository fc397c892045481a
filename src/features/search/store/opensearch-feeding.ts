import { type OpenSearch, OpenSearchRefused, OpenSearchUnavailable } from '../../../platform/opensearch/opensearch.ts';
import { type DocumentToIndex, toIndexed } from './opensearch-documents.ts';
import { indexBody, indexVersion } from './opensearch-index.ts';

/** Nobody waits for the answers to these as somebody who searches does. */
const patienceMs = 30_000;

type Engine = Pick<OpenSearch, 'ask'>;

/** The name by which the documents of a database are searched, in this version of their index. */
export function aliasOf(source: string): string {
  return `${familyOf(source)}v${indexVersion}`;
}

const familyOf = (source: string) => `onsale_${source}_shows_`;

/** Makes an empty index for the documents of a database; `mark` distinguishes it from others. */
export async function makeIndex(engine: Engine, source: string, mark: string): Promise<string> {
  const index = `${aliasOf(source)}_${mark}`;
  const body = { ...indexBody(source), aliases: { [writtenBy(index)]: {} } };
  await engine.ask({ method: 'PUT', path: `/${index}`, body, patienceMs });
  return index;
}

/** An index is written by an alias of its own: one that is gone does not come back by a write, with a mapping that nobody chose. */
const writtenBy = (index: string) => `${index}_in`;

/** Whether an index is there, of this version and of this database. */
export async function isUsable(engine: Engine, index: string, source: string): Promise<boolean> {
  try {
    const found = await engine.ask<Record<string, { mappings?: { _meta?: { version?: number; source?: string } } }>>({
      method: 'GET',
      path: `/${index}/_mapping`,
      patienceMs,
    });
    const meta = found[index]?.mappings?._meta;
    return meta?.version === indexVersion && meta.source === source;
  } catch (error) {
    if (error instanceof OpenSearchRefused && error.status === 404) return false;
    throw error;
  }
}

/** What is written to indexes at once. */
export interface IndexWrite {
  /** Of what was read: what has a higher one stays as it is. */
  readonly version: number;
  readonly documents: readonly DocumentToIndex[];
  /** Events without a document. */
  readonly gone: readonly number[];
}

interface BulkItem {
  readonly _id: string;
  readonly _index: string;
  readonly status: number;
  readonly error?: { readonly type: string; readonly reason: string };
}

/**
 * Writes to each of the indexes. Answers why single documents were refused for good, in words. Rejects with OpenSearchUnavailable where the
 * engine takes no writes (full, read-only) or some were not done, and with OpenSearchRefused where an index is gone: then all may be written
 * again.
 */
export async function writeToIndexes(
  engine: Engine,
  indexes: readonly string[],
  { version, documents, gone }: IndexWrite,
): Promise<string[]> {
  if (indexes.length === 0 || documents.length + gone.length === 0) return [];
  const indexed = documents.map(toIndexed);
  // Also of an equal version: whoever writes the same again, after an answer that was lost, overwrites it with itself.
  const of = (index: string, id: number) => {
    return { _index: writtenBy(index), _id: String(id), version, version_type: 'external_gte' };
  };
  const lines = indexes.flatMap((index) => [
    ...indexed.flatMap((document) => [{ index: of(index, document.event_id) }, document]),
    ...gone.map((eventId) => ({ delete: of(index, eventId) })),
  ]);
  const { items } = await engine.ask<{ items: readonly Record<string, BulkItem>[] }>({
    method: 'POST',
    path: '/_bulk',
    query: { require_alias: true },
    lines,
    patienceMs,
  });
  const refused: string[] = [];
  for (const item of items.flatMap(Object.values) as BulkItem[]) {
    // Deleted already, or a newer one is there.
    if (item.status < 300 || item.status === 409 || (item.status === 404 && !item.error)) continue;
    const words = `${item._index}/${item._id}: ${item.error?.reason ?? item.status}`;
    if (item.status === 404) throw new OpenSearchRefused(words, { status: 404, cause: item });
    if (item.status !== 400) throw new OpenSearchUnavailable(`OpenSearch takes no writes: ${words}`);
    refused.push(words);
  }
  return refused;
}

/** Makes all that was written so far findable, and this index the one that is searched: at one moment, for everybody. */
export async function putToUse(engine: Engine, source: string, index: string): Promise<void> {
  await engine.ask({ method: 'POST', path: `/${index}/_refresh`, patienceMs });
  const alias = aliasOf(source);
  const remove = { remove: { index: `${familyOf(source)}*`, alias, must_exist: false } };
  await engine.ask({
    method: 'POST',
    path: '/_aliases',
    body: { actions: [remove, { add: { index, alias } }] },
    patienceMs,
  });
}

/** Deletes all indexes of a database but these: of earlier versions, and those that were never finished. */
export async function deleteOtherIndexes(engine: Engine, source: string, kept: readonly string[]): Promise<void> {
  const found = await engine.ask<Record<string, unknown>>({ method: 'GET', path: `/${familyOf(source)}*`, patienceMs });
  for (const index of Object.keys(found)) {
    if (!kept.includes(index)) await engine.ask({ method: 'DELETE', path: `/${index}`, patienceMs });
  }
}

const readAtOnce = 1_000;

/** All documents of events after one of them, up to another, if there is one, by event. */
export async function readAllAfter(
  engine: Engine,
  index: string,
  after: number,
  upTo: number | null,
): Promise<Map<number, unknown>> {
  const found = new Map<number, unknown>();
  for (let last = after; ; ) {
    const { hits } = await engine.ask<{ hits: { hits: readonly { _source: { event_id: number } }[] } }>({
      method: 'POST',
      path: `/${index}/_search`,
      body: {
        size: readAtOnce,
        track_total_hits: false,
        query: { range: { event_id: { gt: last, ...(upTo !== null && { lte: upTo }) } } },
        sort: [{ event_id: 'asc' }],
      },
      patienceMs,
    });
    for (const { _source: document } of hits.hits) found.set(document.event_id, document);
    if (hits.hits.length < readAtOnce) return found;
    last = hits.hits.at(-1)!._source.event_id;
  }
}
