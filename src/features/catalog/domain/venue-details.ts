import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { isPlaceZone, readTimeZone } from '../../../kernel/time-zone.ts';
import { fault, type VenueFault } from './refusals.ts';

/** What an organiser says about a place where events happen. */
export interface VenueDetails {
  readonly name: string;
  readonly address: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** That of a place, or UTC: nobody has said. */
  readonly timeZone: string;
}

/** What is absent is left as it is, or to its default. */
export type VenueInput = Partial<VenueDetails>;

const unknownVenue: Omit<VenueDetails, 'name'> = {
  address: null,
  city: null,
  region: null,
  postalCode: null,
  country: null,
  latitude: null,
  longitude: null,
  timeZone: 'UTC',
};

/** The venue after the input, or a new one. Refuses half a coordinate and time zones that do not exist. */
export function mergeVenue(
  before: VenueDetails | null,
  input: VenueInput & { readonly name?: string },
): Decision<VenueDetails, VenueFault> {
  const fields = Object.fromEntries(
    Object.entries(input)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value === '' ? null : value]),
  );
  const merged = { ...(before ?? unknownVenue), ...fields } as VenueDetails;
  const timeZone = readTimeZone(merged.timeZone);
  if (timeZone === undefined) return refuse(fault('TIME_ZONE_UNKNOWN', '/timeZone', 'is no IANA time zone'));
  if (timeZone !== 'UTC' && !isPlaceZone(timeZone)) {
    return refuse(fault('TIME_ZONE_UNKNOWN', '/timeZone', 'must be the zone of a place, like Atlantic/Canary'));
  }
  const venue = { ...merged, timeZone };
  if ((venue.latitude === null) !== (venue.longitude === null)) {
    const field = venue.latitude === null ? '/latitude' : '/longitude';
    return refuse(fault('COORDINATES_INCOMPLETE', field, 'is missing beside the other coordinate'));
  }
  return accept(venue);
}
