import { capacityMax } from '../../../contract/catalog.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { ownReasons } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { VersionCheck } from '../../../platform/http/if-match.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { eventLock, withdrawTickets } from '../../inventory/index.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { differences } from '../domain/event-details.ts';
import { placeTimes } from '../domain/event-times.ts';
import { fault, type TicketTypeRefusal } from '../domain/refusals.ts';
import {
  changedTicketType,
  checkCategoriesApart,
  type TicketTypeDetails,
  type TicketTypeInput,
} from '../domain/ticket-type-details.ts';
import type { CatalogParts } from '../parts.ts';
import { decideInLongTransaction } from '../store/decide.ts';
import { type EventRow, lockEvent, sumCounters } from '../store/event-rows.ts';
import { countLive } from '../store/live-tickets.ts';
import {
  countPlaces,
  readTicketTypes,
  type TicketTypeRow,
  toTicketTypeDetails,
  updateTicketTypeRow,
} from '../store/ticket-type-rows.ts';
import { mintTypes } from './publish-event.ts';

export interface TicketTypeId {
  readonly eventId: number;
  readonly ticketTypeId: number;
  /** Only if it is at a version that the caller has seen. */
  readonly ifVersion?: VersionCheck | undefined;
}

interface Changed {
  readonly ticketsCreated: number;
  readonly ticketsWithdrawn: number;
}

/** How a change is made of what the type is now: a raise by `n` needs to see the present capacity. */
type MakeInput = (present: TicketTypeDetails) => TicketTypeInput;

/**
 * Changes what the input says of a ticket type; the rest stays. New prices count for new holds. Another capacity makes
 * or withdraws places that are neither sold, reserved nor held; below those it is refused with how many they are. One
 * change of an event at a time.
 */
export function updateTicketType(
  parts: CatalogParts,
  id: TicketTypeId,
  input: TicketTypeInput,
  context: CommandContext,
): Promise<Decision<Changed, TicketTypeRefusal>> {
  return changeTicketType(parts, id, () => input, context);
}

/** Makes `quantity` more places of a general-admission type, or of the event's only type if none is named. */
export async function raiseCapacity(
  parts: CatalogParts,
  { eventId, ticketTypeId, quantity }: { eventId: number; ticketTypeId: number | null; quantity: number },
  context: CommandContext,
): Promise<Decision<Changed & { ticketTypeId: number }, TicketTypeRefusal>> {
  const types = ticketTypeId === null ? await readTicketTypes(parts.database.as(context), [eventId]) : [];
  if (ticketTypeId === null && types.length > 1) {
    return refuse(fault('FIELD_MISSING', '/ticketTypeId', 'the event has several ticket types'));
  }
  const id = { eventId, ticketTypeId: ticketTypeId ?? types[0]?.ticket_type_id ?? 0 };
  const raise: MakeInput = ({ capacity }) => ({ capacity: capacity + quantity });
  const changed = await changeTicketType(parts, id, raise, context);
  return changed.accepted ? accept({ ...changed.value, ticketTypeId: id.ticketTypeId }) : changed;
}

async function changeTicketType(
  parts: CatalogParts,
  id: TicketTypeId,
  makeInput: MakeInput,
  context: CommandContext,
): Promise<Decision<Changed, TicketTypeRefusal>> {
  return parts.locks.withLock([eventLock(id.eventId)], async () => {
    const planned = await plan(parts, parts.database.as(context), id, makeInput, context);
    if (!planned.accepted) return planned;
    const { eventId, ticketTypeId } = id;
    const changed = await parts.inventory
      .changeCapacity({ eventId, ticketTypeId, keep: placesToKeep(planned.value) }, (withdrawn, fence) =>
        decideInLongTransaction(parts.database.as(context), async (tx) => {
          const written = await write(parts, tx, { id, seen: planned.value, makeInput, withdrawn }, context);
          if (written.accepted) await lockFence(tx, eventId, fence);
          return written;
        }),
      )
      .finally(() => parts.changed([eventId]));
    if (changed.accepted) return changed.value;
    const { code: _code, ...counts } = changed.refusal;
    return refuse({ code: 'CAPACITY_BELOW_SOLD', requested: planned.value.after.capacity, ...counts });
  });
}

interface Planned {
  readonly event: EventRow;
  readonly row: TicketTypeRow;
  readonly others: readonly TicketTypeRow[];
  readonly geometry: SeatGeometry | null;
  readonly before: TicketTypeDetails;
  readonly after: TicketTypeDetails;
}

