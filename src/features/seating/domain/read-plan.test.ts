import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import test from 'node:test';
import fc from 'fast-check';
import { samplePlan } from '../../../../test/support/sample-plan.ts';
import { buildGeometry } from './build-geometry.ts';
import { readPlan } from './read-plan.ts';

function faultsOf(document: unknown): Record<string, string> {
  const read = readPlan(document);
  return read.accepted ? {} : Object.fromEntries(read.refusal.faults.map(({ place, reason }) => [place, reason]));
}

/** The sample plan with one value changed by a path of keys. */
function changed(path: (string | number)[], value: unknown): unknown {
  const plan = samplePlan() as unknown as Record<string | number, unknown>;
  let at = plan;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  const last = path.at(-1)!;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return plan;
}

const seat = ['zones', 0, 'rows', 1, 'seats', 2];

test('a plan in the open form is taken', () => assert.deepEqual(faultsOf(samplePlan()), {}));

const faulty: [string, (string | number)[], unknown, string, RegExp][] = [
  [
    'a repeated guid',
    [...seat, 'seat_guid'],
    '1-1',
    '/zones/0/rows/1/seats/2/seat_guid',
    /repeated.*\/zones\/0\/rows\/0/,
  ],
  ['an undefined category', [...seat, 'category'], 'Balcony', '/zones/0/rows/1/seats/2/category', /"Balcony"/],
  ['two lines in a row', ['zones', 0, 'rows', 1, 'row_number'], 'A\nB', '/zones/0/rows/1/row_number', /one line/],
  ['an unknown key', [...seat, 'price'], 4, '/zones/0/rows/1/seats/2/price', /unknown/],
  ['a missing key', [...seat, 'seat_number'], undefined, '/zones/0/rows/1/seats/2/seat_number', /missing/],
  ['a number as seat number', [...seat, 'seat_number'], 3, '/zones/0/rows/1/seats/2/seat_number', /text/],
  ['a position that is none', [...seat, 'position', 'x'], null, '/zones/0/rows/1/seats/2/position/x', /finite/],
  ['a position far away', [...seat, 'position', 'y'], 1e9, '/zones/0/rows/1/seats/2/position/y', /between/],
  ['a third coordinate', [...seat, 'position', 'z'], 1, '/zones/0/rows/1/seats/2/position/z', /unknown/],
  ['a direction that is none', [...seat, 'start_direction'], 'up', '/zones/0/rows/1/seats/2/start_direction', /</],
  [
    'a place of row numbers that is none',
    ['zones', 0, 'rows', 0, 'row_number_position'],
    'top',
    '/zones/0/rows/0/row_number_position',
    /start/,
  ],
  ['a category defined twice', ['categories', 1, 'name'], 'Front', '/categories/1/name', /twice/],
  ['a size of nothing', ['size', 'width'], 0, '/size/width', /more than 0/],
  ['no size', ['size'], undefined, '/size', /missing/],
  ['no zones', ['zones'], [], '/zones', /no seats/],
  ['zones that are no list', ['zones'], {}, '/zones', /list/],
  ['NUL in a name', ['name'], 'a\0b', '/name', /NUL/],
  ['a lone surrogate in a guid', [...seat, 'seat_guid'], 'a\ud800', '/zones/0/rows/1/seats/2/seat_guid', /surrogate/],
  [
    'a shape without its figure',
    ['zones', 0, 'areas', 0],
    { shape: 'circle', position: { x: 1, y: 1 } },
    '/zones/0/areas/0/circle',
    /needs circle/,
  ],
  [
    'an area with neither shape nor size',
    ['zones', 0, 'areas', 0],
    { position: { x: 1, y: 1 } },
    '/zones/0/areas/0/width',
    /width/,
  ],
];

for (const [what, path, value, place, reason] of faulty) {
  test(`${what} is refused at its place`, () => {
    const faults = faultsOf(changed(path, value));
    assert.match(faults[place] ?? JSON.stringify(faults), reason);
  });
}

test('all faults are reported at once, the first hundred in words', () => {
  const plan = samplePlan({ rows: 60 });
  for (const row of plan.zones[0]!.rows) for (const one of row.seats) one.category = 'gone';
  const read = readPlan(plan);
  assert(!read.accepted);
  assert.equal(read.refusal.faults.length, 101);
  assert.equal(read.refusal.faults.at(-1)?.reason, 'and 140 more faults');
});

test('an older plan without shapes, ids and with left and right is taken', () => {
  const plan = samplePlan({
    areas: [{ width: 200, height: 40, position: { x: 0, y: 0 }, rotation: 0, color: '#000', text: 'STAGE' }],
  });
  const rows = plan.zones[0]!.rows.map((row, i) => ({ ...row, row_number_position: i === 0 ? 'left' : 'right' }));
  assert.deepEqual(faultsOf({ ...plan, zones: [{ ...plan.zones[0], rows }] }), {});
});

test('no document makes the reader throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (document) => void readPlan(document)));
  fc.assert(
    fc.property(
      fc.constantFrom<(string | number)[]>(
        ['zones'],
        ['zones', 0],
        ['zones', 0, 'areas'],
        ['zones', 0, 'rows', 0],
        seat,
        ['categories'],
        ['size'],
      ),
      fc.jsonValue(),
      (path, value) => {
        const read = readPlan(changed(path, value));
        if (read.accepted) buildGeometry(read.value);
      },
    ),
  );
});

for (const [file, seats] of [
  ['concert-hall', 2_514],
  ['arena', 18_080],
] as const) {
  const url = new URL(`../../../../../shared/data/plans/${file}.json`, import.meta.url);
  test(`the plan ${file} is read whole`, { skip: existsSync(url) ? false : 'needs ../shared/data/plans' }, () => {
    const read = readPlan(JSON.parse(readFileSync(url, 'utf8')));
    assert(read.accepted);
    assert.equal(buildGeometry(read.value).seatCount, seats);
  });
}
