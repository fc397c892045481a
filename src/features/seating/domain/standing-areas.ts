import type { SeatingPlan } from './plan.ts';
import type { PlanSupplement } from './supplement.ts';

/** A part of a plan where people stand: sold as general admission. */
export interface StandingArea {
  readonly name: string;
  /** From the supplement; null where it does not say. */
  readonly capacity: number | null;
}

const standingWord =
  /(?<!\p{L})(?:standing|stand-?up|floor|general admission|ga|pit|mosh pit|stehpl[aä]tze?|stehplatz|innenraum|de pie|pista|debout|fosse|in piedi|parterre in piedi|staanplaatsen)(?!\p{L})/iu;

/** The areas that the supplement gives a capacity, and those whose text says that people stand there. */
export function standingAreas(plan: SeatingPlan, supplement: PlanSupplement): StandingArea[] {
  const said = new Map((supplement.areas ?? []).map((entry) => [entry.area, entry]));
  return plan.zones.flatMap((zone, z) =>
    (zone.areas ?? []).flatMap((area, a): StandingArea[] => {
      const entry = said.get(`/zones/${z}/areas/${a}`) ?? (area.uuid === undefined ? undefined : said.get(area.uuid));
      const text = (typeof area.text === 'string' ? area.text : (area.text?.text ?? '')).trim();
      if (entry) return entry.capacity > 0 ? [{ name: entry.name ?? toName(text), capacity: entry.capacity }] : [];
      return standingWord.test(text) ? [{ name: toName(text), capacity: null }] : [];
    }),
  );
}

/** `STANDING` is shouted on the map and said on a ticket. */
function toName(text: string): string {
  if (text === '') return 'Standing';
  const said = text === text.toUpperCase() ? text.charAt(0) + text.slice(1).toLowerCase() : text;
  return said.slice(0, 100);
}
