import type { ImportSummary } from '../../../contract/import.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { isCurrency, toMinorUnits } from '../../../kernel/money.ts';
import { orderCategories, standingAreas } from '../../seating/index.ts';
import { standingOf } from '../domain/event-of-show.ts';
import type { ImportOptions } from '../domain/import-options.ts';
import type { ParsedDocument } from '../domain/parsed.ts';
import { type ImportPlan, priceNotes } from '../domain/plan-ticket-types.ts';
import { shiftShow } from '../domain/shift-dates.ts';
import type { ImportParts } from '../parts.ts';
import { findSurroundings, type Surroundings } from './describe-show.ts';
import { importShow, type MatchedShow } from './import-show.ts';
import { matchDocument } from './match-document.ts';

export type ImportRefusal = {
  readonly code: 'SEATING_PLAN_UNKNOWN';
  readonly errors: readonly { readonly field: string; readonly message: string }[];
};

/** How a document is brought in. */
export interface ImportSettings {
  readonly options: ImportOptions;
  readonly plan: ImportPlan | null;
  /** The organiser's, for shows whose page names none. */
  readonly currency: string;
}

/**
 * Brings in all plans and shows of a parsed document, each for itself: what is refused is reported with its place, the rest
 * goes in. Yields how far it is after each; the summary comes last. Running it again changes nothing.
 */
export async function* importDocument(
  parts: ImportParts,
  document: ParsedDocument,
  settings: ImportSettings,
  context: CommandContext,
): AsyncGenerator<{ done: number; total: number }, ImportSummary> {
  const outcomes: ImportSummary['outcomes'] = [];
  const summary: ImportSummary = {
    added: 0,
    updated: 0,
    unchanged: 0,
    repeated: document.repetitions.length,
    refused: document.refusedCount,
    past: 0,
    refusals: [...document.refusals],
    repetitions: [...document.repetitions],
    notes: [...document.notes],
    shows: [],
    outcomes,
    told: outcomes,
    plans: [],
  };
  const total = document.plans.length + document.shows.length;
  let done = 0;
  for (const { place, content } of document.plans) {
    const imported = await parts.seating.importPlan(parts.database, content, context);
    if (imported.accepted) {
      const { outcome, row } = imported.value;
      summary[outcome]++;
      summary.plans.push({ seatingPlanId: row.seatingPlanId, name: row.name, seatCount: row.seatCount });
    } else refuseAt(summary, place, imported.refusal.code);
    yield { done: ++done, total };
  }
  const { shift } = settings.options;
  const shows = document.shows.flatMap((show) => {
    const moved = shift === null ? accept(show) : shiftShow(show, shift);
    if (moved.accepted) return [moved.value];
    refuseAt(summary, show.place, moved.refusal);
    done++;
    return [];
  });
  const surroundings = findSurroundings(parts, context);
  for (const matched of await matchDocument(parts, shows, context)) {
    await importOne(parts, matched, { ...settings, summary, surroundings }, context);
    yield { done: ++done, total };
  }
  return summary;
}

function refuseAt(summary: ImportSummary, place: string, reason: string): void {
  summary.refused++;
  summary.refusals.push({ place, reason });
}

async function importOne(
  parts: ImportParts,
  matched: MatchedShow,
  {
    options,
    plan,
    currency,
    summary,
    surroundings,
  }: ImportSettings & { readonly summary: ImportSummary; readonly surroundings: Surroundings },
  context: CommandContext,
): Promise<void> {
  const { show, known } = matched;
  const { place } = show;
  const price = priceIn(options.price, show.currency ?? currency);
  if (!price.accepted) return refuseAt(summary, place, price.refusal);
  const { capacity, publish, onSaleFrom, changeSold, callOff } = options;
  const { value: priceMinor } = price;
  const fills = { plan, capacity, publish, onSaleFrom, priceMinor, currency, changeSold, callOff, surroundings };
  const imported = await importShow(parts, matched, fills, context);
  if (!imported.accepted) return refuseAt(summary, place, imported.refusal);
  const { outcome, eventId, notes } = imported.value;
  summary[outcome]++;
  if (standingOf(show, context.now) === 'over') summary.past++;
  summary.shows.push(eventId);
  summary.outcomes.push({ place, eventId, outcome });
  const sold = known?.isSold ? known.currency : currency;
  for (const reason of [...priceNotes(show, { ...fills, currency: sold }), ...notes])
    summary.notes.push({ place, reason });
}

function priceIn(price: number | null, currency: string): Decision<number | null, string> {
  if (price === null) return accept(null);
  const minor = isCurrency(currency) ? toMinorUnits(price, currency) : undefined;
  return minor?.accepted ? accept(minor.value) : refuse(`the price ${price} is none in ${currency}`);
}

/** The plan that the options name, by id or else by name (the newest of that name). */
export async function findImportPlan(
  parts: ImportParts,
  named: string,
  organizerId: number,
): Promise<Decision<ImportPlan, ImportRefusal>> {
  const database = parts.database.as({ organizerId });
  const id = /^\d{1,9}$/.test(named)
    ? Number(named)
    : (await parts.seating.findPlansByName(database, organizerId, named))[0]?.seatingPlanId;
  const found = id === undefined ? undefined : await parts.seating.findPlan(database, organizerId, id);
  const geometry = found && (await parts.seating.loadGeometry(database, found.seatingPlanId));
  if (!found || !geometry) {
    return refuse({
      code: 'SEATING_PLAN_UNKNOWN',
      errors: [{ field: '/querystring/plan', message: 'there is no seating plan of that id or name' }],
    });
  }
  const standing = standingAreas(JSON.parse(found.plan), JSON.parse(found.supplement));
  return accept({ seatingPlanId: found.seatingPlanId, categories: orderCategories(geometry), standing });
}
