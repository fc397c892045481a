import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { SeatBoard } from './seat-board.ts';
import { type PartySplit, type Run, splitParty } from './split-party.ts';
import { TypeRows, tournamentSizeMax } from './type-rows.ts';

/** A split party sits within this many rows of the row it is built around. */
const nearRows = 2;
/** So many rows, nearest first, are tried as the middle of a split party before any free seats will do. */
const nearestAnchorsMax = 16;

/**
 * Best available. For `count` seats of a type it takes the first of these that exists:
 * 1. side by side in one row, leaving no free seat alone, nearest to the focal point;
 * 2. side by side in one row, nearest to the focal point;
 * 3. as few groups as possible in neighbouring rows of one zone, single guests only if it cannot be helped;
 * 4. as few groups as possible in the nearest rows that have enough.
 * Wheelchair and companion seats are never chosen. Seats must be kept up to date by {@link markFree} and {@link markTaken}.
 */
export class SeatFinder {
  private readonly board: SeatBoard;
  private readonly types: TypeRows[] = [];

  constructor(geometry: SeatGeometry) {
    this.board = new SeatBoard(geometry);
  }

  isAutomatic(seat: number): boolean {
    return this.board.isAutomatic(seat);
  }

  /** Free seats of the type that may be chosen automatically. */
  freeCount(type: number): number {
    return this.types[type]?.freeCount ?? 0;
  }

  /** Says that the seat is of this type, free or not. Called beforehand for all seats, so that no row comes as a surprise later. */
  learn(seat: number, type: number): void {
    this.rowsOf(type).admit(this.board.geometry.rowOf[seat]!);
  }

  markFree(seat: number, type: number): void {
    this.board.freeFor[seat] = type + 1;
    const row = this.board.geometry.rowOf[seat]!;
    this.rowsOf(type).add(row, 1);
    this.note(row);
  }

  markTaken(seat: number, type: number): void {
    this.board.freeFor[seat] = 0;
    const row = this.board.geometry.rowOf[seat]!;
    this.rowsOf(type).add(row, -1);
    this.note(row);
  }

  /** Chooses `count` free seats, groups one after the other. `count` is at least 1 and at most {@link freeCount}. */
  find(type: number, count: number): number[] {
    const rows = this.rowsOf(type);
    const first = rows.bestBlock(count);
    if (first >= 0) return range(first, count);
    const split = this.splitNear(rows, count) ?? this.splitAnywhere(rows, count);
    return split === undefined ? [] : this.placeGroups(split);
  }

  /**
   * As many free seats of the type as these, side by side in one row: in the zone of these the nearest to their middle,
   * leaving no free seat alone if that can be; if the zone has none, the best of the house. Empty: there are none.
   */
  findNear(type: number, seats: readonly number[]): number[] {
    const count = seats.length;
    const rows = this.rowsOf(type);
    const first = this.nearestBlock(rows, seats) ?? rows.bestBlock(count);
    return first < 0 ? [] : range(first, count);
  }

  private nearestBlock(rows: TypeRows, seats: readonly number[]): number | undefined {
    const { rows: seatRows, rowOf, x, y, size } = this.board.geometry;
    const count = seats.length;
    const zone = seatRows[rowOf[seats[0]!]!]!.zone;
    const middleX = seats.reduce((sum, seat) => sum + x[seat]!, 0) / count;
    const middleY = seats.reduce((sum, seat) => sum + y[seat]!, 0) / count;
    const orphanCost = size.width ** 2 + size.height ** 2;
    let best: number | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    let within = seatRows.length;
    const look = (row: number): void => {
      if (seatRows[row]?.zone !== zone || rows.freeIn(row) < count) return;
      const runs: Run[] = [];
      rows.collectRuns(row, 0, runs);
      for (const run of runs) {
        for (let first = run.first; first + count <= run.first + run.length; first++) {
          const last = first + count - 1;
          let cost = ((x[first]! + x[last]!) / 2 - middleX) ** 2 + ((y[first]! + y[last]!) / 2 - middleY) ** 2;
          if (cost < bestCost && this.board.leavesOrphan(first, last)) cost += orphanCost;
          if (cost >= bestCost) continue;
          bestCost = cost;
          best = first;
        }
      }
    };
    const anchor = rowOf[seats[0]!]!;
    for (let away = 0; away <= within; away++) {
      look(anchor + away);
      if (away > 0) look(anchor - away);
      // Rows farther off are no nearer, but for halls that are drawn in a strange order.
      if (best !== undefined) within = Math.min(within, away + nearRows);
    }
    return best;
  }

