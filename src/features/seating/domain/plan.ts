/**
 * The open seating-plan document of the pretix editor, as it is published: unknown keys are refused, positions add up
 * (seat + row + zone). Older plans lack `uuid`, `zone_id` and `shape`; they stay as they are and are exported so.
 */
export interface SeatingPlan {
  readonly name: string;
  readonly categories: readonly PlanCategory[];
  readonly zones: readonly PlanZone[];
  readonly size: { readonly width: number; readonly height: number };
}

export interface PlanCategory {
  readonly name: string;
  readonly color?: string;
}

export interface PlanZone {
  readonly name?: string;
  readonly zone_id?: string;
  readonly uuid?: string;
  readonly position: Position;
  readonly rows: readonly PlanRow[];
  readonly areas?: readonly PlanArea[];
}

export interface PlanRow {
  readonly row_number: string;
  readonly row_label?: string | null;
  readonly seat_label?: string | null;
  readonly row_number_position?: 'start' | 'end' | 'both' | 'left' | 'right' | null;
  readonly position?: Position;
  readonly uuid?: string;
  readonly seats: readonly PlanSeat[];
}

export interface PlanSeat {
  readonly seat_guid: string;
  readonly seat_number: string;
  readonly position: Position;
  readonly category: string;
  readonly radius?: number;
  readonly start_direction?: string | null;
  readonly uuid?: string;
}

export interface PlanArea {
  readonly shape?: 'polygon' | 'rectangle' | 'ellipse' | 'circle' | 'text';
  readonly position?: Position;
  readonly rotation?: number;
  readonly color?: string;
  readonly border_color?: string;
  readonly uuid?: string;
  readonly polygon?: { readonly points: readonly Position[] };
  readonly rectangle?: { readonly width: number; readonly height: number };
  readonly ellipse?: { readonly radius: Position };
  readonly circle?: { readonly radius: number };
  /** In plans of before the shapes a plain text. */
  readonly text?: string | { readonly text: string; readonly position: Position };
  /** Plans of before the shapes: the area is a rectangle of this size. */
  readonly width?: number;
  readonly height?: number;
}

export interface Position {
  readonly x: number;
  readonly y: number;
}

/** Far above the largest stadium; keeps a plan, its map and its ledger within memory. */
export const planLimits = { seats: 200_000, categories: 100, zones: 2_000, rows: 50_000, areas: 5_000 } as const;

/** True for a JSON object that means to be a seating plan, valid or not: it has zones and categories, as no event has. */
export function looksLikePlan(document: unknown): boolean {
  return typeof document === 'object' && document !== null && 'zones' in document && !('@type' in document);
}
