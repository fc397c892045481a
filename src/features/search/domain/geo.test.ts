import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { boxAround, cellsCovering, cellsOf, type Position } from './geo.ts';

const radians = Math.PI / 180;

/** The great-circle distance (haversine; the earth as a sphere, off by 0.5 % at most). */
function distanceKm(a: Position, b: Position): number {
  const latitude = Math.sin(((b.latitude - a.latitude) * radians) / 2) ** 2;
  const longitude = Math.sin(((b.longitude - a.longitude) * radians) / 2) ** 2;
  const h = latitude + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * longitude;
  return 2 * 6371.0088 * Math.asin(Math.min(1, Math.sqrt(h)));
}

const position = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});
const radius = fc.double({ min: 0.1, max: 2_000, noNaN: true });

test('Berlin and Munich are 504 km apart', () => {
  const km = distanceKm({ latitude: 52.52, longitude: 13.405 }, { latitude: 48.137, longitude: 11.575 });
  assert.equal(Math.round(km), 504);
});

/** A position near the first one, so that many lie within the radius. */
const neighbours = fc.tuple(
  position,
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.double({ min: -1, max: 1, noNaN: true }),
  radius,
);

test('what lies within the radius lies in the box and in a covering square', () => {
  fc.assert(
    fc.property(neighbours, ([centre, north, east, radiusKm]) => {
      const other = {
        latitude: Math.max(-90, Math.min(90, centre.latitude + (north * radiusKm) / 111)),
        longitude: Math.max(-180, Math.min(180, centre.longitude + (east * radiusKm) / 80)),
      };
      if (distanceKm(centre, other) > radiusKm * 0.999_999) return;
      const box = boxAround(centre, radiusKm);
      if (!box) return;
      assert.ok(other.latitude >= box.south && other.latitude <= box.north);
      assert.ok(other.longitude >= box.west && other.longitude <= box.east);
      const cells = cellsCovering(centre, radiusKm);
      if (cells) assert.ok(cellsOf(other).some((cell) => cells.includes(cell)));
    }),
    { numRuns: 2_000 },
  );
});

test('a circle over a pole or the date line has no box, and so no covering', () => {
  assert.equal(boxAround({ latitude: 89.9, longitude: 0 }, 50), undefined);
  assert.equal(boxAround({ latitude: 0, longitude: 179.9 }, 50), undefined);
  assert.equal(cellsCovering({ latitude: 0, longitude: -179.9 }, 50), undefined);
});
