import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readArea } from './areas.ts';
import { readHall } from './hall.ts';
import { isInside, outlineOf } from './outline.ts';
import { sampleMap } from './sample-map.ts';
import { createSeatStates } from './seat-states.ts';
import { seatOfPart, seatTowards } from './seat-steps.ts';

const hall = readHall(
  sampleMap([
    { rows: 3, seats: 10 },
    { rows: 2, seats: 5 },
  ]),
);

describe('a hall', () => {
  test('knows its parts, its pitch and what is where', () => {
    assert.equal(hall.seatCount, 40);
    assert.deepEqual(
      hall.parts.map(({ name, seatCount, rowCount }) => [name, seatCount, rowCount]),
      [
        ['Part 1', 30, 3],
        ['Part 2', 10, 2],
      ],
    );
    assert.equal(hall.pitch, 20);
    assert.deepEqual(hall.seatsIn({ minX: 10, minY: -5, maxX: 45, maxY: 5 }).toSorted(), [0, 1]);
    assert.equal(hall.seatNear({ x: 24, y: 3 }, 20), 0);
    assert.equal(hall.seatNear({ x: 500, y: 500 }, 20), null);
    assert.equal(hall.partAt({ x: 100, y: 30 }), 0);
    assert.equal(hall.partAt({ x: 60, y: 200 }), 1);
    assert.equal(hall.partAt({ x: 500, y: 500 }), null);
    const between = hall.parts[0]!.box.maxY + 16;
    assert.equal(hall.partAt({ x: 60, y: between }), null, 'in the gap between two parts');
    assert.equal(hall.partAt({ x: 60, y: between }, 200), 0, 'a finger that reaches further means the nearer one');
  });

  test('without seats is a hall all the same', () => {
    const empty = readHall(sampleMap([]));
    assert.equal(empty.seatCount, 0);
    assert.deepEqual(empty.seatsIn({ minX: 0, minY: 0, maxX: 10, maxY: 10 }), []);
    assert.equal(empty.seatNear({ x: 0, y: 0 }, 10), null);
  });
});

describe('the outline of a part', () => {
  const line = (y: number, ...xs: number[]) => xs.map((x) => ({ x, y }));
  test('follows the ends of its rows, also where every second row is counted backwards', () => {
    const outline = outlineOf([line(0, 0, 10, 20, 30), line(10, 20, 10), line(20, 0, 10, 20, 30)]);
    assert.equal(isInside(outline, { x: 2, y: 10 }), false, 'the waist is no part of it');
    assert.equal(isInside(outline, { x: 15, y: 11 }), true);
  });
  test('is the hull where rows do not lie one behind the other', () => {
    const outline = outlineOf([line(0, 0, 10, 20), line(40, 0, 10, 20), line(20, 0, 10, 20)]);
    assert.equal(isInside(outline, { x: 10, y: 21 }), true);
    assert.equal(isInside(outline, { x: 10, y: 39 }), true);
  });
  test('of one row or one seat is what there is', () => {
    assert.equal(outlineOf([line(0, 5)]).length, 1);
    assert.equal(outlineOf([[]]).length, 0);
  });
});

describe('areas of a plan', () => {
  test('are read in new and old forms', () => {
    const old = readArea({ position: { x: 10, y: 10 }, width: 100, height: 20, text: 'Bühne' });
    assert.deepEqual([old?.shape, old?.kind, old?.box.maxX], ['polygon', 'stage', 110]);
    const circle = readArea({
      position: { x: 50, y: 50 },
      shape: 'circle',
      circle: { radius: 30 },
      text: { text: 'STANDING', position: { x: 0, y: 0 } },
    });
    assert.deepEqual([circle?.shape, circle?.kind, circle?.box.minX], ['ellipse', 'standing', 20]);
  });
  test('that nobody could draw are left out', () => {
    assert.equal(readArea({ position: { x: 0, y: 0 }, shape: 'rectangle', rectangle: { width: 'wide' } }), null);
    assert.equal(readArea({ position: { x: 0, y: 0 }, shape: 'circle', circle: { radius: -4 } }), null);
  });
});

describe('the states of seats', () => {
  test('count what is free, by part and category, and say which seats are another now', () => {
    const states = createSeatStates(hall);
    assert.equal(states.replace('a'.repeat(40)).length, 40);
    assert.deepEqual([...states.freeByPart], [30, 10]);
    assert.deepEqual(
      states.apply([
        [0, 's'],
        [1, 'h'],
        [2, 'a'],
        [31, 'b'],
        [99, 'a'],
      ]),
      [0, 1, 31],
    );
    assert.deepEqual([...states.freeByPart], [28, 9]);
    assert.deepEqual([...states.freeByCategory], [28, 9]);
    assert.deepEqual(states.apply([[4, 'hsa']]), [4, 5], 'neighbours come as one run');
    assert.deepEqual(
      states.apply([
        [13, 'ah'],
        [19, 's'],
      ]),
      [14, 19],
      'a run spreads over its places, and only those that are another count',
    );
    assert.deepEqual([states.of[13], states.of[14], states.of[19]], [states.of[12], states.of[1], states.of[0]]);
    states.apply([
      [14, 'a'],
      [19, 'a'],
    ]);
    assert.deepEqual([...states.of.slice(4, 6)], [states.of[1], states.of[0]]);
    states.apply([[4, 'aa']]);
    assert.equal(states.isFree(1), false);
    states.own = new Set([1]);
    assert.equal(states.isFree(1), true, 'what one holds oneself is free to oneself');
    assert.deepEqual(states.replace('h'.repeat(39)).length, 40 - 1, 'a letter that is missing: no such place');
  });
});

describe('arrow keys', () => {
  const any = () => true;
  test('go to the nearest seat in the direction', () => {
    assert.equal(seatTowards(hall, 0, 'right', any), 1);
    assert.equal(seatTowards(hall, 0, 'left', any), null);
    assert.equal(seatTowards(hall, 5, 'down', any), 15);
    assert.equal(seatTowards(hall, 15, 'up', any), 5);
    assert.equal(seatTowards(hall, 24, 'down', any), 34, 'over the gangway into the next part');
  });
  test('pass over what may not be gone to', () => {
    assert.equal(
      seatTowards(hall, 0, 'right', (seat) => seat !== 1 && seat !== 2),
      3,
    );
  });
  test('step from part to part and go round', () => {
    assert.equal(seatOfPart(hall, 3, 1, any), 30);
    assert.equal(seatOfPart(hall, 35, 1, any), 0);
    assert.equal(
      seatOfPart(hall, 3, -1, (seat) => seat !== 30),
      31,
    );
    assert.equal(
      seatOfPart(hall, 3, 1, () => false),
      null,
    );
  });
});
