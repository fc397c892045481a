import type { EventBody } from '../../../src/contract/catalog.ts';
import type { FoundEventAnswer } from '../../../src/contract/search.ts';
import { showSlug } from '../../../src/kernel/slug.ts';

const fewShare = 0.1;

/** An event as its card shows it: what the search would say of it. */
export function toFound(event: EventBody, now: number): FoundEventAnswer {
  const { venueDetails } = event;
  return {
    eventId: event.eventId,
    title: event.title,
    slug: showSlug(event.title),
    startsAt: event.startsAt,
    localStart: event.localStart,
    timeZone: event.timeZone,
    previousStartsAt: event.previousStartsAt,
    seriesId: event.seriesId,
    venueId: event.venueId,
    venue: event.venue,
    city: venueDetails.city,
    performers: event.performers,
    type: event.type,
    imageUrl: event.imageUrl,
    lowestPrice: event.lowestPrice,
    fromPrice: event.lowestTotalPrice,
    currency: event.currency,
    availability: availabilityOf(event, now),
    onSaleFrom: event.onSaleFrom,
  };
}

function availabilityOf(event: EventBody, now: number): FoundEventAnswer['availability'] {
  const { status, onSaleFrom, onSaleUntil, endsAt, startsAt, availableCapacity, totalCapacity } = event;
  if (status === 'cancelled' || status === 'postponed') return status;
  if (onSaleFrom !== null && now < Date.parse(onSaleFrom)) return 'not on sale yet';
  const until = Math.min(...[onSaleUntil, endsAt ?? startsAt].map((at) => (at === null ? Infinity : Date.parse(at))));
  if (now >= until || totalCapacity === 0) return 'off sale';
  if (availableCapacity === 0) return 'sold out';
  return availableCapacity < totalCapacity * fewShare ? 'few left' : 'available';
}
