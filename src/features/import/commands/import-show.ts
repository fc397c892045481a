import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision } from '../../../kernel/decision.ts';
import { type CatalogRefusal, findOrMakeSeries, findOrMakeVenue, type NewEventInput } from '../../catalog/index.ts';
import { hashOf, standingOf, statusFor } from '../domain/event-of-show.ts';
import type { ParsedShow } from '../domain/parsed.ts';
import { type Fills, type PlannedTicketType, planTicketTypes } from '../domain/plan-ticket-types.ts';
import type { ImportParts } from '../ports.ts';
import { findImportedEvent, type ImportedEvent, readPresentTypes } from '../store/imported-events.ts';
import { syncTicketTypes } from './sync-ticket-types.ts';

export type ShowOutcome = 'added' | 'updated' | 'unchanged';

export interface ImportedShow {
  readonly eventId: number;
  readonly outcome: ShowOutcome;
  /** Something the importer should know, in words. */
  readonly note?: string;
}

export interface ShowFills extends Fills {
  readonly publish: boolean;
  readonly onSaleFrom: number | null;
}

const defaultCurrency = 'EUR';

/**
 * Brings one show in, known again by its source id. New: an event with its venue, performers and ticket types; history
 * if it is over, a draft if it is ahead, on sale if so wished and possible. Here already: what its source says now is
 * changed, unless nothing is new. An event on sale keeps its plan and its ticket types; only their prices follow.
 */
export async function importShow(
  parts: ImportParts,
  show: ParsedShow,
  fills: ShowFills,
  context: CommandContext,
): Promise<Decision<ImportedShow, CatalogRefusal>> {
  const { plan, capacity, priceMinor, onSaleFrom } = fills;
  const sourceHash = hashOf(show, { plan: plan?.seatingPlanId ?? null, capacity, priceMinor, onSaleFrom });
  const source = { sourceId: show.sourceId, sourceHash };
  const known = await findImportedEvent(parts.database.as(context), context.organizerId, show.sourceId);
  if (!known) return addShow(parts, { show, fills, source }, context);
  const changed =
    known.sourceHash === sourceHash ? accept(false) : await changeShow(parts, { show, fills, source, known }, context);
  if (!changed.accepted) return changed;
  const published = await publishIfWished(parts, known.eventId, { show, fills }, context);
  const outcome = changed.value || published.done ? 'updated' : 'unchanged';
  return accept({ eventId: known.eventId, outcome, ...(published.note && { note: published.note }) });
}

interface Work {
  readonly show: ParsedShow;
  readonly fills: ShowFills;
  readonly source: { readonly sourceId: string; readonly sourceHash: string };
}

async function addShow(
  parts: ImportParts,
  { show, fills, source }: Work,
  context: CommandContext,
): Promise<Decision<ImportedShow, CatalogRefusal>> {
  const currency = show.currency ?? defaultCurrency;
  const ticketTypes = planTicketTypes(show, currency, fills);
  const input: NewEventInput = {
    ...(await describe(parts, show, fills, context)),
    seatingPlanId: fills.plan && ticketTypes.length > 0 ? fills.plan.seatingPlanId : null,
    ticketTypes: ticketTypes.map(toInput),
    status: 'draft',
  };
  const standing = standingOf(show, context.now);
  const announcedAs = standing === 'ahead' ? undefined : standing === 'over' ? 'published' : standing;
  const made = await parts.catalog.commands.createEvent(input, context, {
    mayBeOver: true,
    source,
    ...(announcedAs && { announcedAs }),
  });
  if (!made.accepted) return made;
  const { eventId } = made.value;
  const published = await publishIfWished(parts, eventId, { show, fills }, context);
  return accept({ eventId, outcome: 'added', ...(published.note && { note: published.note }) });
}

