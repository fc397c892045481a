import type { Queryable } from '../../../platform/postgres/database.ts';
import type { PriceTerms, ServiceFee, Tax } from '../../pricing/index.ts';
import type { CancellationRule, EventDetails, EventStatus, HoldLimitsOfEvent } from '../domain/event-details.ts';
import type { ShowTimes } from '../domain/event-times.ts';

/** A row of `events`. */
export interface EventRow {
  event_id: number;
  organizer_id: number;
  venue_id: number;
  seating_plan_id: number | null;
  series_id: number | null;
  title: string;
  description: string | null;
  type: string;
  status: EventStatus;
  is_active: boolean;
  doors_at: Date | null;
  starts_at: Date;
  ends_at: Date | null;
  time_zone: string;
  is_wall_clock: boolean;
  image_url: string | null;
  currency: string;
  on_sale_from: Date | null;
  on_sale_until: Date | null;
  hold_minutes: number;
  limit_per_reservation: number;
  limit_per_customer: number | null;
  guests: 'allowed' | 'refused' | null;
  service_fee: ServiceFee | null;
  tax: Tax | null;
  cancellation: CancellationRule | null;
  asks_attendee_names: boolean;
  previous_starts_at: Date | null;
  hold_limits: HoldLimitsOfEvent | null;
  published_at: Date | null;
  total_capacity: number;
  available_capacity: number;
  version: number;
  created_at: Date;
  updated_at: Date;
}

/** How a row is locked: `change` lets new tickets refer to it, `delete` does not. */
export type RowLock = 'change' | 'delete';
const lockClause = { change: 'FOR NO KEY UPDATE', delete: 'FOR UPDATE' } as const;

/** The organiser's event, locked until the transaction ends. The lock orders all changes of one event. */
export async function lockEvent(
  tx: Queryable,
  { eventId, organizerId }: { eventId: number; organizerId: number },
  lock: RowLock = 'change',
): Promise<EventRow | undefined> {
  const text = `SELECT * FROM events WHERE event_id = $1 AND organizer_id = $2 ${lockClause[lock]}`;
  const [row] = await tx.query<EventRow>(text, [eventId, organizerId]);
  return row;
}

export function toDetails(row: EventRow): EventDetails {
  return {
    title: row.title,
    description: row.description,
    type: row.type,
    venueId: row.venue_id,
    seatingPlanId: row.seating_plan_id,
    seriesId: row.series_id,
    doorsAt: row.doors_at?.getTime() ?? null,
    startsAt: row.starts_at.getTime(),
    endsAt: row.ends_at?.getTime() ?? null,
    timeZone: row.time_zone,
    isWallClock: row.is_wall_clock,
    imageUrl: row.image_url,
    currency: row.currency,
    onSaleFrom: row.on_sale_from?.getTime() ?? null,
    onSaleUntil: row.on_sale_until?.getTime() ?? null,
    holdMinutes: row.hold_minutes,
    limitPerReservation: row.limit_per_reservation,
    limitPerCustomer: row.limit_per_customer,
    guests: row.guests,
    ...toTerms(row),
    cancellation: row.cancellation,
    asksAttendeeNames: row.asks_attendee_names,
    holdLimits: toHoldLimits(row),
  };
}

/** Its members in one order too. */
export function toHoldLimits({ hold_limits: limits }: Pick<EventRow, 'hold_limits'>): HoldLimitsOfEvent | null {
  return limits && { perCustomer: limits.perCustomer ?? null, perNetwork: limits.perNetwork ?? null };
}

/** Their members in one order: JSON of the database has its own. */
export function toTerms({ service_fee: fee, tax }: Pick<EventRow, 'service_fee' | 'tax'>): PriceTerms {
  return {
    serviceFee: fee && { perTicketMinor: fee.perTicketMinor, rate: fee.rate, paidBy: fee.paidBy },
    tax: tax && { name: tax.name, rate: tax.rate, isIncluded: tax.isIncluded },
  };
}

const toDate = (instant: number | null) => (instant === null ? null : new Date(instant));
const toJson = (value: object | null) => value && JSON.stringify(value);

