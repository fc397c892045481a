import type { OpenSearch } from '../../../platform/opensearch/opensearch.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { compareIndex } from '../../search/index.ts';
import type { Check } from './check.ts';
import type { Finding } from './verify-database.ts';

/** The index follows the database within two seconds: only what disagrees before and after such a wait is a fault. */
const followsWithinMs = 4_000;
const examplesMax = 5;

const indexFollows: Omit<Check, 'sql'> = {
  invariant: 'I10',
  name: 'search-index-follows',
  claim: 'The index of the search engine has each search document as it is, and no others',
};

/** Holds the index of the search engine against the search documents. Rejects with OpenSearchUnavailable where it cannot be asked. */
export async function verifySearch(
  bypassingRls: Queryable,
  engine: Pick<OpenSearch, 'ask'>,
  { wait, measure }: { readonly wait: (ms: number) => Promise<void>; readonly measure: () => number },
): Promise<Finding> {
  const startedAt = measure();
  const first = await compareIndex(engine, bypassingRls);
  if (first.length > 0) await wait(followsWithinMs);
  const second = first.length > 0 ? await compareIndex(engine, bypassingRls) : first;
  const before = new Set(first.map((fault) => JSON.stringify(fault)));
  const faults = second.filter((fault) => before.has(JSON.stringify(fault)));
  const examples = faults.slice(0, examplesMax).map((fault) => ({ ...fault }));
  return { ...indexFollows, count: faults.length, examples, ms: Math.round(measure() - startedAt) };
}
