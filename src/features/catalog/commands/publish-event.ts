import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { mintTickets, type PlacesToMint } from '../../inventory/index.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { changeStatus, endOf } from '../domain/event-details.ts';
import type { CatalogRefusal } from '../domain/refusals.ts';
import { checkCategoriesApart, seatsOf } from '../domain/ticket-type-details.ts';
import type { CatalogParts } from '../ports.ts';
import { readAnnouncedShows } from '../store/announced-shows.ts';
import { decideInLongTransaction } from '../store/decide.ts';
import { type EventRow, lockEvent, sumCounters, toDetails } from '../store/event-rows.ts';
import { countPlaces, readTicketTypes, type TicketTypeRow } from '../store/ticket-type-rows.ts';
import { announceShowChanges } from './announce-show-changes.ts';

/** At most so many places per event: what one ledger and one transaction can carry. */
export const placesMax = 500_000;

/**
 * Puts an event on sale: one ticket row per seat or place, all in one transaction, then the status. Publishing again
 * mints nothing twice and is accepted. Refuses an event without anything to sell, one that is over, hidden or
 * cancelled, and seat categories that the plan lacks or that two types claim.
 */
export async function publishEvent(
  parts: CatalogParts,
  eventId: number,
  context: CommandContext,
): Promise<Decision<{ ticketsCreated: number }, CatalogRefusal>> {
  const decision = await decideInLongTransaction(parts.database.as(context), async (tx) => {
    const event = await lockEvent(tx, { eventId, organizerId: context.organizerId });
    if (!event) return refuse<CatalogRefusal>({ code: 'EVENT_NOT_FOUND' });
    const announced = await readAnnouncedShows(tx, [eventId]);
    const published = await publishWithin(parts, tx, event, context);
    if (!published.accepted) return published;
    await announceShowChanges(tx, announced, context);
    await parts.search.index(tx, [eventId]);
    return published;
  });
  if (decision.accepted) {
    await parts.ledgers.refresh(eventId);
    parts.changed([eventId]);
  }
  return decision;
}

/** {@link publishEvent} as part of a larger change: the caller holds the event's lock and writes the search document. */
export async function publishWithin(
  parts: Pick<CatalogParts, 'seating' | 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  event: EventRow,
  context: CommandContext,
): Promise<Decision<{ ticketsCreated: number }, CatalogRefusal>> {
  const eventId = event.event_id;
  if (!event.is_active) return refuse({ code: 'EVENT_INACTIVE' });
  const status = changeStatus(event.status, 'published');
  if (!status.accepted) return status;
  if (event.status === 'published' && event.published_at !== null) return accept({ ticketsCreated: 0 });
  if (endOf(toDetails(event)) <= context.now) return refuse({ code: 'EVENT_OVER' });
  const minted = event.published_at === null ? await mintAll(parts, tx, event, context) : accept(0);
  if (!minted.accepted) return minted;
  const ticketsCreated = minted.value;
  await tx.query(
    `UPDATE events SET status = 'published', published_at = coalesce(published_at, $2), updated_at = $2,
       version = version + 1 WHERE event_id = $1`,
    [eventId, new Date(context.now)],
  );
  await appendEvents(tx, [{ stream: `event-${eventId}`, type: 'EventPublished', data: { ticketsCreated } }], context);
  return accept({ ticketsCreated });
}

async function mintAll(
  parts: Pick<CatalogParts, 'seating' | 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  event: EventRow,
  context: CommandContext,
): Promise<Decision<number, CatalogRefusal>> {
  const types = await readTicketTypes(tx, [event.event_id]);
  const { seating_plan_id: planId } = event;
  const geometry = planId === null ? null : await parts.seating.loadGeometry(tx, planId);
  const minted = await mintTypes(parts, tx, { event, types, geometry }, context);
  return minted.accepted && minted.value === 0 ? refuse({ code: 'NOTHING_TO_SELL' }) : minted;
}

interface MintingEvent {
  readonly event: EventRow;
  readonly types: readonly TicketTypeRow[];
  readonly geometry: SeatGeometry | null;
}

