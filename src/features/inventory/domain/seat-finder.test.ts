import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DrawnHall, drawHall } from './ledger-makers.test-support.ts';
import { SeatFinder } from './seat-finder.ts';
import { placeState } from './types.ts';

function finderOf({ geometry, states }: DrawnHall): SeatFinder {
  const finder = new SeatFinder(geometry);
  states.forEach((state, seat) => {
    if (state === placeState.available && finder.isAutomatic(seat)) finder.markFree(seat, 0);
  });
  return finder;
}

/** The hall with the chosen seats drawn as `#`, so that a test can be read as a picture. */
function pick(count: number, ...lines: readonly string[]): string[] {
  const chosen = finderOf(drawHall(...lines)).find(0, count);
  assert.equal(new Set(chosen).size, chosen.length);
  let seat = 0;
  return lines.map((line) =>
    [...line].map((mark) => (/[.xwc]/.test(mark) && chosen.includes(seat++) ? '#' : mark)).join(''),
  );
}

test('two guests sit in the middle of the first row', () => {
  assert.deepEqual(pick(2, '........', '........'), ['...##...', '........']);
});

test('three guests in a row of four leave a single seat only if no other row has room', () => {
  assert.deepEqual(pick(3, '....', '.....'), ['....', '###..']);
  assert.deepEqual(pick(3, '....', 'xx..'), ['###.', 'xx..']);
});

test('one guest fills a single gap rather than making another', () => {
  assert.deepEqual(pick(1, '..', 'x.'), ['..', 'x#']);
});

test('a seat that stood alone before is no reason to sit elsewhere', () => {
  assert.deepEqual(pick(2, '..x.', '....'), ['##x.', '....']);
});

test('a party never sits across an aisle', () => {
  assert.deepEqual(pick(4, '...|...', '.......'), ['...|...', '####...']);
});

test('wheelchair places and their companions are never chosen, and leave no orphans', () => {
  assert.deepEqual(pick(2, 'w..c', '....'), ['w##c', '....']);
});

test('a party too large for any row is split into two groups in neighbouring rows, nobody alone', () => {
  assert.deepEqual(pick(5, '...x', '...x', '...x'), ['###x', '##.x', '...x']);
});

test('a split party stays in one zone', () => {
  assert.deepEqual(pick(4, 'xxx..', '-----', 'xx..x', 'xx..x'), ['xxx..', '-----', 'xx##x', 'xx##x']);
});

test('when nothing is near, any seats in the nearest rows do', () => {
  const far = Array.from({ length: 6 }, () => 'xxx');
  assert.deepEqual(pick(2, '.xx', ...far, 'x.x', ...far, 'xx.'), ['#xx', ...far, 'x#x', ...far, 'xx.']);
});

test('a party larger than any tournament is seated in one row too', () => {
  const row = '.'.repeat(120);
  assert.deepEqual(pick(60, row, row), [`${'.'.repeat(30)}${'#'.repeat(60)}${'.'.repeat(30)}`, row]);
});

test('in a row of two categories each party gets seats of its own', () => {
  const { geometry } = drawHall('......');
  const finder = new SeatFinder(geometry);
  for (const seat of [0, 1, 2]) finder.markFree(seat, 0);
  for (const seat of [3, 4, 5]) finder.markFree(seat, 1);
  assert.deepEqual(finder.find(0, 2), [0, 1], 'seat 2 keeps seat 3 for company, seat 0 would have none');
  assert.equal(finder.freeCount(1), 3);
});

/** A hall of a few short rows with aisles, sold seats, wheelchair places and a second zone. */
const hall = fc
  .array(
    fc.string({ unit: fc.constantFrom('.', '.', '.', '.', 'x', 'x', 'w', 'c', '|'), minLength: 1, maxLength: 9 }),
    {
      minLength: 1,
      maxLength: 7,
    },
  )
  .map((lines) => (lines.length > 4 ? [...lines.slice(0, 3), '----', ...lines.slice(3)] : lines))
  .map((lines) => drawHall(...lines));

interface Block {
  first: number;
  distance: number;
  orphans: number;
}

/** All ways to seat `count` guests side by side, the slow and obvious way. */
function allBlocks({ geometry, states }: DrawnHall, count: number): Block[] {
  const free = (seat: number) =>
    seat >= 0 && seat < geometry.seatCount && states[seat] === placeState.available && geometry.kindOf[seat] === 0;
  const company = (seat: number, isFree: (seat: number) => boolean) =>
    (seat > 0 && geometry.besideNext[seat - 1] === 1 && isFree(seat - 1)) ||
    (geometry.besideNext[seat] === 1 && isFree(seat + 1));
  const blocks: Block[] = [];
  for (let first = 0; first + count <= geometry.seatCount; first++) {
    const seats = Array.from({ length: count }, (_, i) => first + i);
    if (!seats.every(free)) continue;
    if (!seats.slice(1).every((seat) => geometry.besideNext[seat - 1] === 1)) continue;
    const freeAfter = (seat: number) => free(seat) && !seats.includes(seat);
    const orphans = Array.from({ length: geometry.seatCount }, (_, seat) => seat).filter(
      (seat) => freeAfter(seat) && company(seat, free) && !company(seat, freeAfter),
    ).length;
    blocks.push({ first, distance: seats.reduce((sum, seat) => sum + geometry.focalDistance[seat]!, 0), orphans });
  }
  return blocks;
}

function freeSeats({ geometry, states }: DrawnHall): number[] {
  return [...states.keys()].filter((seat) => states[seat] === placeState.available && geometry.kindOf[seat] === 0);
}

