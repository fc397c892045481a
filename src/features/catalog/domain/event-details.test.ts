import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeStatus, checkEventDetails, checkNotOver, type EventDetails, type EventStatus } from './event-details.ts';

const details: EventDetails = {
  title: 'A',
  description: null,
  type: 'Event',
  venueId: 1,
  seatingPlanId: null,
  seriesId: null,
  doorsAt: null,
  startsAt: 1000,
  endsAt: null,
  timeZone: 'UTC',
  isWallClock: false,
  imageUrl: null,
  currency: 'EUR',
  onSaleFrom: null,
  onSaleUntil: null,
  holdMinutes: 15,
  limitPerReservation: 10,
  limitPerCustomer: null,
  holdLimits: null,
  guests: null,
  serviceFee: null,
  tax: null,
  cancellation: null,
  asksAttendeeNames: false,
};

test('doors open at the start at the latest, and it ends at the start at the earliest', () => {
  assert.equal(checkEventDetails({ ...details, doorsAt: 1000, endsAt: 1000 }).accepted, true);
  assert.equal(checkEventDetails({ ...details, doorsAt: 1001 }).accepted, false);
  assert.equal(checkEventDetails({ ...details, endsAt: 999 }).accepted, false);
});

test('an event is over at its end, or at its start if it has none', () => {
  assert.equal(checkNotOver(details, 999, '/startsAt').accepted, true);
  assert.equal(checkNotOver(details, 1000, '/startsAt').accepted, false);
  assert.equal(checkNotOver({ ...details, endsAt: 2000 }, 1999, '/startsAt').accepted, true);
  assert.equal(checkNotOver({ ...details, endsAt: 2000 }, 2000, '/startsAt').accepted, false);
});

test('no status leads back to draft, and none out of cancelled', () => {
  const all: EventStatus[] = ['draft', 'published', 'postponed', 'cancelled'];
  const allowed = all.flatMap((from) =>
    all.filter((to) => from !== to && changeStatus(from, to).accepted).map((to) => `${from} → ${to}`),
  );
  assert.deepEqual(allowed, [
    'draft → published',
    'draft → cancelled',
    'published → postponed',
    'published → cancelled',
    'postponed → published',
    'postponed → cancelled',
  ]);
});
