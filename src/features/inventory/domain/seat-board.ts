import type { SeatGeometry, seatKind } from '../../seating/domain/geometry.ts';

const ordinary: (typeof seatKind)['ordinary'] = 0;

/**
 * Which seats of a hall can be handed out automatically, and how good a block of them is. A block is some seats side
 * by side in one row; its cost is the sum of the squared distances of its seats to the focal point, plus `orphanCost`
 * if taking it would leave a free seat all alone. Lower is better.
 */
export class SeatBoard {
  readonly geometry: SeatGeometry;
  /** 0: not free, or never handed out automatically. Else 1 + the number of its ticket type. */
  readonly freeFor: Uint16Array;
  /** The block found by the last {@link bestBlock}. */
  foundFirst = -1;
  foundCost = Number.POSITIVE_INFINITY;
  /** Sum of the focal distances from the first seat of its row up to and including this seat. */
  private readonly distanceSum: Float64Array;
  private readonly distanceMax: number;

  constructor(geometry: SeatGeometry) {
    this.geometry = geometry;
    this.freeFor = new Uint16Array(geometry.seatCount);
    this.distanceSum = new Float64Array(geometry.seatCount);
    let max = 0;
    for (const row of geometry.rows) {
      let sum = 0;
      for (let seat = row.firstSeat; seat < row.firstSeat + row.seatCount; seat++) {
        sum += geometry.focalDistance[seat]!;
        this.distanceSum[seat] = sum;
        if (geometry.focalDistance[seat]! > max) max = geometry.focalDistance[seat]!;
      }
    }
    this.distanceMax = max;
  }

  /** Wheelchair and companion seats only go to those who pick them. */
  isAutomatic(seat: number): boolean {
    return this.geometry.kindOf[seat] === ordinary;
  }

  /** More than any `count` seats can cost: a block without an orphan is always better than one with. */
  orphanCost(count: number): number {
    return count * this.distanceMax + 1;
  }

  /**
   * Whether taking the free seats `first … last` leaves a neighbour free with nobody free beside it. A seat that was
   * alone before does not count, and neither does a wheelchair or companion seat.
   */
  leavesOrphan(first: number, last: number): boolean {
    const { freeFor } = this;
    const { besideNext } = this.geometry;
    if (first > 0 && besideNext[first - 1] === 1 && freeFor[first - 1] !== 0) {
      if (first === 1 || besideNext[first - 2] === 0 || freeFor[first - 2] === 0) return true;
    }
    if (besideNext[last] === 1 && freeFor[last + 1] !== 0) {
      if (besideNext[last + 1] !== 1 || freeFor[last + 2] === 0) return true;
    }
    return false;
  }

  blockDistance(first: number, last: number): number {
    const before = first > 0 && this.geometry.rowOf[first - 1] === this.geometry.rowOf[first] ? first - 1 : -1;
    return this.distanceSum[last]! - (before < 0 ? 0 : this.distanceSum[before]!);
  }

  /**
   * Looks for the cheapest block of `count` seats of the type within one row; answers in `foundFirst` (-1: none) and
   * `foundCost`. Of equal blocks the first is taken. One pass over the row.
   */
  bestBlock(row: number, type: number, count: number): void {
    const { firstSeat, seatCount } = this.geometry.rows[row]!;
    const { freeFor, distanceSum } = this;
    const { besideNext } = this.geometry;
    const wanted = type + 1;
    const orphanCost = this.orphanCost(count);
    let best = Number.POSITIVE_INFINITY;
    let bestFirst = -1;
    let run = 0;
    for (let seat = firstSeat, end = firstSeat + seatCount; seat < end; seat++) {
      if (freeFor[seat] !== wanted) {
        run = 0;
        continue;
      }
      run = run > 0 && besideNext[seat - 1] === 1 ? run + 1 : 1;
      if (run < count) continue;
      const first = seat - count + 1;
      let cost = distanceSum[seat]! - (first > firstSeat ? distanceSum[first - 1]! : 0);
      if (cost >= best) continue;
      if (this.leavesOrphan(first, seat)) cost += orphanCost;
      if (cost < best) {
        best = cost;
        bestFirst = first;
      }
    }
    this.foundFirst = bestFirst;
    this.foundCost = best;
  }
}
