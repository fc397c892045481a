import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { deletionHashes, editDistance } from './edit-distance.ts';

const word = fc.stringMatching(/^[a-d]{1,8}$/);

test('a missing, added, wrong or swapped letter is one typing error', () => {
  for (const typed of ['jazz', 'jaz', 'jazzz', 'jaxz', 'jzaz']) {
    assert.equal(editDistance('jazz', typed, 2), typed === 'jazz' ? 0 : 1, typed);
  }
  assert.equal(editDistance('springsteen', 'spirngsteen', 2), 1);
  assert.equal(editDistance('springsteen', 'sprngsten', 2), 2);
  assert.equal(editDistance('abc', 'xyzabc', 2), 3);
});

test('distance is the same both ways and zero only for the same word', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      assert.equal(editDistance(a, b, 3), editDistance(b, a, 3));
      assert.equal(editDistance(a, b, 3) === 0, a === b);
    }),
  );
});

test('words one typing error apart always share a deletion', () => {
  fc.assert(
    fc.property(word, word, (a, b) => {
      if (editDistance(a, b, 1) > 1) return;
      const hashes = new Set(deletionHashes(a));
      assert.ok(deletionHashes(b).some((hash) => hashes.has(hash)));
    }),
    { numRuns: 2_000 },
  );
});
