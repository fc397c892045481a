import { BlockTournament } from './block-tournament.ts';
import type { SeatBoard } from './seat-board.ts';
import type { Run } from './split-party.ts';

/** Party sizes up to this have a tournament each, made when the size is first asked for; larger ones walk the rows. */
export const tournamentSizeMax = 50;

/** The rows that hold seats of one ticket type, and how many of them are free. */
export class TypeRows {
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
