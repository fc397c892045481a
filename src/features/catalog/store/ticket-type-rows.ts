import type { Queryable } from '../../../platform/postgres/database.ts';
import { type Rate, type TicketTypeDetails, toRate } from '../domain/ticket-type-details.ts';

/** A row of `ticket_types`. */
export interface TicketTypeRow {
  ticket_type_id: number;
  event_id: number;
  name: string;
  description: string | null;
  rates: Rate[];
  capacity: number;
  categories: string[] | null;
  sales_from: Date | null;
  sales_until: Date | null;
  is_active: boolean;
  is_hidden: boolean;
  position: number;
  minted_count: number;
  available_count: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** The ticket types of some events, in display order. */
export function readTicketTypes(source: Queryable, eventIds: readonly number[]): Promise<TicketTypeRow[]> {
  return source.query<TicketTypeRow>(
    {
      name: 'read-ticket-types',
      text: 'SELECT * FROM ticket_types WHERE event_id = ANY($1::int[]) ORDER BY event_id, position, ticket_type_id',
    },
    [eventIds],
  );
}

export function toTicketTypeDetails(row: TicketTypeRow): TicketTypeDetails {
  return {
    name: row.name,
    description: row.description,
    rates: row.rates.map(toRate),
    capacity: row.capacity,
    categories: row.categories,
    salesFrom: row.sales_from?.getTime() ?? null,
    salesUntil: row.sales_until?.getTime() ?? null,
    isActive: row.is_active,
    isHidden: row.is_hidden,
  };
}

function toColumns(details: TicketTypeDetails): unknown[] {
  return [
    details.name,
    details.description,
    JSON.stringify(details.rates.map(toRate)),
    details.capacity,
    details.categories,
    details.salesFrom === null ? null : new Date(details.salesFrom),
    details.salesUntil === null ? null : new Date(details.salesUntil),
    details.isActive,
    details.isHidden,
  ];
}

export async function insertTicketType(
  tx: Queryable,
  type: { eventId: number; organizerId: number; position: number; details: TicketTypeDetails; now: number },
): Promise<number> {
  const [row] = await tx.query<{ ticket_type_id: number }>(
    {
      name: 'insert-ticket-type',
      text: `INSERT INTO ticket_types (event_id, organizer_id, position, name, description, rates, capacity, categories,
          sales_from, sales_until, is_active, is_hidden, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) RETURNING ticket_type_id`,
    },
    [type.eventId, type.organizerId, type.position, ...toColumns(type.details), new Date(type.now)],
  );
  return row!.ticket_type_id;
}

export async function updateTicketTypeRow(
  tx: Queryable,
  ticketTypeId: number,
  details: TicketTypeDetails,
  now: number,
): Promise<void> {
  await tx.query(
    {
      name: 'update-ticket-type',
      text: `UPDATE ticket_types SET name = $2, description = $3, rates = $4, capacity = $5, categories = $6,
          sales_from = $7, sales_until = $8, is_active = $9, is_hidden = $10, updated_at = $11, version = version + 1
        WHERE ticket_type_id = $1`,
    },
    [ticketTypeId, ...toColumns(details), new Date(now)],
  );
}

/** Counts places made (`minted`) and places that came on sale or left it (`available`). */
export async function countPlaces(
  tx: Queryable,
  changes: readonly { ticketTypeId: number; minted: number; available: number }[],
): Promise<void> {
  await tx.query(
    `UPDATE ticket_types t
     SET minted_count = t.minted_count + c.minted, available_count = t.available_count + c.available
     FROM unnest($1::int[], $2::int[], $3::int[]) AS c(ticket_type_id, minted, available)
     WHERE t.ticket_type_id = c.ticket_type_id`,
    [changes.map((c) => c.ticketTypeId), changes.map((c) => c.minted), changes.map((c) => c.available)],
  );
}

/** Removes a ticket type that has no tickets. */
export async function deleteTicketTypeRow(tx: Queryable, ticketTypeId: number): Promise<void> {
  await tx.query('DELETE FROM ticket_types WHERE ticket_type_id = $1', [ticketTypeId]);
}

/** Writes how many places some ticket types have. */
export async function writeCapacities(
  tx: Queryable,
  types: readonly { readonly ticketTypeId: number; readonly capacity: number }[],
): Promise<void> {
  await tx.query(
    `UPDATE ticket_types t SET capacity = c.capacity FROM unnest($1::int[], $2::int[]) AS c(ticket_type_id, capacity)
     WHERE t.ticket_type_id = c.ticket_type_id`,
    [types.map((type) => type.ticketTypeId), types.map((type) => type.capacity)],
  );
}

/** Takes places away from some ticket types; `wereFree` of them also from what is on sale. */
export async function lowerCapacities(
  tx: Queryable,
  cancelled: readonly { readonly ticketTypeId: number; readonly places: number; readonly wereFree: number }[],
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE ticket_types t SET capacity = t.capacity - c.places, available_count = t.available_count - c.were_free,
       updated_at = $4, version = t.version + 1
     FROM unnest($1::int[], $2::int[], $3::int[]) AS c(ticket_type_id, places, were_free)
     WHERE t.ticket_type_id = c.ticket_type_id`,
    [
      cancelled.map((c) => c.ticketTypeId),
      cancelled.map((c) => c.places),
      cancelled.map((c) => c.wereFree),
      new Date(now),
    ],
  );
}
