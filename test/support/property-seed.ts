import fc from 'fast-check';

// Loaded before every test file by test/run.ts: all properties of a run begin from the one seed that it prints, so that
// a run can be played again.
const seed = Number(process.env.ONSALE_TEST_SEED);
if (Number.isSafeInteger(seed)) fc.configureGlobal({ seed });
