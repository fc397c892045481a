/**
 * A seating plan in compact form: what the ledger, best-available and the seat map need. Seat `i` is the i-th seat of
 * the document (zones, then rows, then seats, in the document's order), and `i` is also its ticket's `place_no`.
 * The seats of a row are therefore the consecutive numbers `rows[r].firstSeat … + seatCount - 1`.
 * Immutable once built.
 */
export interface SeatGeometry {
  readonly seatCount: number;
  readonly size: { readonly width: number; readonly height: number };
  readonly categories: readonly { readonly name: string; readonly color: string | null }[];
  readonly zones: readonly string[];
  readonly rows: readonly SeatRow[];
  readonly guids: readonly string[];
  readonly seatNumbers: readonly string[];
  /** Index into `rows`, per seat. */
  readonly rowOf: Uint32Array;
  /** Index into `categories`, per seat. */
  readonly categoryOf: Uint16Array;
  /** Absolute position (zone + row + seat), per seat. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** {@link seatKind} per seat: wheelchair and companion seats are never handed out automatically. */
  readonly kindOf: Uint8Array;
  /** 1 where seat i and seat i+1 are neighbours: same row and no aisle (gap ≤ 1.75 × the row's median spacing). */
  readonly besideNext: Uint8Array;
  /** Squared distance to the focal point (supplement's, else the stage area's centre, else the plan's top middle), per seat. */
  readonly focalDistance: Float64Array;
}

export interface SeatRow {
  readonly label: string;
  readonly zone: number;
  readonly firstSeat: number;
  readonly seatCount: number;
}

export const seatKind = { ordinary: 0, wheelchair: 1, companion: 2 } as const;
