import type { Queryable } from '../../../platform/postgres/database.ts';

/** An event that was imported before. */
export interface ImportedEvent {
  readonly eventId: number;
  readonly sourceHash: string | null;
  readonly status: string;
  readonly currency: string;
  /** It was published: tickets were made for it. */
  readonly isSold: boolean;
}

export async function findImportedEvent(
  source: Queryable,
  organizerId: number,
  sourceId: string,
): Promise<ImportedEvent | undefined> {
  const [row] = await source.query<ImportedEvent>(
    {
      name: 'find-imported-event',
      text: `SELECT event_id AS "eventId", source_hash AS "sourceHash", status, currency, published_at IS NOT NULL AS "isSold"
        FROM events WHERE organizer_id = $1 AND source_id = $2`,
    },
    [organizerId, sourceId],
  );
  return row;
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
