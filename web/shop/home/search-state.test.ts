import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { daysOf, noSearch, readSearch, searchPath, writeSearch } from './search-state.ts';

test('an address comes back as it was, whatever stands in it', () => {
  const value = fc.oneof(
    fc.string(),
    fc.constantFrom('me', 'weekend', '2027-05-01', 'MusicEvent', 'price', '41.1,-8.6'),
  );
  const names = ['q', 'where', 'when', 'type', 'near', 'sort', 'onSale', 'performer', 'venue', 'other'];
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (query) => {
      const state = readSearch(new URLSearchParams(query));
      assert.deepEqual(readSearch(writeSearch(state)), state);
      searchPath(state, '2026-11-30');
    }),
  );
});

test('nothing asked is the plain search, near me waits for the place', () => {
  assert.equal(searchPath(noSearch, '2026-11-30'), '/api/search');
  assert.equal(searchPath({ ...noSearch, near: 'me' }, '2026-11-30'), null);
  assert.equal(
    searchPath({ ...noSearch, near: '41.123456,-8.6' }, '2026-11-30'),
    '/api/search?near=41.12%2C-8.60&sort=distance',
  );
});

test('the weekend is Friday to Sunday, and what is left of it once it has begun', () => {
  assert.deepEqual(daysOf('weekend', '2026-11-30'), { from: '2026-12-04', to: '2026-12-06' }); // a Monday
  assert.deepEqual(daysOf('weekend', '2026-12-04'), { from: '2026-12-04', to: '2026-12-06' });
  assert.deepEqual(daysOf('weekend', '2026-12-06'), { from: '2026-12-06', to: '2026-12-06' });
  assert.deepEqual(daysOf('week', '2026-12-30'), { from: '2026-12-30', to: '2027-01-05' });
});
