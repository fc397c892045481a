export { type Invariant, invariants } from './queries/check.ts';
export { checks } from './queries/index.ts';
export { askAll, type Finding, type Verification, verifyDatabase } from './queries/verify-database.ts';
export { verifyRedis } from './queries/verify-redis.ts';
export { verifySearch } from './queries/verify-search.ts';
