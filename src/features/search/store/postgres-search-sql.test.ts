import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AskedSearch, readQuestion } from '../domain/search-question.ts';
import { countSampled, matchThenSort } from './postgres-gather-matches.ts';
import type { Filter } from './postgres-search-conditions.ts';
import { walkOrder } from './postgres-walk-order.ts';
import { signatureOf } from './word-signature.ts';

const now = Date.UTC(2027, 0, 15, 12);

function filterOf(asked: AskedSearch): Filter {
  const question = readQuestion(asked, now);
  assert.ok(question.accepted);
  const { words, location } = question.value;
  return {
    question: { ...question.value, after: null },
    cities: location === null ? null : [location],
    keys: (words ?? []).map((word) => [word]),
  };
}

const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

test('what a searcher types is only ever a parameter, never SQL', () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, (term, location, type) => {
      const typed = { term: `x${term}`, location: `x${location}`, type: `x${type}`, sort: 'price' } as const;
      const filter = filterOf(typed);
      const plain = filterOf({
        term: filter.keys.map((_, i) => `w${i}`).join(' '),
        location: 'x',
        type: 'x',
        sort: 'price',
      });
      assert.equal(matchThenSort(filter, []).statement.text, matchThenSort(plain, []).statement.text);
      assert.equal(walkOrder(filter, 100).statement.text, walkOrder(plain, 100).statement.text);
      assert.equal(countSampled([filter], 9).statement.text, countSampled([plain], 9).statement.text);
    }),
  );
});

test('lexemes in queries are quoted and hold nothing that would end the quotes', () => {
  fc.assert(
    fc.property(anyText, anyText, (term, type) => {
      const { values } = matchThenSort(filterOf({ term: `x${term}`, type: `x${type}` }), []);
      const queries = values.flat().filter((value) => typeof value === 'string' && value.startsWith('('));
      assert.ok(queries.length > 0);
      for (const query of queries)
        assert.match(query as string, /^\('[^'\\]+'( \| '[^'\\]+')*\)( & \('[^'\\]+'( \| '[^'\\]+')*\))*$/);
    }),
  );
});

test('as many parameters are named as there are', () => {
  const filter = filterOf({
    term: 'a b',
    near: '1,2',
    onSale: true,
    from: '2027-02-01',
    to: '2027-02-03',
    sort: 'distance',
  });
  for (const { statement, values } of [
    matchThenSort(filter, [filter]),
    walkOrder(filter, 10),
    countSampled([filter], 1),
  ]) {
    const named = new Set(statement.text.match(/\$\d+/g));
    assert.equal(named.size, values.length);
  }
});

test('a document always has the bits of its own words', () => {
  fc.assert(
    fc.property(fc.array(anyText, { minLength: 1 }), fc.nat(), (words, pick) => {
      const document = signatureOf(words);
      const word = signatureOf([words[pick % words.length]!]);
      assert.notEqual((document.low & word.low) | (document.high & word.high), 0n);
    }),
  );
});
