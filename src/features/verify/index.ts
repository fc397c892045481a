export { type Check, type Invariant, invariants } from './checks/check.ts';
export { checks } from './checks/index.ts';
export { askAll, type Finding, type Verification, verifyRecords } from './verify-records.ts';
