export { createEngineJobs } from './commands/engine-jobs.ts';
export { openEngine, type SearchEngine } from './commands/open-engine.ts';
export { rebuildIndex } from './commands/rebuild-index.ts';
export { rebuildSearch } from './commands/rebuild-search.ts';
export { createSearch } from './compose.ts';
export type { SearchRefusals } from './refusals.ts';
export { compareIndex } from './store/compare-index.ts';
export { createPostgresSearchStore } from './store/postgres-search-store.ts';
export type { SearchStore } from './store/search-store.ts';
