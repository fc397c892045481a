export { rebuildSearch } from './commands/rebuild-search.ts';
export { createSearch } from './compose.ts';
export type { SearchRefusals } from './refusals.ts';
export { createPostgresSearchStore } from './store/postgres-search-store.ts';
export type { SearchStore } from './store/search-store.ts';
