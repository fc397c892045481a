import { describe } from 'node:test';
import { openTestOpenSearch, ownSource, withoutOpenSearch } from '../../../../test/support/opensearch.ts';
import { describeEvent } from '../domain/search-document.ts';
import { aliasOf, deleteOtherIndexes, makeIndex, putToUse, writeToIndexes } from './opensearch-feeding.ts';
import { createOpenSearchStore } from './opensearch-search-store.ts';
import { searchStoreContract } from './search-store.contract.ts';
import type { SearchStoreUnderTest } from './search-store.test-support.ts';
import { suggestionsContract } from './suggestions.contract.ts';

async function open(): Promise<SearchStoreUnderTest> {
  const engine = await openTestOpenSearch();
  const source = ownSource();
  let made = 0;
  let index = '';
  return {
    store: createOpenSearchStore({ engine, name: aliasOf(source) }),
    async put(events) {
      const documents = events.map((event) => ({ ...describeEvent(event), stock: event.stock }));
      await writeToIndexes(engine, [index], { version: 1, documents, gone: [] });
      await engine.ask({ method: 'POST', path: `/${index}/_refresh`, patienceMs: 30_000 });
    },
    async clear() {
      index = await makeIndex(engine, source, String(made++));
      await putToUse(engine, source, index);
      await deleteOtherIndexes(engine, source, [index]);
    },
  };
}

describe('on a real OpenSearch', { skip: withoutOpenSearch }, () => {
  searchStoreContract('OpenSearch', open);
  suggestionsContract('OpenSearch', open);
});
