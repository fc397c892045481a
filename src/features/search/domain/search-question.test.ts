import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AskedSearch, placeLength, readQuestion, type SearchSort, toPlace } from './search-question.ts';

const now = Date.UTC(2027, 0, 15, 12);

function fieldsOf(asked: AskedSearch): string[] {
  const question = readQuestion(asked, now);
  return question.accepted ? [] : question.refusal.errors.map((error) => error.field);
}

test('without days only events that are not over are found', () => {
  const question = readQuestion({}, now);
  assert.ok(question.accepted);
  assert.equal(question.value.when.notOverAt, now);
});

test('asking for the past finds it', () => {
  for (const asked of [{ from: '2026-01-01' }, { date: '2026-01-01' }, { to: '2026-06-01' }]) {
    const question = readQuestion(asked, now);
    assert.ok(question.accepted);
    assert.equal(question.value.when.notOverAt, null);
  }
  const coming = readQuestion({ to: '2028-01-01' }, now);
  assert.ok(coming.accepted && coming.value.when.notOverAt === now);
});

test('the order is date, relevance with a term, and relevance without one is date', () => {
  const sortOf = (asked: AskedSearch) => {
    const question = readQuestion(asked, now);
    return question.accepted ? question.value.sort : undefined;
  };
  assert.equal(sortOf({}), 'date');
  assert.equal(sortOf({ term: 'jazz' }), 'relevance');
  assert.equal(sortOf({ term: 'jazz', sort: 'price' }), 'price');
  assert.equal(sortOf({ sort: 'relevance' }), 'date');
  assert.equal(sortOf({ term: '  ' }), 'date');
});

test('what makes no sense is refused with its field', () => {
  assert.deepEqual(fieldsOf({ from: 'yesterday' }), ['/querystring/from']);
  assert.deepEqual(fieldsOf({ from: '2027-02-30' }), ['/querystring/from']);
  assert.deepEqual(fieldsOf({ to: '2027-02-01T20:00' }), ['/querystring/to']);
  assert.deepEqual(fieldsOf({ from: '2027-05-02', to: '2027-05-01' }), ['/querystring/from']);
  assert.deepEqual(fieldsOf({ from: '2027-05-02', to: '2027-05-02' }), []);
  assert.deepEqual(fieldsOf({ from: '2027-05-02T18:00:00 02:00' }), []);
  for (const near of ['', '1', '91,0', '0,181', 'a,b', '1,2,3', '1e3,2', 'NaN,0']) {
    assert.deepEqual(fieldsOf({ near }), ['/querystring/near'], near);
  }
  assert.deepEqual(fieldsOf({ radius: 10 }), ['/querystring/radius']);
  assert.deepEqual(fieldsOf({ sort: 'distance' }), ['/querystring/sort']);
});

test('no text makes reading a search throw', () => {
  const text = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), { nil: undefined });
  const asked = fc.record({ term: text, location: text, type: text, from: text, to: text, near: text });
  fc.assert(
    fc.property(asked, (some) => {
      const query = Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
      readQuestion(query as AskedSearch, now);
    }),
  );
});

test('numbers that are no place in the order are not taken for one', () => {
  const sorts: SearchSort[] = ['date', 'relevance', 'price', 'distance'];
  fc.assert(
    fc.property(
      fc.constantFrom(...sorts),
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 5, maxLength: 5 }),
      (sort, numbers) => {
        const place = toPlace(sort, numbers.slice(0, placeLength(sort)));
        if (place) assert.ok(!Number.isNaN(Date.parse(new Date(place.startsAt).toISOString())));
      },
    ),
  );
  assert.deepEqual(toPlace('relevance', [1, now, 7]), { by: [1], startsAt: now, eventId: 7 });
  assert.equal(toPlace('relevance', [3, now, 7]), undefined);
  assert.equal(toPlace('date', [8.64e15 + 1, 7]), undefined);
  assert.equal(toPlace('date', [now, 2 ** 31]), undefined);
});
