import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** What an organiser says once for all its shows. */
export interface OrganizerDefaults {
  readonly currency: string;
  readonly timeZone: string | null;
  readonly holdMinutes: number;
}

export async function readOrganizerDefaults(
  tx: Queryable,
  { organizerId }: CommandContext,
): Promise<OrganizerDefaults> {
  const text =
    'SELECT currency, time_zone AS "timeZone", hold_minutes AS "holdMinutes" FROM organizers WHERE organizer_id = $1';
  const [row] = await tx.query<OrganizerDefaults>({ name: 'organizer-defaults', text }, [organizerId]);
  return row!;
}
