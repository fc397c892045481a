import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { eventLock, mintTickets, type PlacesToMint } from '../../inventory/index.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { changeStatus, endOf } from '../domain/event-details.ts';
import type { CatalogRefusalOf, MintRefusal, PublishRefusal } from '../domain/refusals.ts';
import { checkCategoriesApart, seatsOf } from '../domain/ticket-type-details.ts';
import type { CatalogParts } from '../parts.ts';
import { readAnnouncedShows } from '../store/announced-shows.ts';
import { decideInLongTransaction } from '../store/decide.ts';
import { type EventRow, lockEvent, markPublished, sumCounters, toDetails } from '../store/event-rows.ts';
import { countLiveByType } from '../store/live-tickets.ts';
import { countPlaces, readTicketTypes, type TicketTypeRow, writeCapacities } from '../store/ticket-type-rows.ts';
import { announceShowChanges } from './announce-show-changes.ts';

/** At most so many places per event: what one ledger and one transaction can carry. */
const placesMax = 500_000;

type EventUnknown = CatalogRefusalOf<'EVENT_NOT_FOUND'>;

/**
 * Puts an event on sale: one ticket row per seat or place, all in one transaction, then the status. Publishing again
 * mints nothing twice and is accepted. Refuses an event without anything to sell, one that is over, hidden or
 * cancelled, and seat categories that the plan lacks or that two types claim.
 */
export function publishEvent(
  parts: CatalogParts,
  eventId: number,
  context: CommandContext,
): Promise<Decision<{ ticketsCreated: number }, PublishRefusal | EventUnknown>> {
  return parts.locks.withLock([eventLock(eventId)], async () => {
    const fence = parts.inventory.fenceOf(eventId);
    const decision = await decideInLongTransaction(
      parts.database.as(context),
      async (tx): Promise<Decision<{ ticketsCreated: number }, PublishRefusal | EventUnknown>> => {
        const event = await lockEvent(tx, { eventId, organizerId: context.organizerId });
        if (!event) return refuse<EventUnknown>({ code: 'EVENT_NOT_FOUND' });
        const announced = await readAnnouncedShows(tx, [eventId]);
        const published = await publishWithin(parts, tx, event, context);
        if (!published.accepted) return published;
        await announceShowChanges(tx, announced, context);
        await parts.search.index(tx, [eventId]);
        await lockFence(tx, eventId, fence);
        return published;
      },
    );
    if (decision.accepted) {
      await parts.inventory.refresh(eventId);
      parts.changed([eventId]);
    }
    return decision;
  });
}

/** {@link publishEvent} as part of a larger change: the caller holds the event's lock and writes the search document. */
export async function publishWithin(
  parts: Pick<CatalogParts, 'seating' | 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  event: EventRow,
  context: CommandContext,
): Promise<Decision<{ ticketsCreated: number }, PublishRefusal>> {
  const eventId = event.event_id;
  if (!event.is_active) return refuse({ code: 'EVENT_INACTIVE' });
  const status = changeStatus(event.status, 'published');
  if (!status.accepted) return status;
  if (event.status === 'published' && event.published_at !== null) return accept({ ticketsCreated: 0 });
  if (endOf(toDetails(event)) <= context.now) return refuse({ code: 'EVENT_OVER' });
  const minted = event.published_at === null ? await mintAll(parts, tx, event, context) : accept(0);
  if (!minted.accepted) return minted;
  const ticketsCreated = minted.value;
  await markPublished(tx, eventId, context.now);
  await appendEvents(tx, [{ stream: `event-${eventId}`, type: 'EventPublished', data: { ticketsCreated } }], context);
  return accept({ ticketsCreated });
}

async function mintAll(
  parts: Pick<CatalogParts, 'seating' | 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  event: EventRow,
  context: CommandContext,
): Promise<Decision<number, MintRefusal | CatalogRefusalOf<'NOTHING_TO_SELL'>>> {
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
 * to its capacity. Keeps the counters, and appends to the history. Answers how many tickets were made.
 */
export async function mintTypes(
  parts: Pick<CatalogParts, 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  { event, types, geometry }: MintingEvent,
  context: CommandContext,
): Promise<Decision<number, MintRefusal>> {
  const eventId = event.event_id;
  const apart = checkCategoriesApart(types.map(({ categories }, i) => ({ categories, at: `/ticketTypes/${i}` })));
  if (!apart.accepted) return refuse({ code: 'CATEGORY_TAKEN' });
  const missing = missingCategory(types, geometry);
  if (missing !== undefined) return refuse({ code: 'CATEGORY_UNKNOWN', category: missing });
  const live = await countLiveByType(tx, eventId);
  const toMint = types.map((type): PlacesToMint => {
    const { ticket_type_id: ticketTypeId, categories, capacity } = type;
    if (categories !== null) return { ticketTypeId, places: { seats: seatsOf(categories, geometry!) } };
    return { ticketTypeId, places: { count: Math.max(0, capacity - (live.get(ticketTypeId) ?? 0)) } };
  });
  const total = toMint.reduce((sum, { places }) => sum + ('seats' in places ? places.seats.length : places.count), 0);
  const existing = [...live.values()].reduce((sum, count) => sum + count, 0);
  if (existing + total > placesMax) return refuse({ code: 'CAPACITY_INVALID', limit: placesMax });
  const { random } = parts;
  const request = { organizerId: event.organizer_id, eventId, geometry, types: toMint, now: context.now, random };
  const { correlationId } = context;
  const minted = await mintTickets(tx, request, (progress) => {
    // Few are made in a moment: then there is no progress to report.
    if (progress.total > progress.minted) parts.logger.info({ eventId, correlationId, ...progress }, 'minting tickets');
  });
  parts.onMinted(total);
  // The plan of a draft may have changed since the type was made: its seats count as they are now.
  await writeCapacities(
    tx,
    toMint.flatMap(({ ticketTypeId, places }) =>
      'seats' in places ? [{ ticketTypeId, capacity: places.seats.length }] : [],
    ),
  );
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
