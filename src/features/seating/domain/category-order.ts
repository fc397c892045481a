import { type SeatGeometry, seatKind } from './geometry.ts';

export interface CategoryOrder {
  /** Categories that have ordinary seats, the one whose seats are nearest to the focal point first. */
  readonly ordinary: readonly string[];
  /** Categories of wheelchair and companion places alone. */
  readonly special: readonly string[];
}

/** The categories that have seats, in the order of how near these are on average. */
export function orderCategories(geometry: SeatGeometry): CategoryOrder {
  const sums = geometry.categories.map(({ name }) => ({ name, seats: 0, distance: 0, special: 0 }));
  for (let seat = 0; seat < geometry.seatCount; seat++) {
    const sum = sums[geometry.categoryOf[seat]!]!;
    sum.seats++;
    sum.distance += Math.sqrt(geometry.focalDistance[seat]!);
    if (geometry.kindOf[seat] !== seatKind.ordinary) sum.special++;
  }
  const filled = sums.filter(({ seats }) => seats > 0).sort((a, b) => a.distance / a.seats - b.distance / b.seats);
  const ordinary = filled.filter(({ special, seats }) => special < seats);
  const special = filled.filter((sum) => sum.special === sum.seats);
  return { ordinary: ordinary.map(({ name }) => name), special: special.map(({ name }) => name) };
}
