/** A seating plan in the open form, as far as a generated one needs it. */
export interface ArenaPlan {
  readonly name: string;
  readonly categories: { name: string; color: string }[];
  readonly size: { width: number; height: number };
  readonly zones: {
    name: string;
    zone_id: string;
    position: Point;
    rows: { row_number: string; row_label: string; position: Point; seats: ArenaSeat[] }[];
    areas: object[];
  }[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface ArenaSeat {
  readonly seat_number: string;
  readonly seat_guid: string;
  readonly position: Point;
  readonly category: string;
}

const seatSpacing = 25;
const rowSpacing = 40;
const aisle = 50;
const tierGap = 80;
const margin = 120;
const tiers = [
  { name: 'Lower bowl', color: '#c0392b' },
  { name: 'Middle bowl', color: '#2980b9' },
  { name: 'Upper bowl', color: '#27ae60' },
];

/**
 * An arena in the round with exactly `seatCount` seats: rings of rows around a floor, cut into blocks by aisles, in
 * three tiers. Its focal point is the middle.
 */
export function generateArena(seatCount: number): { plan: ArenaPlan; focalPoint: Point } {
  const inner = Math.max(60, 0.3 * seatSpacing * Math.sqrt(seatCount));
  const blockCount = Math.max(1, Math.min(16, Math.round((2 * Math.PI * inner) / 380)));
  const rings = layRings(seatCount, inner, blockCount);
  const outer = rings.at(-1)!.radius;
  const centre = { x: round(outer + margin), y: round(outer + margin) };
  const zones: ArenaPlan['zones'] = [];
  let left = seatCount;
  for (const [tier, { name }] of tiers.entries()) {
    const ringsOfTier = rings.filter((ring) => ring.tier === tier);
    for (let block = 0; block < blockCount && left > 0; block++) {
      const id = `${tier + 1}${String(block + 1).padStart(2, '0')}`;
      const rows: ArenaPlan['zones'][number]['rows'] = [];
      for (const [r, { radius, perBlock }] of ringsOfTier.entries()) {
        const count = Math.min(perBlock, left);
        if (count === 0) break;
        left -= count;
        const seats = layRow({ id, row: r + 1, radius, count, block, blockCount, centre, category: name });
        rows.push({ row_number: String(r + 1), row_label: `Block ${id} row ${r + 1}`, position: origin, seats });
      }
      zones.push({ name: `Block ${id}`, zone_id: id, position: origin, rows, areas: [] });
    }
  }
  zones[0]!.areas.push({
    shape: 'circle',
    position: centre,
    circle: { radius: round(inner * 0.7) },
    color: '#eeeeee',
    border_color: '#999999',
  });
  const categories = tiers.filter(({ name }) => zones.some(({ rows }) => rows[0]?.seats[0]?.category === name));
  const width = round(2 * (outer + margin));
  return { plan: { name: 'Generated arena', categories, size: { width, height: width }, zones }, focalPoint: centre };
}

const origin: Point = { x: 0, y: 0 };

interface Ring {
  readonly radius: number;
  readonly perBlock: number;
  readonly tier: number;
}

/** Rings from the inside out until there are seats enough; a third of them in each tier. */
function layRings(seatCount: number, inner: number, blockCount: number): Ring[] {
  const rings: Ring[] = [];
  let seats = 0;
  for (let ring = 0; seats < seatCount; ring++) {
    const tier = Math.min(tiers.length - 1, Math.floor((3 * seats) / seatCount));
    const radius = inner + ring * rowSpacing + tier * tierGap;
    const perBlock = Math.max(1, Math.floor(((2 * Math.PI * radius) / blockCount - aisle) / seatSpacing));
    rings.push({ radius, perBlock, tier });
    seats += perBlock * blockCount;
  }
  return rings;
}

function layRow(row: {
  id: string;
  row: number;
  radius: number;
  count: number;
  block: number;
  blockCount: number;
  centre: Point;
  category: string;
}): ArenaSeat[] {
  const step = seatSpacing / row.radius;
  const middle = (2 * Math.PI * (row.block + 0.5)) / row.blockCount;
  return Array.from({ length: row.count }, (_, i) => {
    const angle = middle + (i - (row.count - 1) / 2) * step;
    const position = {
      x: round(row.centre.x + row.radius * Math.cos(angle)),
      y: round(row.centre.y + row.radius * Math.sin(angle)),
    };
    const seat_number = String(i + 1);
    return { seat_number, seat_guid: `${row.id}-${row.row}-${seat_number}`, position, category: row.category };
  });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
