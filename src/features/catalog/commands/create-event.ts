import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { checkEventDetails, checkNotOver, type EventDetails } from '../domain/event-details.ts';
import { type NewEventInput, newDetails, readStart, type Settled, startsOnSale } from '../domain/event-input.ts';
import { chooseZone, isWallClock, placeTimes, readSaidZone, writtenStart } from '../domain/event-times.ts';
import { readPriceTerms } from '../domain/price-terms.ts';
import { fault, type NewEventRefusal } from '../domain/refusals.ts';
import { checkCategoriesApart, newTicketType, type TicketTypeDetails } from '../domain/ticket-type-details.ts';
import type { CatalogParts } from '../parts.ts';
import { decideInTransaction } from '../store/decide.ts';
import { addPerformers } from '../store/event-performers.ts';
import { type EventSource, insertEvent, lockEvent, sumCounters, writeShowNames } from '../store/event-rows.ts';
import { readOrganizerDefaults } from '../store/organizer-defaults.ts';
import { insertTicketType } from '../store/ticket-type-rows.ts';
import type { VenueChoice } from './find-or-make.ts';
import { publishWithin } from './publish-event.ts';
import { resolvePerformers, resolvePlan, resolveVenue } from './resolve-references.ts';

export interface CreateEventOptions {
  /** True for the import alone: shows that are over come in as history. They get no tickets. */
  readonly mayBeOver?: boolean;
  readonly source?: EventSource;
  /**
   * For the import: a show may be called off already, or be over (`published`: the public reads it as history). It is
   * announced so and gets no tickets.
   */
  readonly announcedAs?: 'published' | 'postponed' | 'cancelled';
}

/**
 * Makes an event, with its venue and performers if they are new, its ticket types, and, if it is to be on sale at once,
 * its tickets: all or nothing. Refuses contradictory dates, events that are over, unknown references, wrong prices.
 */
export async function createEvent(
  parts: CatalogParts,
  input: NewEventInput,
  context: CommandContext,
  options: CreateEventOptions = {},
): Promise<Decision<{ eventId: number }, NewEventRefusal>> {
  const decision = await decideInTransaction(parts.database.as(context), (tx) =>
    createEventWithin(parts, tx, input, context, options),
  );
  if (decision.accepted) parts.changed([decision.value.eventId]);
  return decision;
}

/** {@link createEvent} in the caller's transaction, which must roll back if it is refused. */
export async function createEventWithin(
  parts: Pick<CatalogParts, 'seating' | 'search' | 'logger' | 'onMinted' | 'random'>,
  tx: Queryable,
  input: NewEventInput,
  context: CommandContext,
  options: CreateEventOptions = {},
): Promise<Decision<{ eventId: number }, NewEventRefusal>> {
  const planned = await planEvent(parts, tx, input, context, options);
  if (!planned.accepted) return planned;
  const { details, types, performerIds } = planned.value;
  const eventId = await insertEvent(tx, {
    details,
    organizerId: context.organizerId,
    status: options.announcedAs ?? 'draft',
    source: options.source ?? null,
    now: context.now,
  });
  const names = options.source?.names ?? [];
  const { organizerId } = context;
  // Sent at once: an import waits for the answers of thousands of these.
  const [ticketTypes] = await Promise.all([
    writeTypes(tx, { eventId, types }, context),
    names.length > 0 && writeShowNames(tx, { eventId, organizerId, names }),
    addPerformers(tx, { eventId, organizerId, performerIds }),
  ]);
  if (types.length > 0) await sumCounters(tx, eventId);
  const data = { ...details, performerIds, ticketTypes };
  await appendEvents(tx, [{ stream: `event-${eventId}`, type: 'EventCreated', data }], context);
  const goesOnSale = startsOnSale(input) && options.announcedAs === undefined;
  if (goesOnSale) {
    const event = await lockEvent(tx, { eventId, organizerId: context.organizerId });
    const published = await publishWithin(parts, tx, event!, context);
    if (!published.accepted) return published;
  }
  // Nobody finds a draft.
  if (goesOnSale || options.announcedAs !== undefined) await parts.search.index(tx, [eventId]);
  return accept({ eventId });
}

