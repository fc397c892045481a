import { type Instant, toLocalIso } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Standing } from './event-of-show.ts';
import type { ParsedShow } from './parsed.ts';
import type { PlannedTicketType } from './plan-ticket-types.ts';
import { offsetOf } from './zone-of-place.ts';

/** An event as its buyers know it. */
export interface SoldShow {
  readonly startsAt: Instant;
  readonly timeZone: string;
  readonly venueId: number;
  readonly status: string;
  readonly currency: string;
  readonly types: readonly PricedType[];
}

export interface PricedType {
  readonly name: string;
  readonly rates: readonly { readonly priceMinor: number }[];
}

/**
 * What an import would change of a show that buyers reckon with: its date, its place, its prices, each in words. Nothing
 * of it is changed by accident.
 */
export function changesForBuyers(
  sold: SoldShow,
  show: ParsedShow,
  {
    standing,
    venueId,
    planned,
  }: { standing: Standing; venueId: number | undefined; planned: readonly PlannedTicketType[] },
): string[] {
  const changes: string[] = [];
  const isMoved =
    show.startsAt !== sold.startsAt ||
    offsetOf(show.timeZone, show.startsAt) !== offsetOf(sold.timeZone, show.startsAt);
  if (isMoved) {
    const [before, after] = [toLocalIso(sold.startsAt, sold.timeZone), toLocalIso(show.startsAt, show.timeZone)];
    changes.push(`its date from ${before} to ${after}`);
  }
  if (standing === 'postponed' && sold.status === 'published') changes.push('its date: it is postponed');
  if (standing === 'ahead' && sold.status === 'postponed') changes.push('its date: it is postponed no more');
  if (venueId !== sold.venueId) changes.push(`its place to ${JSON.stringify(show.venue.name)}`);
  for (const type of planned) {
    const present = sold.types.find((one) => isSameTypeName(one.name, type.name));
    const [rate, ...others] = present?.rates ?? [];
    if (!rate || others.length > 0) continue;
    const before = toDecimal(rate.priceMinor, sold.currency);
    if (before !== type.price) {
      changes.push(`the price of ${JSON.stringify(type.name)} from ${before} to ${type.price} ${sold.currency}`);
    }
  }
  return changes;
}

/** Ticket types of one event differ in more than upper and lower case. */
export function isSameTypeName(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
