import type { Instant } from '../../../kernel/instant.ts';
import { postcodeIn, zoneOfPostcode, zoneOfRegion } from './regions-of-zones.ts';

export interface PlaceFacts {
  /** ISO 3166. */
  readonly country: string | null;
  readonly region: string | null;
  readonly city: string | null;
  readonly postalCode: string | null;
  readonly address: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** A start whose offset from UTC was written down. */
export interface WrittenOffset {
  readonly instant: Instant;
  readonly offsetMinutes: number;
}

/** The zone at a point of the earth; of the sea, or none: null. */
export type ZoneAt = (latitude: number, longitude: number) => string | null;

/** Where a country has several zones, the one most of its people live in. */
const principal: Readonly<Record<string, string>> = {
  AR: 'America/Buenos_Aires',
  AU: 'Australia/Sydney',
  BR: 'America/Sao_Paulo',
  CA: 'America/Toronto',
  CD: 'Africa/Kinshasa',
  CL: 'America/Santiago',
  CN: 'Asia/Shanghai',
  CY: 'Asia/Nicosia',
  DE: 'Europe/Berlin',
  EC: 'America/Guayaquil',
  ES: 'Europe/Madrid',
  GL: 'America/Godthab',
  ID: 'Asia/Jakarta',
  KZ: 'Asia/Almaty',
  MN: 'Asia/Ulaanbaatar',
  MX: 'America/Mexico_City',
  MY: 'Asia/Kuala_Lumpur',
  NZ: 'Pacific/Auckland',
  PT: 'Europe/Lisbon',
  RU: 'Europe/Moscow',
  UA: 'Europe/Kiev',
  US: 'America/New_York',
  UZ: 'Asia/Tashkent',
};

/** Countries of which a good part does not live in the principal zone. */
const wide = new Set(['AU', 'BR', 'CA', 'CD', 'ID', 'MX', 'RU', 'US']);

export interface PlaceZone {
  readonly zone: string;
  /** The country alone was known, and much of it keeps another time. */
  readonly isGuess: boolean;
}

/**
 * The time zone of a place: by country where that has one (but for what lies overseas); else by its coordinates, its
 * postcode, its region or island, the offset that the page wrote beside the start, the organiser's if it is one of the
 * country, or the zone most people of the country live in, in this order. Words of a street say nothing: streets are called
 * after other places. Null if the place says too little. The zones of countries come from ICU, so that there is no table of
 * them to grow stale.
 */
export function zoneOfPlace(
  place: PlaceFacts,
  written: WrittenOffset | null,
  { zoneAt, organizerZone }: { readonly zoneAt: ZoneAt; readonly organizerZone: string | null },
): PlaceZone | null {
  const { country } = place;
  const zones = country ? zonesOfCountry(country) : [];
  const sure = (zone: string): PlaceZone => ({ zone, isGuess: false });
  if (zones.length === 1) return sure(zoneOfAddress(country!, place) ?? zones[0]!);
  const atPoint = place.latitude === null || place.longitude === null ? null : zoneAt(place.latitude, place.longitude);
  if (country === null || zones.length === 0) return atPoint === null ? null : sure(atPoint);
  // Coordinates in another country are a slip of somebody's form.
  const point = atPoint === null ? undefined : zones.find((zone) => isSameZone(zone, atPoint));
  const found = point ?? zoneOfAddress(country, place);
  if (found !== undefined) return sure(zones.find((zone) => isSameZone(zone, found)) ?? found);
  const home = organizerZone === null ? undefined : zones.find((zone) => isSameZone(zone, organizerZone));
  const main = home ?? principal[country] ?? zones[0]!;
  if (!written) return { zone: main, isGuess: wide.has(country) };
  const fits = [main, ...zones].find((zone) => offsetOf(zone, written.instant) === written.offsetMinutes);
  return sure(fits ?? main);
}

function zoneOfAddress(country: string, { postalCode, region, city, address }: PlaceFacts): string | undefined {
  // Behind the street: "Peachtree Ave NE, Atlanta, GA 30303, USA". Streets are called after any place.
  const parts = (address ?? '').split(',').map((part) => part.trim());
  const tail = parts.length > 1 ? parts.slice(1).reverse() : [];
  const codes = [postalCode, ...tail.map((part) => postcodeIn(country, part))];
  const byCode = codes
    .map((code) => (code ? zoneOfPostcode(country, code) : undefined))
    .find((zone) => zone !== undefined);
  if (byCode !== undefined) return byCode;
  const named = [
    region,
    ...tail.map((part) => part.replace(/\s+\d[\d-]*$/, '')),
    ...islandsIn(country, city),
    parts[0]!,
  ];
  return named.map((name) => (name ? zoneOfRegion(country, name) : undefined)).find((zone) => zone !== undefined);
}

/** Towns that are called after their island; elsewhere a town called like a region ("Nevada, MO") lies anywhere. */
function islandsIn(country: string, city: string | null): (string | null)[] {
  if (country !== 'ES' && country !== 'PT') return [];
  return [city, ...(city?.split(/ de | da | do |[ -]/) ?? [])];
}

/** A zone of whole hours from UTC for a start that says only its offset; UTC where there is none. */
export function zoneOfOffset(offsetMinutes: number): string {
  const hours = offsetMinutes / 60;
  if (!Number.isInteger(hours) || hours === 0 || hours < -12 || hours > 14) return 'UTC';
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

/** ICU takes its time to answer, and a document asks for the same few countries thousands of times. */
const zonesByCountry = new Map<string, readonly string[]>();

function zonesOfCountry(country: string): readonly string[] {
  // What pages call a country may be anything.
  if (!/^[A-Z]{2}$/.test(country)) return [];
  const known = zonesByCountry.get(country);
  if (known) return known;
  const zones = new Intl.Locale(`und-${country}`).getTimeZones() ?? [];
  zonesByCountry.set(country, zones);
  return zones;
}

/** Zones have several names: Europe/Kiev is Europe/Kyiv. */
function isSameZone(one: string, other: string): boolean {
  if (one === other) return true;
  const start = Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(one);
  return start.equals(start.withTimeZone(other));
}

/** Minutes by which a zone is ahead of UTC at an instant. */
export function offsetOf(zone: string, instant: Instant): number {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 60e9;
}