async function writeTypes(
  tx: Queryable,
  { eventId, types }: { eventId: number; types: readonly TicketTypeDetails[] },
  { organizerId, now }: CommandContext,
): Promise<(TicketTypeDetails & { ticketTypeId: number })[]> {
  const ids = await Promise.all(
    types.map((details, position) => insertTicketType(tx, { eventId, organizerId, position, details, now })),
  );
  return types.map((type, i) => ({ ticketTypeId: ids[i]!, ...type }));
}

interface PlannedEvent {
  readonly details: EventDetails;
  readonly performerIds: readonly number[];
  readonly types: readonly TicketTypeDetails[];
}

async function planEvent(
  parts: Pick<CatalogParts, 'seating'>,
  tx: Queryable,
  input: NewEventInput,
  context: CommandContext,
  options: CreateEventOptions,
): Promise<Decision<PlannedEvent, NewEventRefusal>> {
  const defaults = await readOrganizerDefaults(tx, context);
  const venue = await resolveVenue(tx, input, null, context);
  if (!venue.accepted) return venue;
  const settled = settleNew(input, venue.value!, defaults.timeZone);
  if (!settled.accepted) return settled;
  const placed = placeTimes(input, settled.value.timeZone);
  const start = readStart(placed, null);
  if (!start.accepted) return start;
  const checked = checkEventDetails(newDetails(placed, start.value, { ...defaults, ...settled.value }));
  if (!checked.accepted) return checked;
  const terms = readPriceTerms(input, null, checked.value.currency);
  if (!terms.accepted) return terms;
  if (!options.mayBeOver) {
    const ahead = checkNotOver(checked.value, context.now, input.startsAt === undefined ? '/eventDate' : '/startsAt');
    if (!ahead.accepted) return ahead;
  }
  const details = { ...checked.value, ...terms.value };
  const plan = await resolvePlan(tx, parts.seating, details, context);
  if (!plan.accepted) return plan;
  const types = planTicketTypes(input, details, plan.value);
  if (!types.accepted) return types;
  const performers = await resolvePerformers(tx, input, context);
  if (!performers.accepted) return performers;
  return accept({ details, performerIds: performers.value ?? [], types: types.value });
}

function settleNew(
  input: NewEventInput,
  { venueId, timeZone: venueZone }: VenueChoice,
  organizerZone: string | null,
): Decision<Settled, NewEventRefusal> {
  const said = readSaidZone(input.timeZone);
  if (!said.accepted) return said;
  const start = writtenStart(input, null);
  const timeZone = said.value ?? chooseZone({ venueZone, organizerZone }, start, 'UTC');
  return accept({ venueId, timeZone, isWallClock: isWallClock(start) });
}

function planTicketTypes(
  input: NewEventInput,
  { currency, timeZone }: EventDetails,
  geometry: SeatGeometry | null,
): Decision<readonly TicketTypeDetails[], NewEventRefusal> {
  const types: TicketTypeDetails[] = [];
  for (const [i, type] of (input.ticketTypes ?? []).entries()) {
    const at = `/ticketTypes/${i}`;
    const { name } = type;
    if (name === undefined) return refuse(fault('FIELD_MISSING', `${at}/name`, 'name is needed'));
    const planned = newTicketType({ ...placeTimes(type, timeZone), name }, currency, geometry, at);
    if (!planned.accepted) return planned;
    types.push(planned.value);
  }
  const apart = checkCategoriesApart(types.map(({ categories }, i) => ({ categories, at: `/ticketTypes/${i}` })));
  return apart.accepted ? accept(types) : apart;
}
