import type { Queryable } from '../../../platform/postgres/database.ts';

/** A plan without its document. */
export interface SeatingPlanRow {
  readonly seatingPlanId: number;
  readonly name: string;
  readonly venueId: number | null;
  readonly seatCount: number;
  readonly contentHash: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What a write gives. `plan` and `supplement` are JSON text, kept as they came. */
export interface SeatingPlanContent {
  readonly name: string;
  readonly venueId: number | null;
  readonly plan: string;
  readonly supplement: string;
  readonly contentHash: string;
  readonly seatCount: number;
}

const columns = `seating_plan_id AS "seatingPlanId", name, venue_id AS "venueId", seat_count AS "seatCount",
  content_hash AS "contentHash", version, created_at AS "createdAt", updated_at AS "updatedAt"`;

export async function insertPlan(
  tx: Queryable,
  organizerId: number,
  content: SeatingPlanContent,
  at: Date,
): Promise<SeatingPlanRow> {
  const [row] = await tx.query<SeatingPlanRow>(
    `INSERT INTO seating_plans (organizer_id, venue_id, name, plan, supplement, content_hash, seat_count, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) RETURNING ${columns}`,
    [
      organizerId,
      content.venueId,
      content.name,
      content.plan,
      content.supplement,
      content.contentHash,
      content.seatCount,
      at,
    ],
  );
  return row!;
}

export async function replacePlan(
  tx: Queryable,
  seatingPlanId: number,
  content: SeatingPlanContent,
  at: Date,
): Promise<SeatingPlanRow> {
  const [row] = await tx.query<SeatingPlanRow>(
    `UPDATE seating_plans SET venue_id = $2, name = $3, plan = $4, supplement = $5, content_hash = $6, seat_count = $7,
       version = version + 1, updated_at = $8
     WHERE seating_plan_id = $1 RETURNING ${columns}`,
    [
      seatingPlanId,
      content.venueId,
      content.name,
      content.plan,
      content.supplement,
      content.contentHash,
      content.seatCount,
      at,
    ],
  );
  return row!;
}

/**
 * The plan's row, locked until the transaction ends, so that no event that is being published starts to use it
 * meanwhile (publishing locks the row for share).
 */
export async function lockPlan(tx: Queryable, organizerId: number, id: number): Promise<SeatingPlanRow | undefined> {
  const [row] = await tx.query<SeatingPlanRow>(
    `SELECT ${columns} FROM seating_plans WHERE seating_plan_id = $1 AND organizer_id = $2 FOR UPDATE`,
    [id, organizerId],
  );
  return row;
}

export async function findPlan(
  database: Queryable,
  organizerId: number,
  id: number,
): Promise<(SeatingPlanRow & { plan: string; supplement: string }) | undefined> {
  const [row] = await database.query<SeatingPlanRow & { plan: string; supplement: string }>(
    `SELECT ${columns}, plan::text AS plan, supplement::text AS supplement
     FROM seating_plans WHERE seating_plan_id = $1 AND organizer_id = $2`,
    [id, organizerId],
  );
  return row;
}

/** Plans of that name, the newest first. */
export function findPlansByName(database: Queryable, organizerId: number, name: string): Promise<SeatingPlanRow[]> {
  return database.query<SeatingPlanRow>(
    `SELECT ${columns} FROM seating_plans WHERE organizer_id = $1 AND name = $2 ORDER BY seating_plan_id DESC LIMIT 50`,
    [organizerId, name],
  );
}

export function listPlans(
  database: Queryable,
  filter: { organizerId: number; venueId: number | null; after: number; limit: number },
): Promise<SeatingPlanRow[]> {
  return database.query<SeatingPlanRow>(
    `SELECT ${columns} FROM seating_plans
     WHERE organizer_id = $1 AND ($2::int IS NULL OR venue_id = $2) AND seating_plan_id > $3
     ORDER BY seating_plan_id LIMIT $4`,
    [filter.organizerId, filter.venueId, filter.after, filter.limit],
  );
}

/** How many events use a plan, and how many of them were ever published (their tickets are numbered by the plan). */
export async function countUses(tx: Queryable, id: number): Promise<{ events: number; published: number }> {
  const [row] = await tx.query<{ events: number; published: number }>(
    'SELECT count(*) AS events, count(published_at) AS published FROM events WHERE seating_plan_id = $1',
    [id],
  );
  return row!;
}

export async function removePlan(tx: Queryable, id: number): Promise<void> {
  await tx.query('DELETE FROM seating_plans WHERE seating_plan_id = $1', [id]);
}

export async function venueExists(tx: Queryable, organizerId: number, venueId: number): Promise<boolean> {
  const rows = await tx.query('SELECT 1 FROM venues WHERE venue_id = $1 AND organizer_id = $2', [venueId, organizerId]);
  return rows.length > 0;
}
