import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlanContent } from '../../features/seating/domain/plan-content.ts';
import { generateArena } from './arena.ts';

for (const seatCount of [1, 7, 100, 1_799, 18_000]) {
  test(`a generated arena of ${seatCount} seats has exactly so many, and is a valid plan`, () => {
    const { plan, focalPoint } = generateArena(seatCount);
    const seats = plan.zones.flatMap(({ rows }) => rows.flatMap((row) => row.seats));
    assert.equal(seats.length, seatCount);
    assert.equal(new Set(seats.map((seat) => seat.seat_guid)).size, seatCount);
    const read = readPlanContent({ plan, supplement: { focalPoint } });
    assert.equal(read.accepted, true, JSON.stringify(read));
    for (const { position } of seats) {
      assert(position.x > 0 && position.x < plan.size.width && position.y > 0 && position.y < plan.size.height);
    }
  });
}

test('seats of a generated arena do not lie on each other', () => {
  const { plan } = generateArena(2_000);
  const seats = plan.zones.flatMap(({ rows }) => rows.flatMap((row) => row.seats.map(({ position }) => position)));
  const cells = new Map<string, { x: number; y: number }[]>();
  for (const seat of seats) {
    const near = [-1, 0, 1].flatMap((dx) =>
      [-1, 0, 1].flatMap((dy) => cells.get(`${Math.floor(seat.x / 20) + dx}:${Math.floor(seat.y / 20) + dy}`) ?? []),
    );
    for (const other of near) assert(Math.hypot(seat.x - other.x, seat.y - other.y) > 19);
    const cell = `${Math.floor(seat.x / 20)}:${Math.floor(seat.y / 20)}`;
    cells.set(cell, [...(cells.get(cell) ?? []), seat]);
  }
});
