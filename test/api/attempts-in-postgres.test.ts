import { describe } from 'node:test';
import { needs } from '../support/needs.ts';

/**
 * Whoever guesses too often, and whose cards are declined too often, gets the same answer wherever it is counted: these tests run by
 * themselves with what is counted in the process, and here with what is counted in PostgreSQL.
 */
process.env.ONSALE_TEST_ATTEMPTS = 'postgres';

describe('counted in PostgreSQL', needs('process'), async () => {
  await import('./code-guesses.test.ts');
  await import('./login.test.ts');
  await import('./staff-second-factor.test.ts');
  await import('./payments-sandbox.test.ts');
});
