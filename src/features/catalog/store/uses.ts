import { type Decision, refuse } from '../../../kernel/decision.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { CatalogRefusalOf } from '../domain/refusals.ts';

const tables = {
  venue: {
    table: 'venues',
    id: 'venue_id',
    deletion: 'DELETE FROM venues WHERE venue_id = $1',
    users: { events: 'events', 'seating plans': 'seating_plans' },
  },
  performer: {
    table: 'performers',
    id: 'performer_id',
    deletion: 'DELETE FROM performers WHERE performer_id = $1',
    users: { events: 'event_performers' },
  },
  series: {
    table: 'event_series',
    id: 'series_id',
    deletion: 'DELETE FROM event_series WHERE series_id = $1',
    users: { events: 'events' },
  },
} as const;
type Kind = keyof typeof tables;

/** Locks a row against new references; false if the organiser has no such row. */
export async function lockForDelete(tx: Queryable, kind: Kind, id: number, organizerId: number): Promise<boolean> {
  const { table, id: column } = tables[kind];
  const rows = await tx.query(`SELECT 1 FROM ${table} WHERE ${column} = $1 AND organizer_id = $2 FOR UPDATE`, [
    id,
    organizerId,
  ]);
  return rows.length > 0;
}

/** Refuses (`IN_USE`) if anything refers to the row, hidden and past events too; else undefined. */
export async function refuseIfUsed(
  tx: Queryable,
  kind: Kind,
  id: number,
): Promise<Extract<Decision<never, CatalogRefusalOf<'IN_USE'>>, { accepted: false }> | undefined> {
  for (const [name, table] of Object.entries(tables[kind].users)) {
    const [row] = await tx.query<{ count: number }>(
      `SELECT count(*) AS count FROM ${table} WHERE ${tables[kind].id} = $1`,
      [id],
    );
    const { count } = row!;
    if (count > 0) return refuse({ code: 'IN_USE', usedBy: `${count} ${count === 1 ? name.slice(0, -1) : name}` });
  }
  return undefined;
}

export async function deleteRow(tx: Queryable, kind: Kind, id: number): Promise<void> {
  await tx.query(tables[kind].deletion, [id]);
}
