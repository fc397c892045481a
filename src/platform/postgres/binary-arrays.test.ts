import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import fc from 'fast-check';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { bigintArray, instantArray, intArray, textArray, uuidArray } from './binary-arrays.ts';

describe('arrays as PostgreSQL sends them itself', () => {
  let database: TestDatabase;
  before(async () => {
    ({ database } = await createTestDatabase());
  });

  const cases = [
    ['text', textArray, fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\0', ''))],
    ['int', intArray, fc.integer()],
    ['bigint', bigintArray, fc.maxSafeInteger()],
    ['uuid', uuidArray, fc.uuid()],
    ['timestamptz', instantArray, fc.integer({ min: Date.UTC(1900, 0), max: Date.UTC(2900, 0) })],
  ] as const;
  for (const [type, encode, values] of cases) {
    test(`${type}[] comes back as it went`, async () => {
      const arrays = fc.array(fc.option(values as fc.Arbitrary<string | number>), { maxLength: 20 });
      const shown = type === 'timestamptz' ? '(extract(epoch FROM value) * 1000)::float8' : 'value';
      await fc.assert(
        fc.asyncProperty(arrays, async (array) => {
          const rows = await database.query<{ value: unknown }>(
            `SELECT ${shown} AS value FROM unnest($1::${type}[]) WITH ORDINALITY AS u(value, n) ORDER BY n`,
            [(encode as (values: readonly unknown[]) => Buffer)(array)],
          );
          assert.deepEqual(
            rows.map(({ value }) => value),
            array,
          );
        }),
        { numRuns: 40 },
      );
    });
  }

  test('what is no uuid is refused before it is sent', () => {
    for (const text of ['', 'x', '0'.repeat(36), '00000000-0000-0000-0000-00000000000g'])
      assert.throws(() => uuidArray([text]), TypeError, text);
  });
});
