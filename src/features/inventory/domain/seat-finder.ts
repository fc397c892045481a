import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { BlockTournament } from './block-tournament.ts';
import { SeatBoard } from './seat-board.ts';
import { type PartySplit, type Run, splitParty } from './split-party.ts';

/** Party sizes up to this have a tournament each, made when the size is first asked for; larger ones walk the rows. */
const tournamentSizeMax = 20;
/** A split party sits within this many rows of the row it is built around. */
const nearRows = 2;
/** So many rows, nearest first, are tried as the middle of a split party before any free seats will do. */
const anchorRowsMax = 64;

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

  /** Says that the seat is of this type, free or not. Told beforehand for all seats, no row comes as a surprise later. */
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

  private rowsOf(type: number): TypeRows {
    while (this.types.length <= type) this.types.push(new TypeRows(this.board, this.types.length));
    return this.types[type]!;
  }

  /** A change touches the orphans of every type that has seats in the row. */
  private note(row: number): void {
    for (let type = 0; type < this.types.length; type++) this.types[type]!.note(row);
  }

  private splitNear(rows: TypeRows, count: number): PartySplit | undefined {
    const aloneMin = count === 3 ? 1 : count === 2 ? 2 : 0;
    let best: PartySplit | undefined;
    let anchors = 0;
    for (const anchor of rows.nearestFirst()) {
      if (rows.freeIn(anchor) === 0) continue;
      if (++anchors > anchorRowsMax) break;
      const split = splitParty(this.runsAround(rows, anchor), count);
      if (split === undefined || (best !== undefined && !isBetter(split, best))) continue;
      best = split;
      if (best.groups.length === 2 && best.alone <= aloneMin) break;
    }
    return best;
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

/** The rows that hold seats of one ticket type, and how many of them are free. */
class TypeRows {
  freeCount = 0;
  private readonly board: SeatBoard;
  private readonly type: number;
  /** Per row of the geometry: free seats of this type, and -1 in `indexOf` where none was ever free. */
  private readonly free: Uint32Array;
  private readonly indexOf: Int32Array;
  private readonly rows: number[] = [];
  private isInOrder = true;
  private tournaments: (BlockTournament | undefined)[] = [];
  private sorted: readonly number[] | undefined;

  constructor(board: SeatBoard, type: number) {
    this.board = board;
    this.type = type;
    this.free = new Uint32Array(board.geometry.rows.length);
    this.indexOf = new Int32Array(board.geometry.rows.length).fill(-1);
  }

  freeIn(row: number): number {
    return this.free[row]!;
  }

  add(row: number, by: 1 | -1): void {
    this.free[row] = this.free[row]! + by;
    this.freeCount += by;
    this.admit(row);
  }

  note(row: number): void {
    const index = this.indexOf[row]!;
    if (index < 0) return;
    for (const tournament of this.tournaments) tournament?.note(index);
  }

  /** First seat of the best block of `count` seats in one row; -1 if there is none. */
  bestBlock(count: number): number {
    this.putInOrder();
    if (count > tournamentSizeMax) return this.walk(count);
    let tournament = this.tournaments[count];
    if (tournament === undefined) {
      while (this.tournaments.length <= count) this.tournaments.push(undefined);
      tournament = new BlockTournament(this.board, this.rows, this.type, count);
      this.tournaments[count] = tournament;
    }
    return tournament.best();
  }

  /** All rows of the type by the distance of their nearest seat. */
  nearestFirst(): readonly number[] {
    if (this.sorted === undefined) {
      const { rows, focalDistance } = this.board.geometry;
      const nearest = new Map<number, number>();
      for (const row of this.rows) {
        const { firstSeat, seatCount } = rows[row]!;
        let min = Number.POSITIVE_INFINITY;
        for (let seat = firstSeat; seat < firstSeat + seatCount; seat++) min = Math.min(min, focalDistance[seat]!);
        nearest.set(row, min);
      }
      this.sorted = [...this.rows].sort((a, b) => nearest.get(a)! - nearest.get(b)! || a - b);
    }
    return this.sorted;
  }

  /** Adds the free runs of the row to `runs`. */
  collectRuns(row: number, nearness: number, runs: Run[]): void {
    const { rows, besideNext } = this.board.geometry;
    const { firstSeat, seatCount } = rows[row]!;
    const { freeFor } = this.board;
    const wanted = this.type + 1;
    for (let seat = firstSeat; seat < firstSeat + seatCount; seat++) {
      if (freeFor[seat] !== wanted) continue;
      const first = seat;
      while (besideNext[seat] === 1 && freeFor[seat + 1] === wanted) seat++;
      runs.push({ row, first, length: seat - first + 1, nearness });
    }
  }

  /** Takes a row in that was not known to hold this type: the tournaments are made anew when next asked. */
  admit(row: number): void {
    if (this.indexOf[row]! >= 0) return;
    this.indexOf[row] = this.rows.length;
    this.rows.push(row);
    this.isInOrder = false;
    this.tournaments = [];
    this.sorted = undefined;
  }

  /** In the order of the plan, so that of equal blocks the same is taken however the rows became known. */
  private putInOrder(): void {
    if (this.isInOrder) return;
    this.rows.sort((a, b) => a - b);
    this.rows.forEach((row, index) => {
      this.indexOf[row] = index;
    });
    this.isInOrder = true;
  }

  private walk(count: number): number {
    let first = -1;
    let cost = Number.POSITIVE_INFINITY;
    for (const row of this.rows) {
      if (this.free[row]! < count) continue;
      this.board.bestBlock(row, this.type, count);
      if (this.board.foundCost >= cost) continue;
      first = this.board.foundFirst;
      cost = this.board.foundCost;
    }
    return first;
  }
}
