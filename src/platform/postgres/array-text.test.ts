import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createTestDatabase } from '../../../test/support/database.ts';
import { arrayText } from './array-text.ts';

test('any text comes back from PostgreSQL as it was', async () => {
  const { database } = await createTestDatabase();
  const text = fc.oneof(
    fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0') && value.isWellFormed()),
    fc.constantFrom('', 'NULL', 'null', '{}', '"', '\\', '\\"', ' a ', 'a,b', '\n'),
  );
  const property = fc.asyncProperty(fc.array(fc.option(text), { maxLength: 20 }), async (values) => {
    const [row] = await database.query<{ values: (string | null)[] }>('SELECT $1::text[] AS values', [
      arrayText(values),
    ]);
    assert.deepEqual(row!.values, values);
  });
  await fc.assert(property, { numRuns: 200 });
});

test('numbers and truth values need no quotes', () => {
  assert.equal(arrayText([1, null, true, 2.5]), '{1,NULL,true,2.5}');
});
