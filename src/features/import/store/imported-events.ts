import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { type KnownShow, readNames } from '../domain/match-shows.ts';

/** An event that was imported before. */
export interface ImportedEvent extends KnownShow {
  readonly sourceId: string;
  readonly sourceHash: string | null;
  readonly status: 'draft' | 'published' | 'postponed' | 'cancelled';
  readonly isActive: boolean;
  readonly currency: string;
  readonly venueId: number;
  readonly timeZone: string;
}

interface ImportedRow extends Omit<ImportedEvent, 'startsAt' | 'names'> {
  readonly startsAt: Date;
  readonly names: readonly string[];
}

const namesAtOnce = 5_000;

/** The organiser's events that go by any of the names, each once. */
export async function findImportedEvents(
  source: Queryable,
  organizerId: number,
  names: readonly string[],
): Promise<ImportedEvent[]> {
  const events = new Map<number, ImportedEvent>();
  for (let from = 0; from < names.length; from += namesAtOnce) {
    const rows = await source.query<ImportedRow>(
      {
        name: 'find-imported-events',
        text: `SELECT e.event_id AS "eventId", e.source_id AS "sourceId", e.source_hash AS "sourceHash", e.status,
            e.is_active AS "isActive", e.currency, e.venue_id AS "venueId", e.time_zone AS "timeZone", e.title,
            e.starts_at AS "startsAt", e.published_at IS NOT NULL AS "isSold",
            ARRAY(SELECT n.name FROM show_names n WHERE n.event_id = e.event_id) AS names
          FROM events e
          WHERE e.organizer_id = $1 AND e.event_id IN (
            SELECT n.event_id FROM show_names n WHERE n.organizer_id = $1 AND n.name = ANY($2::text[]))
          ORDER BY e.event_id`,
      },
      [organizerId, names.slice(from, from + namesAtOnce)],
    );
    for (const { startsAt, names: kept, ...row } of rows) {
      events.set(row.eventId, { ...row, startsAt: startsAt.getTime(), names: readNames(kept) });
    }
  }
  return [...events.values()].sort((one, other) => one.eventId - other.eventId);
}

/** Which of the labels events of the organiser bear already. */
export async function findTakenLabels(
  source: Queryable,
  organizerId: number,
  labels: readonly string[],
): Promise<string[]> {
  const rows = await source.query<{ source_id: string }>(
    {
      name: 'find-taken-labels',
      text: 'SELECT source_id FROM events WHERE organizer_id = $1 AND source_id = ANY($2::text[])',
    },
    [organizerId, labels],
  );
  return rows.map((row) => row.source_id);
}

/** All titles and starts that an event ever had, by its history. */
export async function readEarlierFaces(
  source: Queryable,
  organizerId: number,
  eventId: number,
): Promise<{ readonly titles: readonly string[]; readonly starts: readonly Instant[] }> {
  const rows = await source.query<{ title: string | null; start: number | null }>(
    {
      name: 'read-earlier-faces',
      text: `SELECT coalesce(data ->> 'title', data -> 'changes' ->> 'title') AS title,
          coalesce(data ->> 'startsAt', data -> 'changes' ->> 'startsAt')::bigint AS start
        FROM event_store WHERE organizer_id = $1 AND stream = $2 AND type IN ('EventCreated', 'EventUpdated')`,
    },
    [organizerId, `event-${eventId}`],
  );
  return {
    titles: rows.flatMap(({ title }) => title ?? []),
    starts: rows.flatMap(({ start }) => start ?? []),
  };
}

/** How many bookings have live tickets of the event; and tickets that were sold without one count as one each. */
export async function countBookings(source: Queryable, eventId: number): Promise<number> {
  const [row] = await source.query<{ count: number }>(
    {
      name: 'count-bookings-of-event',
      text: `SELECT count(DISTINCT booking_id) + count(*) FILTER (WHERE booking_id IS NULL AND status = 'Sold') AS count
        FROM tickets WHERE event_id = $1 AND status IN ('Reserved', 'Sold')`,
    },
    [eventId],
  );
  return row!.count;
}

export interface PresentTicketType {
  readonly ticketTypeId: number;
  readonly name: string;
  readonly description: string | null;
  readonly rates: readonly { readonly name: string; readonly priceMinor: number }[];
  readonly capacity: number;
  readonly categories: readonly string[] | null;
  readonly salesFrom: number | null;
  readonly salesUntil: number | null;
  readonly isActive: boolean;
}

export async function readPresentTypes(source: Queryable, eventId: number): Promise<PresentTicketType[]> {
  const rows = await source.query<
    Omit<PresentTicketType, 'salesFrom' | 'salesUntil'> & { from: Date | null; until: Date | null }
  >(
    `SELECT ticket_type_id AS "ticketTypeId", name, description, rates, capacity, categories, sales_from AS from,
       sales_until AS until, is_active AS "isActive"
     FROM ticket_types WHERE event_id = $1 ORDER BY position, ticket_type_id`,
    [eventId],
  );
  return rows.map(({ from, until, ...row }) => ({
    ...row,
    salesFrom: from?.getTime() ?? null,
    salesUntil: until?.getTime() ?? null,
  }));
}