/** In which column each detail stands, and as what, where PostgreSQL does not take it as it is. */
const columnOf: {
  readonly [Name in keyof EventDetails]: readonly [keyof EventRow, ((value: EventDetails[Name]) => unknown)?];
} = {
  title: ['title'],
  description: ['description'],
  type: ['type'],
  venueId: ['venue_id'],
  seatingPlanId: ['seating_plan_id'],
  seriesId: ['series_id'],
  doorsAt: ['doors_at', toDate],
  startsAt: ['starts_at', toDate],
  endsAt: ['ends_at', toDate],
  timeZone: ['time_zone'],
  isWallClock: ['is_wall_clock'],
  imageUrl: ['image_url'],
  currency: ['currency'],
  onSaleFrom: ['on_sale_from', toDate],
  onSaleUntil: ['on_sale_until', toDate],
  holdMinutes: ['hold_minutes'],
  limitPerReservation: ['limit_per_reservation'],
  limitPerCustomer: ['limit_per_customer'],
  guests: ['guests'],
  serviceFee: ['service_fee', toJson],
  tax: ['tax', toJson],
  cancellation: ['cancellation', toJson],
  asksAttendeeNames: ['asks_attendee_names'],
  holdLimits: ['hold_limits', toJson],
};
const detailColumns = Object.values(columnOf).map(([column]) => column);

function toColumns(details: EventDetails): unknown[] {
  return Object.entries(columnOf).map(([name, [, write]]) => {
    const value = details[name as keyof EventDetails];
    return write ? (write as (value: unknown) => unknown)(value) : value;
  });
}

/** Where an imported event came from. */
export interface EventSource {
  readonly sourceId: string;
  readonly sourceHash: string;
  /** All that its source calls it; left out: they stay. */
  readonly names?: readonly string[];
}

interface EventNames {
  readonly eventId: number;
  readonly organizerId: number;
  readonly names: readonly string[];
}

/** Makes these the names by which an import finds the event again. */
async function changeShowNames(tx: Queryable, { eventId, organizerId, names }: EventNames): Promise<void> {
  await tx.query(
    {
      name: 'forget-show-names',
      text: 'DELETE FROM show_names WHERE event_id = $1 AND organizer_id = $2 AND name <> ALL ($3::text[])',
    },
    [eventId, organizerId, names],
  );
  await writeShowNames(tx, { eventId, organizerId, names });
}

/** The names by which an import finds a new event again. */
export async function writeShowNames(tx: Queryable, { eventId, organizerId, names }: EventNames): Promise<void> {
  await tx.query(
    {
      name: 'write-show-names',
      text: `INSERT INTO show_names (organizer_id, name, event_id) SELECT $2, name, $1 FROM unnest($3::text[]) AS name
        ON CONFLICT DO NOTHING`,
    },
    [eventId, organizerId, names],
  );
}

export async function insertEvent(
  tx: Queryable,
  event: {
    details: EventDetails;
    organizerId: number;
    status: EventStatus;
    source: EventSource | null;
    now: number;
  },
): Promise<number> {
  const columns = ['organizer_id', 'status', 'source_id', 'source_hash', 'created_at', 'updated_at', ...detailColumns];
  const now = new Date(event.now);
  const values = [
    event.organizerId,
    event.status,
    event.source?.sourceId ?? null,
    event.source?.sourceHash ?? null,
    now,
    now,
    ...toColumns(event.details),
  ];
  const [row] = await tx.query<{ event_id: number }>(
    {
      name: 'insert-event',
      text: `INSERT INTO events (${columns.join(', ')}) VALUES (${columns.map((_, i) => `$${i + 1}`).join(', ')}) RETURNING event_id`,
    },
    values,
  );
  return row!.event_id;
}

export async function updateEventRow(
  tx: Queryable,
  eventId: number,
  change: { details: EventDetails; status: EventStatus; isActive: boolean; now: number },
): Promise<void> {
  const settings = detailColumns.map((column, i) => `${column} = $${i + 5}`);
  await tx.query(
    {
      name: 'update-event',
      text: `UPDATE events SET status = $2, is_active = $3, updated_at = $4, version = version + 1, ${settings.join(', ')}
        WHERE event_id = $1`,
    },
    [eventId, change.status, change.isActive, new Date(change.now), ...toColumns(change.details)],
  );
}

