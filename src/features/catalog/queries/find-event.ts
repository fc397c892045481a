import type { EventBody } from '../../../contract/catalog.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { everybody, type TenantScope, viewing } from '../../../platform/postgres/scope.ts';
import { readEvents } from './read-events.ts';
import type { Viewer } from './viewer.ts';

/** The condition on `events e` under which a viewer sees a row; `next` numbers its parameter. */
export function visibleTo(viewer: Viewer, next: number): { condition: string; values: unknown[] } {
  const announced = `(e.is_active AND e.status <> 'draft')`;
  if (viewer.kind === 'public') return { condition: announced, values: [] };
  const own = viewer.includeInactive ? `e.organizer_id = $${next}` : `(e.is_active AND e.organizer_id = $${next})`;
  return { condition: `(${announced} OR ${own})`, values: [viewer.organizerId] };
}

/** As whom the database is read for a viewer. */
export function scopeOf(viewer: Viewer): TenantScope {
  return viewer.kind === 'public' ? everybody : viewing(viewer.organizerId);
}

/** The event as the viewer may see it, or null. */
export function findEvent(database: TenantDatabase, eventId: number, viewer: Viewer): Promise<EventBody | null> {
  const { condition, values } = visibleTo(viewer, 2);
  return database.as(scopeOf(viewer)).transaction(async (tx) => {
    const [row] = await tx.query(`SELECT 1 FROM events e WHERE e.event_id = $1 AND ${condition}`, [eventId, ...values]);
    if (!row) return null;
    const [event] = await readEvents(tx, [eventId], viewer);
    return event ?? null;
  });
}
