import { type Box, boxAround, type Point, unite } from './box.ts';

/** Two rows run the same way if their first-to-last directions do. */
function isTurned(previous: readonly Point[], row: readonly Point[]): boolean {
  const [a, b] = [previous[0]!, previous.at(-1)!];
  const [c, d] = [row[0]!, row.at(-1)!];
  return (b.x - a.x) * (d.x - c.x) + (b.y - a.y) * (d.y - c.y) < 0;
}

/**
 * The line around the seats of a part: along the first row, down the ends of the others, back along the last. Where rows do not
 * lie one behind the other (half of the seats would be outside) it is the hull.
 */
export function outlineOf(rows: readonly (readonly Point[])[]): readonly Point[] {
  const turned: (readonly Point[])[] = [];
  for (const row of rows) {
    if (row.length === 0) continue;
    const previous = turned.at(-1);
    turned.push(previous && isTurned(previous, row) ? row.toReversed() : row);
  }
  if (turned.length < 2) return hullOf(turned.flat());
  const [first, last, between] = [turned[0]!, turned.at(-1)!, turned.slice(1, -1)];
  const line = [
    ...first,
    ...between.map((row) => row.at(-1)!),
    ...last.toReversed(),
    ...between.map((row) => row[0]!).toReversed(),
  ];
  // Seats on the line itself count as in or out by chance: the middles of the rows decide, some of them for all.
  const asked = someOf(between);
  const inside = asked.filter((seat) => isInside(line, seat)).length;
  const isWhole = asked.length === 0 || inside > asked.length * 0.9;
  if (isWhole && areaOf(line) > areaOfBox(turned) * leastShare) return line;
  // Only where it may matter: the hull of all seats takes longer than all of the above.
  const hull = hullOf(turned.flat());
  return isWhole && areaOf(line) > areaOf(hull) * leastShare ? line : hull;
}

/** A line around less of the hull than this goes in and out between the rows. */
const leastShare = 0.2;
/** So many seats of a part decide whether a line goes around them: asking all would take most of the time that a hall is read in. */
const askedMax = 30;

/** Some seats of the rows, spread evenly, without those at the ends. */
function someOf(rows: readonly (readonly Point[])[]): readonly Point[] {
  const count = rows.reduce((sum, row) => sum + Math.max(0, row.length - 2), 0);
  const step = Math.max(1, Math.ceil(count / askedMax));
  const some: Point[] = [];
  let at = 0;
  for (const row of rows) for (let i = 1; i < row.length - 1; i++) if (at++ % step === 0) some.push(row[i]!);
  return some;
}

/** Of the box around the rows: no hull has more. */
function areaOfBox(rows: readonly (readonly Point[])[]): number {
  const box = rows.reduce<Box | null>((sum, row) => {
    const own = boxAround(row);
    return sum && own ? unite(sum, own) : (sum ?? own);
  }, null);
  return box ? (box.maxX - box.minX) * (box.maxY - box.minY) : 0;
}

/** The convex hull (monotone chain). */
export function hullOf(points: readonly Point[]): readonly Point[] {
  if (points.length < 3) return points;
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const half = (list: readonly Point[]) => {
    const chain: Point[] = [];
    for (const point of list) {
      while (chain.length > 1 && cross(chain.at(-2)!, chain.at(-1)!, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

/** Whether a point lies in a polygon (even-odd). */
export function isInside(polygon: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[i]!, polygon[j]!];
    if (a.y > y !== b.y > y && x < ((b.x - a.x) * (y - a.y)) / (b.y - a.y) + a.x) inside = !inside;
  }
  return inside;
}

/** How far a point is from the line of a polygon. */
export function distanceToLine(polygon: readonly Point[], { x, y }: Point): number {
  let nearest = Number.POSITIVE_INFINITY;
  // Squared until the end.
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [a, b] = [polygon[j]!, polygon[i]!];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = dx * dx + dy * dy;
    const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length));
    nearest = Math.min(nearest, (x - a.x - t * dx) ** 2 + (y - a.y - t * dy) ** 2);
  }
  return Math.sqrt(nearest);
}

function cross(o: Point, a: Point, b: Point): number {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

function areaOf(polygon: readonly Point[]): number {
  let twice = 0;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++)
    twice += polygon[j]!.x * polygon[i]!.y - polygon[i]!.x * polygon[j]!.y;
  return Math.abs(twice) / 2;
}
