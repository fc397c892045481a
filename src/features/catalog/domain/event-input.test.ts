import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readStart, startsOnSale } from './event-input.ts';

const type = { name: 'A', price: 1, capacity: 1 };

test('the simple form with ticket types goes on sale at once, unless it says draft', () => {
  assert.equal(startsOnSale({ title: 'A', venue: 'Hall', ticketTypes: [type] }), true);
  assert.equal(startsOnSale({ title: 'A', venueId: 1, eventDate: 1, ticketTypes: [type] }), true);
  assert.equal(startsOnSale({ title: 'A', venue: 'Hall', ticketTypes: [type], status: 'draft' }), false);
  assert.equal(startsOnSale({ title: 'A', venue: 'Hall' }), false);
});

test('the full form starts as a draft, unless it says published', () => {
  assert.equal(startsOnSale({ title: 'A', venueId: 1, startsAt: 1, ticketTypes: [type] }), false);
  assert.equal(startsOnSale({ title: 'A', venueId: 1, startsAt: 1, ticketTypes: [type], status: 'published' }), true);
});

test('the start under either name, and the edited one of the two', () => {
  assert.deepEqual(readStart({ startsAt: 5 }, null), { accepted: true, value: 5 });
  assert.deepEqual(readStart({ eventDate: 5 }, null), { accepted: true, value: 5 });
  assert.deepEqual(readStart({}, 7), { accepted: true, value: 7 });
  assert.deepEqual(readStart({ startsAt: 7, eventDate: 8 }, 7), { accepted: true, value: 8 });
  assert.deepEqual(readStart({ startsAt: 8, eventDate: 7 }, 7), { accepted: true, value: 8 });
  assert.equal(readStart({ startsAt: 8, eventDate: 9 }, 7).accepted, false);
  assert.equal(readStart({}, null).accepted, false);
});
