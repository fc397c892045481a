import type { EventBody } from '../../../contract/catalog.ts';
import type { AvailabilityAnswer } from '../../../contract/inventory.ts';
import { toLocalIso } from '../../../kernel/instant.ts';

/** The types of schema.org that a show may be of; its own word for anything else says nothing to others. */
const knownType = /^(?:[A-Z][A-Za-z]{0,80}Event|Event|Festival)$/;

const statuses = {
  published: 'EventScheduled',
  draft: 'EventScheduled',
  postponed: 'EventPostponed',
  cancelled: 'EventCancelled',
} as const satisfies Record<EventBody['status'], string>;

/**
 * A show in the words of schema.org, for search engines, and for `onsale import` elsewhere: prices are what is paid. `series`:
 * the name of the whole that it is a date of.
 */
export function eventJsonLd(
  event: EventBody,
  {
    availability,
    baseUrl,
    path,
    series,
  }: {
    readonly availability: AvailabilityAnswer | null;
    readonly baseUrl: string;
    readonly path: string;
    readonly series: string | null;
  },
) {
  const url = `${baseUrl}${path}`;
  const isMoved = event.status === 'published' && event.previousStartsAt !== null;
  const local = (moment: string | null) =>
    moment === null ? undefined : toLocalIso(Date.parse(moment), event.timeZone);
  const offers = event.ticketTypes.filter(({ isActive, isHidden }) => isActive && !isHidden);
  return {
    '@context': 'https://schema.org',
    '@type': knownType.test(event.type) ? event.type : 'Event',
    '@id': url,
    url,
    name: event.title,
    description: event.description ?? undefined,
    image: event.imageUrl ?? undefined,
    startDate: event.localStart,
    endDate: local(event.endsAt),
    doorTime: local(event.doorsAt),
    duration: event.duration ?? undefined,
    eventStatus: `https://schema.org/${isMoved ? 'EventRescheduled' : statuses[event.status]}`,
    previousStartDate: local(event.previousStartsAt),
    eventAttendanceMode: 'https://schema.org/OfflineEventAttendanceMode',
    location: placeOf(event),
    performer: event.performers.map(({ name }) => ({ '@type': 'PerformingGroup', name })),
    organizer: {
      '@type': 'Organization',
      name: event.organizer.name,
      url: `${baseUrl}/o/${event.organizer.slug}`,
    },
    superEvent: series === null ? undefined : { '@type': 'EventSeries', name: series },
    maximumAttendeeCapacity: event.totalCapacity > 0 ? event.totalCapacity : undefined,
    isAccessibleForFree: event.lowestTotalPrice === 0 ? true : undefined,
    offers: offers.map((type) => offerOf(type, { event, availability, url })),
  };
}

function placeOf({ venue, venueDetails }: EventBody) {
  const { address, city, region, postalCode, country, latitude, longitude } = venueDetails;
  const hasAddress = [address, city, region, postalCode, country].some((part) => part !== null);
  return {
    '@type': 'Place',
    name: venue,
    address: hasAddress
      ? {
          '@type': 'PostalAddress',
          streetAddress: address ?? undefined,
          addressLocality: city ?? undefined,
          addressRegion: region ?? undefined,
          postalCode: postalCode ?? undefined,
          addressCountry: country ?? undefined,
        }
      : undefined,
    geo: latitude !== null && longitude !== null ? { '@type': 'GeoCoordinates', latitude, longitude } : undefined,
  };
}

function offerOf(
  type: EventBody['ticketTypes'][number],
  {
    event,
    availability,
    url,
  }: { readonly event: EventBody; readonly availability: AvailabilityAnswer | null; readonly url: string },
) {
  const numbers = availability?.ticketTypes.find(({ ticketTypeId }) => ticketTypeId === type.ticketTypeId);
  const free = numbers?.available ?? type.availableCount;
  const isGone = free === 0 && (numbers === undefined || numbers.held + numbers.reserved === 0);
  const [first, ...others] = type.rates;
  return {
    '@type': 'Offer',
    name: type.name,
    description: type.description ?? undefined,
    url,
    price: first?.totalPrice,
    priceCurrency: type.currency,
    // Of other rates: who reads one price only takes that of the first.
    priceSpecification:
      others.length === 0
        ? undefined
        : type.rates.map(({ name, totalPrice }) => ({
            '@type': 'UnitPriceSpecification',
            name,
            price: totalPrice,
            priceCurrency: type.currency,
          })),
    availability: `https://schema.org/${isGone ? 'SoldOut' : free === 0 ? 'LimitedAvailability' : 'InStock'}`,
    inventoryLevel: { '@type': 'QuantitativeValue', value: free },
    validFrom: type.salesFrom ?? event.onSaleFrom ?? undefined,
    validThrough: type.salesUntil ?? event.onSaleUntil ?? undefined,
  };
}
