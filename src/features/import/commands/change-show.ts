import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { standingOf, statusFor } from '../domain/event-of-show.ts';
import type { ParsedShow } from '../domain/parsed.ts';
import { type PlannedTicketType, planTicketTypes } from '../domain/plan-ticket-types.ts';
import { changesForBuyers, isSameTypeName } from '../domain/sold-changes.ts';
import type { ImportParts } from '../parts.ts';
import {
  countBookings,
  type ImportedEvent,
  type PresentTicketType,
  readPresentTypes,
} from '../store/imported-events.ts';
import { describeShow, findVenueOf, type ShowFills, wordsOf } from './describe-show.ts';
import { syncTicketTypes } from './sync-ticket-types.ts';

/** A show that its page describes differently than before. */
export interface ChangedShow {
  readonly show: ParsedShow;
  readonly fills: ShowFills;
  readonly known: ImportedEvent;
  readonly source: { readonly sourceId: string; readonly sourceHash: string; readonly names: readonly string[] };
}

/**
 * Makes the event what its page says now; an event on sale keeps its plan and ticket types, only their prices follow.
 * Refuses, unless it is allowed, what somebody who has booked would have to be notified of: another date, place or price, or
 * that the show is called off. Says whether anything changed.
 */
export async function changeShow(
  parts: ImportParts,
  work: ChangedShow,
  context: CommandContext,
): Promise<Decision<{ readonly changed: boolean; readonly notes: readonly string[] }, string>> {
  const { show, fills, known, source } = work;
  const { eventId, isSold } = known;
  // The prices of a page without a currency are read in the organiser's; those of an event on sale are in its own.
  const currency = show.currency ?? (isSold ? known.currency : fills.currency);
  const planned = planTicketTypes(show, show.currency ?? fills.currency, fills);
  const present = await readPresentTypes(parts.database.as(context), eventId);
  const allowed = isSold ? await checkSold(parts, work, { planned, present }, context) : accept([]);
  if (!allowed.accepted) return allowed;
  const sync = (step: 'before' | 'after') =>
    syncTicketTypes(parts, { eventId, isSold, currency, planned, present, step }, context);
  // Types that go must be gone before the plan changes under them.
  const cleared = await sync('before');
  if (!cleared.accepted) return refuse(wordsOf(cleared.refusal));
  const described = await describeShow(show, { ...fills, currency });
  const status = statusFor(standingOf(show, context.now), known);
  const seatingPlanId = fills.plan && planned.length > 0 && !isSold ? { seatingPlanId: fills.plan.seatingPlanId } : {};
  const updated = await parts.catalog.commands.updateEvent(
    eventId,
    { ...described, ...seatingPlanId, ...(status && { status }) },
    context,
    { mayBeOver: true },
  );
  if (!updated.accepted) return refuse(wordsOf(updated.refusal));
  const refitted = await sync('after');
  if (!refitted.accepted) return refuse(wordsOf(refitted.refusal));
  // Last, so that an import that failed halfway is taken up again by the next.
  const remembered = await parts.catalog.commands.updateEvent(eventId, {}, context, { mayBeOver: true, source });
  if (!remembered.accepted) return refuse(wordsOf(remembered.refusal));
  const changed = cleared.value || updated.value.changed || refitted.value;
  const calledOff = status === 'cancelled' && !isSold ? [`is called off at its source: event ${eventId} is too`] : [];
  const backOnSale = status === 'published' ? [`is postponed no more: event ${eventId} is on sale again`] : [];
  return accept({
    changed,
    notes: [...allowed.value, ...calledOff, ...backOnSale, ...keptTypes(isSold, planned, present)],
  });
}

interface Types {
  readonly planned: readonly PlannedTicketType[];
  readonly present: readonly PresentTicketType[];
}

/** Refuses what those who have booked would have to be notified of, unless it is allowed; else notes it, with how many they are. */
async function checkSold(
  parts: ImportParts,
  { show, fills, known }: ChangedShow,
  { planned, present }: Types,
  context: CommandContext,
): Promise<Decision<string[], string>> {
  const standing = standingOf(show, context.now);
  const event = `event ${known.eventId}`;
  if (show.currency !== null && show.currency !== known.currency) {
    return refuse(`names prices in ${show.currency}: ${event} is on sale in ${known.currency}, and stays so`);
  }
  if (standing === 'cancelled') {
    const count = await countBookings(parts.database.as(context), known.eventId);
    if (count === 0) return accept([`is called off at its source: ${event} is too, nobody had booked it`]);
    if (fills.callOff)
      return accept([`called off ${event}: ${bookings(count)} ${count === 1 ? 'is' : 'are'} given back`]);
    return refuse(
      `calls off ${event}, which has ${bookings(count)}: --call-off (callOff=true) does so and gives all money back`,
    );
  }
  const venueId = await findVenueOf(parts, show, context);
  const sold = { ...known, types: present };
  const changes = changesForBuyers(sold, show, { standing, venueId, planned });
  if (changes.length === 0) return accept([]);
  const count = await countBookings(parts.database.as(context), known.eventId);
  if (count === 0) return accept([]);
  const what = changes.join('; ');
  // A slip of the year would end at once what its buyers may still do.
  if (standing === 'over' && known.startsAt > context.now) {
    return refuse(`would be over, but ${event}, which has ${bookings(count)}, lies ahead: ${what}`);
  }
  if (fills.changeSold) return accept([`changed ${event}, which has ${bookings(count)}: ${what}`]);
  return refuse(`changes ${event}, which has ${bookings(count)}: ${what}. --change-sold (changeSold=true) does so`);
}

function bookings(count: number): string {
  return count === 1 ? '1 booking' : `${count.toLocaleString('en')} bookings`;
}

/** What the page says of its tickets and an event on sale does not follow. */
function keptTypes(
  isSold: boolean,
  planned: readonly PlannedTicketType[],
  present: readonly PresentTicketType[],
): string[] {
  if (!isSold) return [];
  const presentOf = (type: PlannedTicketType) => present.find((one) => isSameTypeName(one.name, type.name));
  const missing = planned.filter((type) => !presentOf(type));
  const soldOut = planned.filter((type) => !type.isActive && presentOf(type)?.isActive);
  return [
    ...(missing.length > 0 ? [`is on sale, and keeps its ticket types: ${namesOf(missing)} did not come in`] : []),
    ...(soldOut.length > 0 ? [`is sold out at its source, and goes on being sold here: ${namesOf(soldOut)}`] : []),
  ];
}

function namesOf(types: readonly PlannedTicketType[]): string {
  return types
    .slice(0, 5)
    .map(({ name }) => JSON.stringify(name))
    .join(', ');
}