async function plan(
  parts: CatalogParts,
  source: Queryable,
  { eventId, ticketTypeId, ifVersion }: TicketTypeId,
  makeInput: MakeInput,
  context: CommandContext,
): Promise<Decision<Planned, TicketTypeRefusal>> {
  const event = await lockEvent(source, { eventId, organizerId: context.organizerId });
  if (!event) return refuse({ code: 'EVENT_NOT_FOUND' });
  const rows = await readTicketTypes(source, [eventId]);
  const row = rows.find((type) => type.ticket_type_id === ticketTypeId);
  if (!row) return refuse({ code: 'TICKET_TYPE_NOT_FOUND' });
  if (ifVersion?.(row.version) === false) return refuse({ code: 'VERSION_MISMATCH', version: row.version });
  const others = rows.filter((type) => type !== row);
  const { seating_plan_id: planId } = event;
  const geometry = planId === null ? null : await parts.seating.loadGeometry(source, planId);
  const before = toTicketTypeDetails(row);
  const changed = changedTicketType(before, placeTimes(makeInput(before), event.time_zone), event.currency, geometry);
  if (!changed.accepted) return changed;
  const after = changed.value;
  if (after.capacity > capacityMax) return refuse(fault('CAPACITY_INVALID', '/capacity', `at most ${capacityMax}`));
  const isOtherKind = JSON.stringify(after.categories) !== JSON.stringify(before.categories);
  if (isOtherKind && event.published_at !== null) return refuse({ code: 'CATEGORIES_FIXED' });
  const apart = checkCategoriesApart([...others, after].map(({ categories }) => ({ categories, at: '' })));
  return apart.accepted ? accept({ event, row, others, geometry, before, after }) : apart;
}

/** How many places the new capacity leaves room for; null if it takes none away. */
function placesToKeep({ event, before, after }: Planned): number | null {
  const shrinks = event.published_at !== null && after.categories === null && after.capacity < before.capacity;
  return shrinks ? after.capacity : null;
}

interface Work {
  readonly id: TicketTypeId;
  readonly seen: Planned;
  readonly makeInput: MakeInput;
  readonly withdrawn: readonly string[];
}

async function write(
  parts: CatalogParts,
  tx: Queryable,
  { id, seen, makeInput, withdrawn }: Work,
  context: CommandContext,
): Promise<Decision<Changed, TicketTypeRefusal>> {
  const planned = await plan(parts, tx, id, makeInput, context);
  if (!planned.accepted) return planned;
  const { event, row, before, after, geometry } = planned.value;
  // Another process changed the type between the plan and the lock.
  if (row.version !== seen.row.version || event.published_at?.getTime() !== seen.event.published_at?.getTime()) {
    return refuse({ code: 'TICKETS_CHANGED' });
  }
  const changes = differences(before, after);
  if (Object.keys(changes).length === 0) return accept({ ticketsCreated: 0, ticketsWithdrawn: 0 });
  await updateTicketTypeRow(tx, id.ticketTypeId, after, context.now);
  const stream = `event-${id.eventId}`;
  const data = { ticketTypeId: id.ticketTypeId, changes };
  await appendEvents(tx, [{ stream, type: 'TicketTypeUpdated', data }], context);
  if (withdrawn.length > 0 && !(await withdraw(tx, id, withdrawn, context))) return refuse({ code: 'TICKETS_CHANGED' });
  const isShrunk = after.categories === null && after.capacity < before.capacity;
  // The ledger may not have known all places when it gave up some of them.
  if (isShrunk && (await countLive(tx, id)) > after.capacity) return refuse({ code: 'TICKETS_CHANGED' });
  const grows = event.published_at !== null && after.categories === null && after.capacity > before.capacity;
  const types = [{ ...row, capacity: after.capacity }];
  const minted = grows ? await mintTypes(parts, tx, { event, types, geometry }, context) : accept(0);
  if (!minted.accepted) return minted;
  await sumCounters(tx, id.eventId);
  await parts.search.index(tx, [id.eventId]);
  return accept({ ticketsCreated: minted.value, ticketsWithdrawn: withdrawn.length });
}

/** So many tickets are named in one event of the history. */
const namedPerEvent = 10_000;

/** Cancels the tickets; false if some were taken meanwhile. */
async function withdraw(
  tx: Queryable,
  { eventId, ticketTypeId }: TicketTypeId,
  ticketIds: readonly string[],
  context: CommandContext,
): Promise<boolean> {
  const reason = ownReasons.capacityLowered;
  const cancelled = await withdrawTickets(tx, { eventId, ticketIds, reason, now: context.now });
  if (cancelled < ticketIds.length) return false;
  await countPlaces(tx, [{ ticketTypeId, minted: 0, available: -cancelled }]);
  const chunks = Array.from({ length: Math.ceil(ticketIds.length / namedPerEvent) }, (_, i) =>
    ticketIds.slice(i * namedPerEvent, (i + 1) * namedPerEvent),
  );
  const events = chunks.map((chunk) => ({
    stream: `event-${eventId}`,
    type: 'TicketsWithdrawn',
    data: { ticketTypeId, count: chunk.length, ticketIds: chunk },
    reason,
  }));
  await appendEvents(tx, events, context);
  return true;
}
