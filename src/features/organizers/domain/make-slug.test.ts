import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { makeSlug } from './make-slug.ts';

test('a name becomes what can stand in an address', () => {
  assert.equal(makeSlug('Süd & Nord e.V.'), 'sud-nord-e-v');
  assert.equal(makeSlug('  Lighthouse   Hall '), 'lighthouse-hall');
  assert.equal(makeSlug('東京'), '');
});

test('whatever the name, a slug has small letters, digits and single dashes only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (name) => {
      const slug = makeSlug(name);
      assert.match(slug, /^([a-z0-9](-?[a-z0-9])*)?$/);
      assert.ok(slug.length <= 50);
    }),
  );
});
