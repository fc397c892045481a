import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveFrame } from '../../../src/contract/live.ts';
import { withFrame } from './with-frame.ts';

const numbers = (ticketTypeId: number, available: number, held = 0) => ({
  ticketTypeId,
  capacity: 10,
  available,
  held,
  reserved: 0,
  sold: 10 - available - held,
});
const frame = (type: 'snapshot' | 'delta', ticketTypes: ReturnType<typeof numbers>[]) =>
  ({ type, eventId: 1, version: 'v', availableCapacity: 9, nextExpiryAt: null, ticketTypes }) as unknown as LiveFrame;

test('a delta changes the types that it names, a snapshot says all', () => {
  const first = withFrame(undefined, frame('snapshot', [numbers(1, 10), numbers(2, 5)])).availability;
  const next = withFrame(first, frame('delta', [numbers(2, 4, 1), numbers(3, 1)])).availability;
  assert.deepEqual(
    next.ticketTypes.map(({ ticketTypeId, available }) => [ticketTypeId, available]),
    [
      [1, 10],
      [2, 4],
      [3, 1],
    ],
  );
  const anew = withFrame(next, frame('snapshot', [numbers(1, 8)])).availability;
  assert.deepEqual(
    anew.ticketTypes.map(({ ticketTypeId }) => ticketTypeId),
    [1],
  );
});

test('says that something is missing where nothing is free and the next lapse is not known, and keeps it where it is', () => {
  const { availability, isPartly } = withFrame(undefined, frame('snapshot', [numbers(1, 0, 3)]));
  assert.equal(isPartly, true);
  const [type] = availability.ticketTypes;
  const known = { ...availability, ticketTypes: [{ ...type!, nextExpiryAt: '2027-01-15T12:03:00Z' }] };
  const same = withFrame(known, frame('snapshot', [numbers(1, 0, 3)]));
  assert.equal(same.isPartly, false);
  assert.equal(same.availability.ticketTypes[0]!.nextExpiryAt, '2027-01-15T12:03:00Z');
  assert.equal(withFrame(known, frame('delta', [numbers(1, 0, 2)])).isPartly, true);
});
