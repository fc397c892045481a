import { toLocalIso } from '../../../kernel/instant.ts';
import type { ShowChangeKind, ShowFacts } from '../../../kernel/show-facts.ts';
import type { EventStatus } from './event-details.ts';

/** An announced show, as far as its buyers care. */
export interface AnnouncedShow {
  readonly status: EventStatus;
  readonly venueId: number;
  readonly facts: ShowFacts;
}

/**
 * What buyers must hear of a change; null: nothing. While a show is postponed the only news is that it is cancelled or has a
 * new date: `before` is then what they know from before. Nor do they hear of corrections to a show that is over.
 */
export function kindOfChange(before: AnnouncedShow, after: AnnouncedShow, now: number): ShowChangeKind | null {
  if (after.status !== before.status && (after.status === 'cancelled' || after.status === 'postponed'))
    return after.status;
  if (after.status !== 'published') return null;
  if (before.status === 'postponed') return 'resumed';
  if ((after.facts.endsAt ?? after.facts.startsAt) <= now) return null;
  if (after.venueId !== before.venueId || isOtherTime(before.facts, after.facts)) return 'moved';
  return hasOtherWords(before.facts, after.facts) ? 'updated' : null;
}

/** Another moment on another clock face. Where a zone was wrong and is corrected, the evening is the one that was said. */
function isOtherTime(before: ShowFacts, after: ShowFacts): boolean {
  return before.startsAt !== after.startsAt && clockFace(before) !== clockFace(after);
}

function clockFace({ startsAt, timeZone }: ShowFacts): string {
  return toLocalIso(startsAt, timeZone).slice(0, 19);
}

function hasOtherWords(before: ShowFacts, after: ShowFacts): boolean {
  const words = (show: ShowFacts) => [show.startsAt, show.doorsAt, show.endsAt, show.venue, show.address];
  return words(before).join('\n') !== words(after).join('\n');
}
