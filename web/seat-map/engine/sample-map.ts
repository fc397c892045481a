import type { SeatMap } from '../../../src/contract/seat-map.ts';

/** A hall of straight rows for tests: parts of so many rows of so many seats, 20 apart, rows 30 apart. */
export function sampleMap(
  parts: readonly { readonly rows: number; readonly seats: number; readonly gapAfter?: number }[],
): SeatMap {
  const map: SeatMap = {
    name: 'Sample',
    size: { width: 1000, height: 1000 },
    categories: parts.map((_, i) => ({ name: `Category ${i + 1}`, color: null })),
    zones: parts.map((_, i) => `Part ${i + 1}`),
    rows: [],
    seats: { guid: [], number: [], row: [], category: [], x: [], y: [], kind: [] },
    areas: [],
  };
  const { seats } = map;
  let top = 0;
  for (const [zone, part] of parts.entries()) {
    for (let r = 0; r < part.rows; r++, top += 30) {
      const label = String.fromCharCode(65 + r);
      map.rows.push({ label, zone, firstSeat: seats.guid.length, seatCount: part.seats });
      for (let n = 1; n <= part.seats; n++) {
        seats.guid.push(`${zone}-${label}-${n}`);
        seats.number.push(String(n));
        seats.row.push(map.rows.length - 1);
        seats.category.push(zone);
        seats.x.push(n * 20 + (part.gapAfter !== undefined && n > part.gapAfter ? 60 : 0));
        seats.y.push(top);
        seats.kind.push(0);
      }
    }
    top += 100;
  }
  return map;
}