  private rowsOf(type: number): TypeRows {
    while (this.types.length <= type) this.types.push(new TypeRows(this.board, this.types.length));
    return this.types[type]!;
  }

  /** A change touches the orphans of every type that has seats in the row. */
  private note(row: number): void {
    for (let type = 0; type < this.types.length; type++) this.types[type]!.note(row);
  }

  /**
   * Tries rows as the middle of a split party: first those with the best block of each smaller size, then the nearest.
   * Ends as soon as nothing can be better: no run is longer than `runMax`, so there are at least so many groups.
   */
  private splitNear(rows: TypeRows, count: number): PartySplit | undefined {
    const { anchors, runMax } = this.anchorsFor(rows, count);
    const groupsMin = Math.ceil(count / runMax);
    const aloneMin = Math.max(0, 2 * groupsMin - count);
    let best: PartySplit | undefined;
    for (const anchor of anchors) {
      const split = splitParty(this.runsAround(rows, anchor), count);
      if (split === undefined || (best !== undefined && !isBetter(split, best))) continue;
      best = split;
      if (best.groups.length === groupsMin && best.alone <= aloneMin) break;
    }
    return best;
  }

  private anchorsFor(rows: TypeRows, count: number): { anchors: Iterable<number>; runMax: number } {
    const anchors = new Set<number>();
    let runMax = 0;
    for (let size = Math.min(count - 1, tournamentSizeMax); size > 0; size--) {
      const first = rows.bestBlock(size);
      if (first < 0) continue;
      if (runMax === 0) runMax = size;
      anchors.add(this.board.geometry.rowOf[first]!);
    }
    let nearest = 0;
    for (const row of rows.nearestFirst()) {
      if (rows.freeIn(row) === 0) continue;
      if (++nearest > nearestAnchorsMax) break;
      anchors.add(row);
    }
    return { anchors, runMax: count > tournamentSizeMax ? count - 1 : runMax };
  }

  private splitAnywhere(rows: TypeRows, count: number): PartySplit | undefined {
    const runs: Run[] = [];
    let found = 0;
    let rank = 0;
    for (const row of rows.nearestFirst()) {
      if (rows.freeIn(row) === 0) continue;
      rows.collectRuns(row, rank++, runs);
      found += rows.freeIn(row);
      if (found >= count) break;
    }
    return splitParty(runs, count);
  }

  private runsAround(rows: TypeRows, anchor: number): Run[] {
    const { rows: seatRows } = this.board.geometry;
    const runs: Run[] = [];
    for (let row = Math.max(0, anchor - nearRows); row <= anchor + nearRows && row < seatRows.length; row++) {
      if (seatRows[row]!.zone !== seatRows[anchor]!.zone || rows.freeIn(row) === 0) continue;
      rows.collectRuns(row, Math.abs(row - anchor), runs);
    }
    return runs;
  }

  /** The first group sits nearest to the focal point, the others nearest to the first. */
  private placeGroups(split: PartySplit): number[] {
    const { x, y } = this.board.geometry;
    const seats: number[] = [];
    for (const { run, size } of split.groups) {
      const anchor = seats[0];
      let best = run.first;
      let bestCost = Number.POSITIVE_INFINITY;
      for (let first = run.first; first + size <= run.first + run.length; first++) {
        const last = first + size - 1;
        const distance =
          anchor === undefined
            ? this.board.blockDistance(first, last) / (this.board.orphanCost(size) + 1)
            : 1 - 1 / (2 + (x[first]! - x[anchor]!) ** 2 + (y[first]! - y[anchor]!) ** 2);
        const cost = distance + (this.board.leavesOrphan(first, last) ? 1 : 0);
        if (cost < bestCost) {
          bestCost = cost;
          best = first;
        }
      }
      for (let seat = best; seat < best + size; seat++) seats.push(seat);
    }
    return seats;
  }
}

function range(first: number, count: number): number[] {
  const seats = new Array<number>(count);
  for (let i = 0; i < count; i++) seats[i] = first + i;
  return seats;
}

function isBetter(a: PartySplit, b: PartySplit): boolean {
  if (a.groups.length !== b.groups.length) return a.groups.length < b.groups.length;
  return a.alone < b.alone;
}
