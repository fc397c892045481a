import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readHall } from './hall.ts';
import { findOrphan } from './orphans.ts';
import { sampleMap } from './sample-map.ts';

const hall = readHall(sampleMap([{ rows: 2, seats: 10 }]));
const aisled = readHall(sampleMap([{ rows: 1, seats: 10, gapAfter: 5 }]));

/** `.` free, `x` gone, `O` chosen: seats 1 to 10 of the first row. */
function hint(row: string, of = hall) {
  const chosen = new Set([...row].flatMap((mark, i) => (mark === 'O' ? [i] : [])));
  const found = findOrphan(of, chosen, (seat) => row[seat] !== undefined && row[seat] !== 'x');
  return found && { alone: found.alone + 1, take: found.take.map((seat) => seat + 1) };
}

describe('a single seat is left alone', () => {
  test('between what is gone and the choice, where moving by one would not', () => {
    assert.deepEqual(hint('x.OOO..xxx'), { alone: 2, take: [2, 3, 4] });
    assert.deepEqual(hint('xx..OOO.xx'), { alone: 8, take: [6, 7, 8] });
    assert.deepEqual(hint('.OO......x'), { alone: 1, take: [1, 2] }, 'the end of a row counts like what is gone');
  });
  test('and nothing is said where moving would only leave another', () => {
    assert.equal(hint('x.OOOxxxxx'), null, 'the last seats of a block');
    assert.deepEqual(hint('x.OOO.xxxx'), { alone: 2, take: [2, 3, 4] }, 'two lonely ones become a pair');
  });
  test('and nothing is said of two or more that stay', () => {
    assert.equal(hint('x..OO....x'), null);
  });
  test('and what was single before is not the choice’s doing', () => {
    assert.equal(hint('x.xOO....x'), null);
  });
  test('an aisle ends a row of neighbours', () => {
    assert.deepEqual(hint('..OO......', aisled), { alone: 5, take: [4, 5] });
    assert.equal(hint('.....OO...', aisled), null);
  });
  test('of two runs each is looked at', () => {
    assert.deepEqual(hint('OO..x.OO..'), { alone: 6, take: [6, 7] });
  });
  test('nothing chosen, nothing said', () => assert.equal(hint('..........'), null));
});