/**
 * Mints what is missing of some ticket types of a locked event: every seat of a seated type, and general admission up
 * to its capacity. Keeps the counters, and tells the history. Answers how many tickets were made.
 */
export async function mintTypes(
  parts: Pick<CatalogParts, 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  { event, types, geometry }: MintingEvent,
  context: CommandContext,
): Promise<Decision<number, CatalogRefusal>> {
  const eventId = event.event_id;
  const apart = checkCategoriesApart(types.map(({ categories }, i) => ({ categories, at: `/ticketTypes/${i}` })));
  if (!apart.accepted) return refuse({ code: apart.refusal.code, detail: apart.refusal.errors?.[0]?.message });
  const missing = missingCategory(types, geometry);
  if (missing !== undefined) return refuse({ code: 'CATEGORY_UNKNOWN', category: missing });
  const live = await countLive(tx, eventId);
  const toMint = types.map((type): PlacesToMint => {
    const { ticket_type_id: ticketTypeId, categories, capacity } = type;
    if (categories !== null) return { ticketTypeId, places: { seats: seatsOf(categories, geometry!) } };
    return { ticketTypeId, places: { count: Math.max(0, capacity - (live.get(ticketTypeId) ?? 0)) } };
  });
  const total = toMint.reduce((sum, { places }) => sum + ('seats' in places ? places.seats.length : places.count), 0);
  const existing = [...live.values()].reduce((sum, count) => sum + count, 0);
  if (existing + total > placesMax) return refuse({ code: 'CAPACITY_INVALID', limit: placesMax });
  const { random } = parts;
  const request = {
    organizerId: event.organizer_id,
    eventId,
    geometry,
    types: toMint,
    now: context.now,
    ...(random && { random }),
  };
  const { correlationId } = context;
  const minted = await mintTickets(tx, request, (progress) => {
    // Few are made in a moment: nobody need be told that it goes on.
    if (progress.total > progress.minted) parts.logger.info({ eventId, correlationId, ...progress }, 'minting tickets');
  });
  parts.onMinted(total);
  await writeSeatedCapacities(tx, toMint);
  const changes = [...minted].map(([ticketTypeId, count]) => ({ ticketTypeId, minted: count, available: count }));
  await countPlaces(tx, changes);
  await sumCounters(tx, eventId);
  const made = changes.filter((change) => change.minted > 0);
  await appendEvents(
    tx,
    made.map(({ ticketTypeId, minted: count }) => ({
      stream: `event-${eventId}`,
      type: 'TicketsMinted',
      data: { ticketTypeId, count },
    })),
    context,
  );
  return accept(made.reduce((sum, change) => sum + change.minted, 0));
}

function missingCategory(types: readonly TicketTypeRow[], geometry: SeatGeometry | null): string | undefined {
  const known = new Set(geometry?.categories.map((category) => category.name));
  return types.flatMap((type) => type.categories ?? []).find((name) => !known.has(name));
}

async function countLive(tx: Queryable, eventId: number): Promise<ReadonlyMap<number, number>> {
  const rows = await tx.query<{ ticket_type_id: number; count: number }>(
    'SELECT ticket_type_id, count(*) AS count FROM tickets WHERE event_id = $1 AND live GROUP BY ticket_type_id',
    [eventId],
  );
  return new Map(rows.map((row) => [row.ticket_type_id, row.count]));
}

/** The plan of a draft may have changed since the type was made: its seats count as they are now. */
async function writeSeatedCapacities(tx: Queryable, types: readonly PlacesToMint[]): Promise<void> {
  const seated = types.flatMap(({ ticketTypeId, places }) =>
    'seats' in places ? [{ ticketTypeId, capacity: places.seats.length }] : [],
  );
  await tx.query(
    `UPDATE ticket_types t SET capacity = c.capacity FROM unnest($1::int[], $2::int[]) AS c(ticket_type_id, capacity)
     WHERE t.ticket_type_id = c.ticket_type_id`,
    [seated.map((type) => type.ticketTypeId), seated.map((type) => type.capacity)],
  );
}
