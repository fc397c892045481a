import type { SeatBoard } from './seat-board.ts';

/**
 * The best block of `size` seats of one ticket type in the whole house, kept as a winner tree over the rows (Knuth,
 * The Art of Computer Programming vol. 3, §5.4.1): a change of one row costs one pass over that row and one climb to
 * the top, so a house of 100,000 seats answers like one of 100.
 * Rows that changed are only noted; they are looked at when somebody asks.
 */
export class BlockTournament {
  private readonly board: SeatBoard;
  private readonly type: number;
  private readonly size: number;
  /** The rows of the type, as row numbers of the geometry. */
  private readonly rows: readonly number[];
  private readonly width: number;
  private readonly costs: Float64Array;
  private readonly firsts: Int32Array;
  /** Inner nodes 1 … width-1: the index of the better row below. */
  private readonly winners: Int32Array;
  private readonly changed: number[] = [];
  private readonly isNoted: Uint8Array;

  constructor(board: SeatBoard, rows: readonly number[], type: number, size: number) {
    this.board = board;
    this.rows = rows;
    this.type = type;
    this.size = size;
    let width = 2;
    while (width < rows.length) width *= 2;
    this.width = width;
    this.costs = new Float64Array(width).fill(Number.POSITIVE_INFINITY);
    this.firsts = new Int32Array(width).fill(-1);
    this.winners = new Int32Array(width);
    this.isNoted = new Uint8Array(rows.length);
    for (let index = 0; index < rows.length; index++) this.measure(index);
    for (let node = width - 1; node > 0; node--) this.winners[node] = this.better(node);
  }

  /** The row with this index (in the list it was built on) has changed. */
  note(index: number): void {
    if (this.isNoted[index] === 1) return;
    this.isNoted[index] = 1;
    this.changed.push(index);
  }

  /** First seat of the best block; -1 if no row has room. */
  best(): number {
    while (this.changed.length > 0) {
      const index = this.changed.pop()!;
      this.isNoted[index] = 0;
      const before = this.costs[index];
      this.measure(index);
      if (this.costs[index] !== before) this.climb(index);
    }
    return this.firsts[this.winners[1]!]!;
  }

  private measure(index: number): void {
    this.board.bestBlock(this.rows[index]!, this.type, this.size);
    this.costs[index] = this.board.foundCost;
    this.firsts[index] = this.board.foundFirst;
  }

  private climb(index: number): void {
    for (let node = (this.width + index) >> 1; node > 0; node >>= 1) this.winners[node] = this.better(node);
  }

  private better(node: number): number {
    const left = 2 * node;
    const a = left >= this.width ? left - this.width : this.winners[left]!;
    const b = left + 1 >= this.width ? left + 1 - this.width : this.winners[left + 1]!;
    return this.costs[b]! < this.costs[a]! ? b : a;
  }
}
