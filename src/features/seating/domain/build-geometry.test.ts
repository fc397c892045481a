import assert from 'node:assert/strict';
import test from 'node:test';
import { samplePlan } from '../../../../test/support/sample-plan.ts';
import { buildGeometry } from './build-geometry.ts';
import { seatKind } from './geometry.ts';
import type { SeatingPlan } from './plan.ts';
import { readSupplement } from './supplement.ts';

const circle = { shape: 'circle' as const, position: { x: 0, y: 0 }, circle: { radius: 50 } };

/** The seat nearest to the focal point. */
function best(plan: SeatingPlan, supplement = {}): string {
  const { focalDistance, guids } = buildGeometry(plan, supplement);
  return guids[focalDistance.indexOf(Math.min(...focalDistance))]!;
}

test('positions of zone, row and seat add up, and seats keep the order of the document', () => {
  const geometry = buildGeometry(samplePlan());
  assert.deepEqual([...geometry.x], [100, 125, 150, 175, 100, 125, 150, 175]);
  assert.deepEqual([...geometry.y], [50, 50, 50, 50, 80, 80, 80, 80]);
  assert.deepEqual(geometry.rows[1], { label: '2', zone: 0, firstSeat: 4, seatCount: 4 });
  assert.deepEqual([...geometry.rowOf], [0, 0, 0, 0, 1, 1, 1, 1]);
  assert.deepEqual([...geometry.categoryOf], [0, 0, 0, 0, 1, 1, 1, 1]);
});

test('seats are neighbours within a row and not across an aisle', () => {
  const plan = samplePlan({ seats: 6 });
  for (const seat of plan.zones[0]!.rows[0]!.seats.slice(3)) seat.position.x += 25;
  assert.deepEqual([...buildGeometry(plan).besideNext], [1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0]);
});

test('rows without seats leave no trace', () => {
  const plan = samplePlan({ rows: 3 });
  plan.zones[0]!.rows[1]!.seats = [];
  const { rows } = buildGeometry(plan);
  assert.deepEqual(
    rows.map(({ label, firstSeat }) => [label, firstSeat]),
    [
      ['1', 0],
      ['3', 4],
    ],
  );
});

test('the supplement says what everybody looks at', () => {
  assert.equal(best(samplePlan(), { focalPoint: { x: 175, y: 300 } }), '2-4');
});

test('without it, an area called stage in any of several languages does', () => {
  for (const text of ['STAGE', 'Escenario principal', 'Bühne', 'Scène']) {
    const stage = { ...circle, position: { x: 75, y: 200 }, text: { text, position: { x: 0, y: 0 } } };
    const bar = { ...circle, circle: { radius: 90 }, text: { text: 'Backstage bar', position: { x: 0, y: 0 } } };
    assert.equal(best(samplePlan({ areas: [bar, stage] })), '2-4', text);
  }
});

test('a rectangle is drawn from its corner and turns around it', () => {
  const stage = { position: { x: 75, y: 0 }, width: 400, height: 2, rotation: 90, text: 'STAGE' };
  assert.equal(best(samplePlan({ areas: [stage] })), '2-4');
});

test('without a stage, in the round it is the largest area that seats surround', () => {
  const plan = samplePlan({ rows: 9, seats: 9, areas: [{ ...circle, position: { x: 100, y: 120 } }] });
  assert.equal(best(plan), '5-5');
});

test('without any of these it is the top middle of the plan', () => {
  assert.equal(best(samplePlan({ seats: 9 })), '1-5');
  assert.equal(best(samplePlan({ seats: 9, areas: [{ ...circle, position: { x: 300, y: 300 } }] })), '1-5');
});

test('wheelchair and companion places are known by the supplement and by the name of their category', () => {
  const plan = samplePlan({ categories: ['Wheelchair spaces', 'Begleitperson'] });
  const kinds = [...buildGeometry(plan, { wheelchairSeats: ['2-1'] }).kindOf];
  assert.deepEqual(kinds, [1, 1, 1, 1, 1, 2, 2, 2]);
  assert.equal(seatKind.companion, 2);
  assert.deepEqual([...buildGeometry(samplePlan()).kindOf], [0, 0, 0, 0, 0, 0, 0, 0]);
});

test('a supplement that names what the plan lacks is refused at its place', () => {
  const plan = samplePlan({ areas: [circle] });
  const read = readSupplement(
    {
      focalPoint: { x: 1 },
      wheelchairSeats: ['1-1', 'gone'],
      companionSeats: ['1-1'],
      tables: [{ name: 'One', seats: ['1-2', '1-2'] }],
      areas: [
        { area: '/zones/0/areas/0', capacity: 500 },
        { area: 'floor', capacity: -1 },
      ],
      colour: 'red',
    },
    plan,
  );
  assert(!read.accepted);
  assert.deepEqual(read.refusal.faults.map(({ place }) => place).toSorted(), [
    '/areas/1/area',
    '/areas/1/capacity',
    '/colour',
    '/companionSeats/0',
    '/focalPoint/y',
    '/tables/0/seats/1',
    '/wheelchairSeats/1',
  ]);
});
