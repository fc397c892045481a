import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Instant, instantMax, instantMin } from '../../../kernel/instant.ts';
import type { ParsedShow } from './parsed.ts';

/** A calendar period: `P3Y`, `P1Y6M`, `P52W`, `-P10D`. Undefined for anything else, or one with hours. */
export function readPeriod(text: string): Temporal.Duration | undefined {
  if (!/^[+-]?P(?:\d{1,4}Y)?(?:\d{1,4}M)?(?:\d{1,4}W)?(?:\d{1,6}D)?$/i.test(text) || /P$/i.test(text)) return undefined;
  try {
    return Temporal.Duration.from(text);
  } catch {
    return undefined;
  }
}

/**
 * The show with every date moved on: its start to the day a period later, and from there to the nearest day with the
 * weekday it had (at most three days either way), at the same local time. All its other dates move by as many days.
 */
export function shiftShow(show: ParsedShow, period: Temporal.Duration): Decision<ParsedShow, string> {
  try {
    const before = zoned(show.startsAt, show.timeZone).toPlainDate();
    const moved = before.add(period);
    const off = (before.dayOfWeek - moved.dayOfWeek + 7) % 7;
    const days = before.until(moved.add({ days: off > 3 ? off - 7 : off })).days;
    const shift = <T extends Instant | null>(instant: T): T =>
      (instant === null ? null : zoned(instant, show.timeZone).add({ days }).epochMilliseconds) as T;
    const startsAt = shift(show.startsAt);
    if (startsAt < instantMin || startsAt >= instantMax) return refuse('moves out of the years 1900 to 2199');
    return accept({
      ...show,
      startsAt,
      endsAt: shift(show.endsAt),
      doorsAt: shift(show.doorsAt),
      offers: show.offers.map((offer) => ({
        ...offer,
        salesFrom: shift(offer.salesFrom),
        salesUntil: shift(offer.salesUntil),
      })),
    });
  } catch {
    return refuse('moves out of the calendar');
  }
}

function zoned(instant: Instant, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone);
}