test('best available is what a search through every block finds: together, no orphan, nearest', () => {
  fc.assert(
    fc.property(hall, fc.integer({ min: 1, max: 6 }), (drawn, count) => {
      fc.pre(freeSeats(drawn).length >= count);
      const chosen = finderOf(drawn).find(0, count);
      assert.equal(new Set(chosen).size, count);
      for (const seat of chosen) assert.ok(freeSeats(drawn).includes(seat), 'free and ordinary');
      const blocks = allBlocks(drawn, count);
      if (blocks.length === 0) return;
      const fewest = Math.min(...blocks.map(({ orphans }) => Math.min(orphans, 1)));
      const good = blocks.filter(({ orphans }) => Math.min(orphans, 1) === fewest);
      const nearest = Math.min(...good.map(({ distance }) => distance));
      const mine = blocks.find(({ first }) => first === Math.min(...chosen));
      assert.ok(mine !== undefined && chosen.includes(mine.first + count - 1), 'side by side');
      assert.equal(Math.min(mine.orphans, 1), fewest, 'no orphan while there is another way');
      assert.ok(Math.abs(mine.distance - nearest) < 1e-6, 'nearest');
    }),
    { numRuns: 2000 },
  );
});

/** Free seats side by side, per row, as lengths. */
function runLengths(drawn: DrawnHall, row: number): number[] {
  const { firstSeat, seatCount } = drawn.geometry.rows[row]!;
  const free = new Set(freeSeats(drawn));
  const lengths: number[] = [];
  for (let seat = firstSeat, length = 0; seat < firstSeat + seatCount; seat++) {
    length = free.has(seat) ? length + 1 : 0;
    if (length === 0) continue;
    if (drawn.geometry.besideNext[seat] === 1 && free.has(seat + 1)) continue;
    lengths.push(length);
    length = 0;
  }
  return lengths;
}

/** Fewest groups, then fewest lonely guests, over every row with room and the two rows before and behind it. */
function bestSplit(drawn: DrawnHall, count: number): { groups: number; alone: number } | undefined {
  let best: { groups: number; alone: number } | undefined;
  drawn.geometry.rows.forEach((middle, index) => {
    if (runLengths(drawn, index).length === 0) return;
    const near = drawn.geometry.rows
      .map((row, other) => ({ row, other }))
      .filter(({ row, other }) => row.zone === middle.zone && Math.abs(other - index) <= 2);
    const lengths = near.flatMap(({ other }) => runLengths(drawn, other)).sort((a, b) => b - a);
    for (let groups = 1; groups <= lengths.length; groups++) {
      const used = lengths.slice(0, groups);
      if (used.reduce((a, b) => a + b, 0) < count) continue;
      const long = used.filter((length) => length > 1).length;
      // Every long run can seat two if there are guests enough; whoever is left over sits alone.
      const alone = groups - Math.min(long, count - groups);
      if (!best || groups < best.groups || (groups === best.groups && alone < best.alone)) best = { groups, alone };
      break;
    }
  });
  return best;
}

test('a party that must be split sits in as few groups as it can, in near rows, with as few alone as it can', () => {
  fc.assert(
    fc.property(hall, fc.integer({ min: 2, max: 8 }), (drawn, count) => {
      fc.pre(freeSeats(drawn).length >= count && allBlocks(drawn, count).length === 0);
      const expected = bestSplit(drawn, count);
      fc.pre(expected !== undefined);
      const chosen = finderOf(drawn)
        .find(0, count)
        .sort((a, b) => a - b);
      const groups: number[] = [];
      chosen.forEach((seat, index) => {
        const joins = index > 0 && chosen[index - 1] === seat - 1 && drawn.geometry.besideNext[seat - 1] === 1;
        if (joins) groups[groups.length - 1]! += 1;
        else groups.push(1);
      });
      assert.deepEqual({ groups: groups.length, alone: groups.filter((size) => size === 1).length }, expected);
      const rows = chosen.map((seat) => drawn.geometry.rowOf[seat]!);
      assert.equal(new Set(rows.map((row) => drawn.geometry.rows[row]!.zone)).size, 1, 'one zone');
      assert.ok(Math.max(...rows) - Math.min(...rows) <= 4, 'near rows');
    }),
    { numRuns: 2000 },
  );
});

test('a finder that lived through many sales and returns of two types chooses like a fresh one', () => {
  const steps = fc.array(fc.tuple(fc.nat(80), fc.nat(1), fc.integer({ min: 1, max: 5 })), { maxLength: 40 });
  fc.assert(
    fc.property(hall, steps, ({ geometry }, moves) => {
      const typeOf = Array.from({ length: geometry.seatCount }, (_, seat) => Number(seat % 7 > 3));
      const isFree = Array.from({ length: geometry.seatCount }, () => false);
      const old = new SeatFinder(geometry);
      for (const [pointer, type, count] of moves) {
        const seat = pointer % geometry.seatCount;
        if (geometry.seatCount === 0 || geometry.kindOf[seat] !== 0) continue;
        if (isFree[seat]) old.markTaken(seat, typeOf[seat]!);
        else old.markFree(seat, typeOf[seat]!);
        isFree[seat] = !isFree[seat];
        const fresh = new SeatFinder(geometry);
        isFree.forEach((free, other) => {
          if (free) fresh.markFree(other, typeOf[other]!);
        });
        assert.equal(old.freeCount(type), fresh.freeCount(type));
        if (fresh.freeCount(type) >= count) assert.deepEqual(old.find(type, count), fresh.find(type, count));
      }
    }),
    { numRuns: 1000 },
  );
});
