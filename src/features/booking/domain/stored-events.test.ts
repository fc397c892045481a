import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { replay } from './booking.ts';
import { readBookingEvent, readBookingEvents } from './stored-events.ts';

const created = {
  bookingId: 'b',
  eventId: 1,
  reservationId: 'R',
  sessionId: 'account:1',
  attempt: 1,
  tickets: [],
  totalMinor: 0,
  currency: 'EUR',
  provider: 'free',
};

describe('what is stored of a booking', () => {
  test('is read in its order, with the owner under that name, and everything else as this version writes it', () => {
    const stored = [
      { type: 'BookingCreated', data: created },
      { type: 'PaymentFailed', data: { paymentId: 'p', failureCode: 'CARD_DECLINED' } },
    ];
    const events = readBookingEvents(stored.map((row, i) => ({ ...row, version: i + 1, metadata: {} })));
    const { sessionId, ...same } = created;
    assert.deepEqual(events, [{ type: 'BookingCreated', data: { ...same, owner: sessionId } }, stored[1]]);
    assert.equal(replay(events)?.failureCode, 'CARD_DECLINED');
  });

  test('by earlier versions says the same in the words of today', () => {
    const readMove = (data: object) => readBookingEvent({ type: 'ShowMoved', data }).data;
    const before = { changeId: 'c', refundableUntil: Date.UTC(2200, 0, 1) };
    assert.deepEqual(readMove(before), { changeId: 'c', kind: 'moved', refundableUntil: null });
    const since = { changeId: 'c', edition: 2, kind: 'postponed', refundableUntil: null };
    assert.deepEqual(readMove(since), since);
    const dated = { changeId: 'c', edition: 3, kind: 'moved', refundableUntil: Date.UTC(2027, 0, 1) };
    assert.deepEqual(readMove(dated), dated);
  });

  test('by a version that is newer than this is not guessed at', () => {
    assert.throws(
      () =>
        readBookingEvents([
          { type: 'BookingCreated', data: created },
          { type: 'BookingLent', data: {} },
        ]),
      {
        message: /BookingLent/,
      },
    );
    assert.throws(() => readBookingEvent({ type: 'toString', data: {} }), /toString/);
  });
});