async function changeShow(
  parts: ImportParts,
  { show, fills, source, known }: Work & { known: ImportedEvent },
  context: CommandContext,
): Promise<Decision<boolean, CatalogRefusal>> {
  const { eventId, isSold } = known;
  const currency = show.currency ?? (isSold ? known.currency : defaultCurrency);
  const planned = planTicketTypes(show, currency, fills);
  const present = await readPresentTypes(parts.database.as(context), eventId);
  const sync = (step: 'before' | 'after') =>
    syncTicketTypes(parts, { eventId, isSold, currency, planned, present, step }, context);
  // Types that go must be gone before the plan changes under them.
  const cleared = await sync('before');
  if (!cleared.accepted) return cleared;
  const described = await describe(parts, show, fills, context);
  const status = statusFor(standingOf(show, context.now), known);
  const seatingPlanId = fills.plan && planned.length > 0 && !isSold ? { seatingPlanId: fills.plan.seatingPlanId } : {};
  const updated = await parts.catalog.commands.updateEvent(
    eventId,
    { ...described, currency, ...seatingPlanId, ...(status && { status }) },
    context,
    { mayBeOver: true },
  );
  if (!updated.accepted) return updated;
  const refitted = await sync('after');
  if (!refitted.accepted) return refitted;
  // Last, so that an import that failed halfway is taken up again by the next.
  const remembered = await parts.catalog.commands.updateEvent(eventId, {}, context, { mayBeOver: true, source });
  if (!remembered.accepted) return remembered;
  return accept(cleared.value || updated.value.changed || refitted.value);
}

/** What the page says of the show itself, with its venue and series found or made. */
async function describe(parts: ImportParts, show: ParsedShow, fills: ShowFills, context: CommandContext) {
  const { sourceId: _, ...place } = show.venue;
  const { series } = show;
  const { venueId, seriesId } = await parts.database.as(context).transaction(async (tx) => ({
    venueId: (await findOrMakeVenue(tx, { ...place, timeZone: show.timeZone }, context)).venueId,
    seriesId: series === null ? undefined : await findOrMakeSeries(tx, series, context),
  }));
  const pageSaysSales = show.offers.some((offer) => offer.salesFrom !== null);
  return {
    title: show.title,
    description: show.description,
    type: show.type,
    startsAt: show.startsAt,
    endsAt: show.endsAt,
    doorsAt: show.doorsAt,
    timeZone: show.timeZone,
    imageUrl: show.imageUrl,
    venueId,
    performers: show.performers,
    currency: show.currency ?? defaultCurrency,
    ...(seriesId !== undefined && { seriesId }),
    ...(!pageSaysSales && fills.onSaleFrom !== null && { onSaleFrom: fills.onSaleFrom }),
  };
}

/** Puts the event on sale if that is wished, possible, and not done yet; else says why not. */
async function publishIfWished(
  parts: ImportParts,
  eventId: number,
  { show, fills }: Pick<Work, 'show' | 'fills'>,
  context: CommandContext,
): Promise<{ done: boolean; note?: string }> {
  const event = await findImportedEvent(parts.database.as(context), context.organizerId, show.sourceId);
  if (!fills.publish || !event || (event.isSold && event.status === 'published')) return { done: false };
  if (standingOf(show, context.now) !== 'ahead' || event.status === 'cancelled') return { done: false };
  const published = await parts.catalog.commands.publishEvent(eventId, context);
  return published.accepted ? { done: true } : { done: false, note: `is not on sale: ${whyNot(published.refusal)}` };
}

function whyNot(refusal: CatalogRefusal): string {
  if (refusal.code === 'NOTHING_TO_SELL')
    return 'nothing says how many tickets there are and what they cost (--capacity, --price, --plan)';
  return wordsOf(refusal);
}

/** A refusal of the catalogue in words. */
export function wordsOf(refusal: CatalogRefusal): string {
  const [fault] = refusal.errors ?? [];
  return fault ? `${fault.field.slice(1)} ${fault.message} (${refusal.code})` : refusal.code;
}

export function toInput({ capacity, ...type }: PlannedTicketType) {
  return { ...type, ...(capacity !== null && { capacity }) };
}
