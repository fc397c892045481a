import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idsIn, unsaidId } from './reach.ts';

test('a route that does not say what an id in its address names is found out', () => {
  assert.equal(unsaidId('/api/events/:eventId', { eventId: 'event' }), undefined);
  assert.equal(unsaidId('/api/orders/:token', { token: null }), undefined);
  assert.equal(unsaidId('/api/events/:eventId'), 'eventId');
  assert.equal(unsaidId('/api/bookings/:id/refunds/:refundId/receipt', { id: 'booking' }), 'refundId');
});

test('the organiser in an address needs no word: it says for whom one acts', () => {
  assert.equal(unsaidId('/api/organizers/:organizer/settings'), undefined);
});

test('what routes of one kind say of ids counts for those of their own address', () => {
  const ids = { eventId: 'event', ticketTypeId: 'ticketType' } as const;
  assert.deepEqual(idsIn('/api/events/:eventId/ticket-types', ids), { eventId: 'event' });
  assert.deepEqual(idsIn('/api/venues', ids), {});
});
