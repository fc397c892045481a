/** A point on the globe in degrees. */
export interface Position {
  readonly latitude: number;
  readonly longitude: number;
}

const earthRadiusKm = 6371.0088;
const radians = Math.PI / 180;

/** Sides of the squares of the map, in degrees. A circle is covered by few squares of the right size. */
const cellSides = [0.05, 0.2, 1, 5] as const;
const cellsMax = 64;

/** The names of the squares that hold a position, one per size. */
export function cellsOf(position: Position): string[] {
  return cellSides.map((side) =>
    cellName(side, Math.floor(position.latitude / side), Math.floor(position.longitude / side)),
  );
}

function cellName(side: number, row: number, column: number): string {
  return `g:${side}:${row}:${column}`;
}

/** The box around a circle, in degrees; undefined where it would cross a pole or the date line. */
export function boxAround(centre: Position, radiusKm: number) {
  const south = centre.latitude - radiusKm / earthRadiusKm / radians;
  const north = centre.latitude + radiusKm / earthRadiusKm / radians;
  if (south <= -90 || north >= 90) return undefined;
  const sine = Math.sin(radiusKm / earthRadiusKm) / Math.cos(centre.latitude * radians);
  if (sine >= 1) return undefined;
  const width = Math.asin(sine) / radians;
  const west = centre.longitude - width;
  const east = centre.longitude + width;
  if (west < -180 || east > 180) return undefined;
  return { south, north, west, east };
}

/** Names of squares that together cover the circle; undefined if that takes too many, or none can. */
export function cellsCovering(centre: Position, radiusKm: number): string[] | undefined {
  const box = boxAround(centre, radiusKm);
  if (!box) return undefined;
  for (const side of cellSides) {
    const rows = [Math.floor(box.south / side), Math.floor(box.north / side)] as const;
    const columns = [Math.floor(box.west / side), Math.floor(box.east / side)] as const;
    if ((rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > cellsMax) continue;
    const names: string[] = [];
    for (let row = rows[0]; row <= rows[1]; row++) {
      for (let column = columns[0]; column <= columns[1]; column++) names.push(cellName(side, row, column));
    }
    return names;
  }
  return undefined;
}

/** The way along the surface between two positions (spherical law of cosines, as `search_distance_km` in PostgreSQL). */
export function distanceKm(from: Position, to: Position): number {
  const [a, b] = [from.latitude * radians, to.latitude * radians];
  const cosine =
    Math.sin(a) * Math.sin(b) + Math.cos(a) * Math.cos(b) * Math.cos((from.longitude - to.longitude) * radians);
  return earthRadiusKm * Math.acos(Math.min(1, Math.max(-1, cosine)));
}
