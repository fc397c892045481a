import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { type OpenSearch, openOpenSearch } from '../../src/platform/opensearch/opensearch.ts';

// A real OpenSearch, which ONSALE_TEST_OPENSEARCH_URL names. Whatever tests make there has a name of its own.

export const openSearchUrl = process.env.ONSALE_TEST_OPENSEARCH_URL ?? '';
/** Why tests with a real OpenSearch are left out, or false. */
export const withoutOpenSearch = openSearchUrl === '' && 'no OpenSearch named';

/** What the tests of the file have opened and made. They may do so in a hook: what is to be done after that is not done after all. */
const opened: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const end of opened.splice(0).reverse()) await end();
});

/** Asks it, apart from the code under test. */
export async function askOpenSearch<Answer>(method: string, path: string, body?: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${openSearchUrl}${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  assert.ok(
    response.ok || response.status === 404,
    `${method} ${path}: ${response.status} ${await response.clone().text()}`,
  );
  return (await response.json()) as Answer;
}

/** A source of documents that no other test has; its indexes are deleted after the tests of the file. */
export function ownSource(): string {
  const source = `test${randomBytes(4).toString('hex')}`;
  opened.push(() => deleteIndexesOf(source));
  return source;
}

/** Deletes whatever a database has there. */
export async function deleteIndexesOf(source: string): Promise<void> {
  const found = await askOpenSearch<object>('GET', `/onsale_${source}_shows_*`);
  for (const index of Object.keys(found)) await askOpenSearch('DELETE', `/${index}`);
}

/** A connection as a process has it, closed after the tests of the file. */
export async function openTestOpenSearch(url = openSearchUrl, notices: string[] = []): Promise<OpenSearch> {
  const engine = await openOpenSearch({
    urls: [url],
    setting: 'OPENSEARCH_URL',
    ca: undefined,
    clock: systemClock,
    onNotice: (sentence) => notices.push(sentence),
  });
  opened.push(() => engine.close());
  return engine;
}
