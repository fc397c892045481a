import { randomUUID } from 'node:crypto';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { CatalogRefusal, NewEventInput } from '../../catalog/index.ts';
import { hashOf, standingOf } from '../domain/event-of-show.ts';
import { keptNames, namesAfter } from '../domain/match-shows.ts';
import type { ParsedShow } from '../domain/parsed.ts';
import { type PlannedTicketType, planTicketTypes } from '../domain/plan-ticket-types.ts';
import type { ImportParts } from '../parts.ts';
import type { ImportedEvent } from '../store/imported-events.ts';
import { changeShow } from './change-show.ts';
import { describeShow, type ShowFills, wordsOf } from './describe-show.ts';

export type ShowOutcome = 'added' | 'updated' | 'unchanged';

export interface ImportedShow {
  readonly eventId: number;
  readonly outcome: ShowOutcome;
  /** What the importer should know, in words. */
  readonly notes: readonly string[];
}

/** A show of a document, and the event that it is; null: it is new. */
export interface MatchedShow {
  readonly show: ParsedShow;
  readonly known: ImportedEvent | null;
  /** Another event bears its label: it shares a name with another show. */
  readonly isLabelTaken: boolean;
}

/**
 * Brings one show in. New: an event with its venue, performers and ticket types; history if it is over, a draft if it is
 * ahead, on sale if so wished and possible. Here already: what its source says now is changed, unless nothing is new.
 * What was called off here stays so. Refusals are in words.
 */
export async function importShow(
  parts: ImportParts,
  { show, known, isLabelTaken }: MatchedShow,
  fills: ShowFills,
  context: CommandContext,
): Promise<Decision<ImportedShow, string>> {
  if (!known) {
    const label = isLabelTaken ? `${show.sourceId}#${randomUUID()}` : show.sourceId;
    return addShow(parts, { ...show, sourceId: label }, fills, context);
  }
  const { eventId } = known;
  const described = { ...show, sourceId: known.sourceId };
  const names = keptNames(namesAfter(known.names, show.names));
  const source = { sourceId: known.sourceId, sourceHash: hashWith(described, fills), names };
  const standing = standingOf(show, context.now);
  const comesBack = standing === 'ahead' && wasCalledOffByImport(known, described, fills);
  if (known.status === 'cancelled' && standing !== 'cancelled' && !comesBack) {
    const reason = `was called off here as event ${eventId}, and stays so`;
    if (standing === 'ahead') return refuse(`${reason}: sell it as an event of its own`);
    return accept({ eventId, outcome: 'unchanged', notes: [reason] });
  }
  const notes: string[] = [];
  if (!known.isActive) notes.push(`is hidden here as event ${eventId}, and stays so`);
  const isUnchanged = known.sourceHash === source.sourceHash;
  if (isUnchanged && known.status === 'postponed' && known.isSold && standing === 'ahead') {
    notes.push(`was postponed here as event ${eventId}, and stays so`);
  }
  let changed = false;
  if (!isUnchanged) {
    const done = await changeShow(parts, { show: described, fills, source, known }, context);
    if (!done.accepted) return done;
    notes.push(...done.value.notes);
    changed = done.value.changed;
  } else if (differ(names, keptNames(known.names))) {
    const remembered = await parts.catalog.commands.updateEvent(eventId, {}, context, { mayBeOver: true, source });
    if (!remembered.accepted) return refuse(wordsOf(remembered.refusal));
  }
  const mayGoOnSale = known.isActive && !known.isSold;
  const published: Published = mayGoOnSale
    ? await publishIfWished(parts, eventId, { show, fills }, context)
    : { done: false };
  if (published.note !== undefined) notes.push(published.note);
  return accept({ eventId, outcome: changed || published.done ? 'updated' : 'unchanged', notes });
}

function hashWith(show: ParsedShow, { plan, capacity, priceMinor, onSaleFrom, currency }: ShowFills): string {
  // Before organisers had a currency of their own all was sold in EUR: what was right stays unchanged.
  const otherCurrency = show.currency === null && currency !== 'EUR' ? { currency } : {};
  return hashOf(show, { plan: plan?.seatingPlanId ?? null, capacity, priceMinor, onSaleFrom, ...otherCurrency });
}

/** Its page called it off, and nobody here: nothing was sold, so it may come back as its page says. */
function wasCalledOffByImport(known: ImportedEvent, show: ParsedShow, fills: ShowFills): boolean {
  return !known.isSold && known.sourceHash === hashWith({ ...show, status: 'cancelled' }, fills);
}

function differ(one: readonly string[], other: readonly string[]): boolean {
  return [...one].sort().join('\n') !== [...other].sort().join('\n');
}

async function addShow(
  parts: ImportParts,
  show: ParsedShow,
  fills: ShowFills,
  context: CommandContext,
): Promise<Decision<ImportedShow, string>> {
  const currency = show.currency ?? fills.currency;
  const ticketTypes = planTicketTypes(show, currency, fills);
  const input: NewEventInput = {
    ...(await describeShow(show, { ...fills, currency })),
    seatingPlanId: fills.plan && ticketTypes.length > 0 ? fills.plan.seatingPlanId : null,
    ticketTypes: ticketTypes.map(toInput),
    status: 'draft',
  };
  const standing = standingOf(show, context.now);
  const announcedAs = standing === 'ahead' ? undefined : standing === 'over' ? 'published' : standing;
  const made = await parts.catalog.commands.createEvent(input, context, {
    mayBeOver: true,
    source: { sourceId: show.sourceId, sourceHash: hashWith(show, fills), names: keptNames(show.names) },
    ...(announcedAs && { announcedAs }),
  });
  if (!made.accepted) return refuse(wordsOf(made.refusal));
  const { eventId } = made.value;
  const notes = standing === 'cancelled' ? ['is called off: it came in as such'] : [];
  const published = await publishIfWished(parts, eventId, { show, fills }, context);
  if (published.note !== undefined) notes.push(published.note);
  return accept({ eventId, outcome: 'added', notes });
}

interface Published {
  readonly done: boolean;
  readonly note?: string;
}

/** Puts the event on sale if that is wished and its show lies ahead; if it is not possible, says why. */
async function publishIfWished(
  parts: ImportParts,
  eventId: number,
  { show, fills }: { readonly show: ParsedShow; readonly fills: ShowFills },
  context: CommandContext,
): Promise<Published> {
  if (!fills.publish || standingOf(show, context.now) !== 'ahead') return { done: false };
  const published = await parts.catalog.commands.publishEvent(eventId, context);
  return published.accepted ? { done: true } : { done: false, note: `is not on sale: ${whyNot(published.refusal)}` };
}

function whyNot(refusal: CatalogRefusal): string {
  if (refusal.code === 'NOTHING_TO_SELL')
    return 'nothing says how many tickets there are and what they cost (--capacity, --price, --plan)';
  return wordsOf(refusal);
}

function toInput({ capacity, ...type }: PlannedTicketType) {
  return { ...type, ...(capacity !== null && { capacity }) };
}