/** Writes the clocks of some events, whose locks the caller holds. */
export async function writeTimes(
  tx: Queryable,
  events: readonly (ShowTimes & { readonly eventId: number })[],
  now: number,
): Promise<void> {
  await tx.query(
    `UPDATE events e SET time_zone = t.time_zone, doors_at = t.doors_at, starts_at = t.starts_at, ends_at = t.ends_at,
       updated_at = $6, version = version + 1
     FROM unnest($1::int[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
       AS t(event_id, time_zone, doors_at, starts_at, ends_at)
     WHERE e.event_id = t.event_id`,
    [
      events.map(({ eventId }) => eventId),
      events.map(({ timeZone }) => timeZone),
      events.map(({ doorsAt }) => toDate(doorsAt)),
      events.map(({ startsAt }) => toDate(startsAt)),
      events.map(({ endsAt }) => toDate(endsAt)),
      new Date(now),
    ],
  );
}

/** Sets the event's counters from its ticket types. The caller holds the event's lock. */
export async function sumCounters(tx: Queryable, eventId: number): Promise<void> {
  await tx.query(
    {
      name: 'sum-counters',
      text: `UPDATE events SET total_capacity = t.capacity, available_capacity = t.available
        FROM (SELECT coalesce(sum(capacity), 0)::int AS capacity, coalesce(sum(available_count), 0)::int AS available
              FROM ticket_types WHERE event_id = $1) AS t
        WHERE event_id = $1`,
    },
    [eventId],
  );
}

/** The organiser's shows at a venue, locked in the order of their ids until the transaction ends. */
export function lockEventsAtVenue(
  tx: Queryable,
  { venueId, organizerId }: { readonly venueId: number; readonly organizerId: number },
): Promise<EventRow[]> {
  return tx.query<EventRow>(
    'SELECT * FROM events WHERE venue_id = $1 AND organizer_id = $2 ORDER BY event_id FOR NO KEY UPDATE',
    [venueId, organizerId],
  );
}

/** The organiser's shows at venues of which nobody has said the zone, locked in the order of their ids. */
export function lockEventsAtVenuesWithoutZone(tx: Queryable, organizerId: number): Promise<EventRow[]> {
  return tx.query<EventRow>(
    `SELECT e.* FROM events e JOIN venues v USING (venue_id) WHERE e.organizer_id = $1 AND v.time_zone = 'UTC'
     ORDER BY e.event_id FOR NO KEY UPDATE OF e`,
    [organizerId],
  );
}

/** All shows at a venue, past and hidden ones too. */
export async function readEventIdsAtVenue(tx: Queryable, venueId: number): Promise<number[]> {
  const rows = await tx.query<{ event_id: number }>('SELECT event_id FROM events WHERE venue_id = $1', [venueId]);
  return rows.map((row) => row.event_id);
}

/** The event is on sale from now on; when it first was stays. */
export async function markPublished(tx: Queryable, eventId: number, now: number): Promise<void> {
  await tx.query(
    `UPDATE events SET status = 'published', published_at = coalesce(published_at, $2), updated_at = $2,
       version = version + 1 WHERE event_id = $1`,
    [eventId, new Date(now)],
  );
}

/** The event is inactive from now on. */
export async function markInactive(tx: Queryable, eventId: number, now: number): Promise<void> {
  await tx.query('UPDATE events SET is_active = false, version = version + 1, updated_at = $2 WHERE event_id = $1', [
    eventId,
    new Date(now),
  ]);
}

/** Removes an event that has no tickets; its ticket types and performers go with it. */
export async function deleteEventRow(tx: Queryable, eventId: number): Promise<void> {
  await tx.query('DELETE FROM events WHERE event_id = $1', [eventId]);
}

/** Notes where an import found the event, and by which names it finds it again. */
export async function writeSource(
  tx: Queryable,
  { eventId, organizerId }: { readonly eventId: number; readonly organizerId: number },
  source: EventSource,
): Promise<void> {
  await tx.query('UPDATE events SET source_id = $2, source_hash = $3 WHERE event_id = $1', [
    eventId,
    source.sourceId,
    source.sourceHash,
  ]);
  if (source.names) await changeShowNames(tx, { eventId, organizerId, names: source.names });
}

/** Whether any organiser has an event that was imported from this source. */
export async function hasEventOfSource(connection: Queryable, sourceId: string): Promise<boolean> {
  const rows = await connection.query('SELECT FROM events WHERE source_id = $1', [sourceId]);
  return rows.length > 0;
}

/** Whether the organiser has such an event. */
export async function hasEvent(
  connection: Queryable,
  { eventId, organizerId }: { readonly eventId: number; readonly organizerId: number },
): Promise<boolean> {
  const text = 'SELECT FROM events WHERE event_id = $1 AND organizer_id = $2';
  return (await connection.query(text, [eventId, organizerId])).length > 0;
}
