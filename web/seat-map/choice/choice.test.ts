import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  countOf,
  emptyChoice,
  exchanged,
  generalKey,
  readGeneralKey,
  replaced,
  withGeneral,
  withoutSeats,
  withRate,
  withSeat,
} from './choice.ts';

test('a choice has at most so many tickets, seats and places together', () => {
  let choice = withSeat(withSeat(emptyChoice(3), 7, 'adult'), 8, 'child');
  choice = withGeneral(choice, generalKey(4, 'adult'), 5);
  assert.equal(choice.general.get('4 adult'), 1);
  assert.equal(countOf(choice), 3);
  assert.equal(withSeat(choice, 9, 'adult'), choice);
  choice = withoutSeats(choice, [7, 99]);
  assert.deepEqual([...choice.seats], [[8, 'child']]);
  assert.equal(withGeneral(choice, '4 adult', 0).general.size, 0);
});

test('rates stay with their seats, also when seats move along', () => {
  let choice = withSeat(withSeat(emptyChoice(9), 3, 'adult'), 4, 'adult');
  choice = withRate(choice, 4, 'child');
  assert.deepEqual(
    [...exchanged(choice, [3, 4], [2, 3]).seats],
    [
      [2, 'adult'],
      [3, 'child'],
    ],
  );
});

test('a rate may have spaces in its name', () => {
  assert.deepEqual(readGeneralKey(generalKey(12, 'Child under 12')), { typeId: 12, rate: 'Child under 12' });
});

test('other seats stand for those that were chosen, in their rates', () => {
  let choice = withSeat(withSeat(emptyChoice(5), 7, 'adult'), 8, 'child');
  choice = withGeneral(choice, generalKey(4, 'adult'), 1);
  const next = replaced(choice, ['adult', 'child'], [20, 21]);
  assert.deepEqual(
    [...next.seats],
    [
      [20, 'adult'],
      [21, 'child'],
    ],
  );
  assert.equal(countOf(next), 3);
});
