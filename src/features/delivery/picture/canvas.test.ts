import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCanvas, type Outline } from './canvas.ts';
import { createPen } from './outlines.ts';

const white = [255, 255, 255] as const;
const asIs = (x: number, y: number) => [x, y] as const;

/** How much of each pixel white covers, by row, rounded to hundredths. */
function covered(size: readonly [number, number], outlines: readonly Outline[], opacity?: number): number[][] {
  const canvas = createCanvas(...size);
  canvas.fill(outlines, white, opacity);
  return canvas.rows().map((row) => Array.from({ length: size[0] }, (_, x) => Math.round((row[x * 3]! * 100) / 255)));
}

test('a pixel that is covered in part takes on as much of the colour', () => {
  assert.deepEqual(covered([4, 2], [[0.5, 0, 2.25, 0, 2.25, 1.5, 0.5, 1.5]]), [
    [50, 100, 25, 0],
    [25, 50, 13, 0],
  ]);
  assert.deepEqual(covered([2, 1], [[0, 0, 2, 0, 2, 1, 0, 1]], 0.4), [[40, 40]]);
  assert.deepEqual(covered([2, 2], [[0, 0, 2, 0, 0, 2]]), [
    [100, 50],
    [50, 0],
  ]);
});

test('what turns the other way cuts a hole, what lies outside is cut off', () => {
  const ring = [
    [0, 0, 4, 0, 4, 1, 0, 1],
    [1, 0, 1, 1, 3, 1, 3, 0],
  ];
  assert.deepEqual(covered([4, 1], ring), [[100, 0, 0, 100]]);
  assert.deepEqual(covered([3, 1], [[-5, -5, 1.5, -5, 1.5, 9, -5, 9]]), [[100, 50, 0]]);
  assert.deepEqual(covered([3, 1], [[2, -5, 99, -5, 99, 9, 2, 9]]), [[0, 0, 100]]);
  assert.deepEqual(covered([3, 1], [[-9, -9, -3, -9, -3, 9]]), [[0, 0, 0]]);
});

test('a circle covers its area, wherever it stands', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 8, max: 12, noNaN: true }),
      fc.double({ min: 1, max: 7.5, noNaN: true }),
      (middle, r) => {
        const pen = createPen(asIs, 1);
        pen.circle(middle, 20 - middle, r);
        const rows = covered([20, 20], pen.outlines);
        const area = rows.flat().reduce((sum, share) => sum + share, 0) / 100;
        // Straight pieces lie within the circle, by less than a tenth of a pixel; pixels are rounded.
        assert.ok(Math.abs(area - Math.PI * r * r) < 2 * Math.PI * r * 0.1 + 0.5, `${area} of radius ${r}`);
      },
    ),
    { numRuns: 60 },
  );
});
