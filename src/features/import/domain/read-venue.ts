import { cleanText, cutText } from './clean-text.ts';
import { countryCode } from './country.ts';
import { absoluteId, isNode, nodesOf, type Subject, textOf, typesOf, valuesOf } from './json-ld.ts';
import type { ParsedVenue } from './parsed.ts';

const nowhere = {
  sourceId: null,
  address: null,
  city: null,
  region: null,
  postalCode: null,
  country: null,
  latitude: null,
  longitude: null,
};

/** The name of the venue of shows whose page names none. */
export const unknownVenueName = 'Venue to be announced';

/**
 * Where a show is: a Place (with its address as text or in parts), an address alone, or a text; of several, the first
 * that is not online. An online show is at a venue called "Online".
 */
export function readVenue(show: Subject, note: (reason: string) => void = () => {}): ParsedVenue {
  const located = valuesOf(show, 'location');
  const places = located.filter(({ value }) => !isOnline(value));
  const [place] = places;
  if (places.length > 1) note('takes place at several places: the first was taken');
  else if (places.length < located.length && place) note('is online too: its place was taken');
  if (!place) return { ...nowhere, name: located.length > 0 ? 'Online' : unknownVenueName };
  if (typeof place.value === 'string') return fromText(place.value);
  if (!isNode(place.value)) return { ...nowhere, name: unknownVenueName };
  return fromPlace({ node: place.value, pointer: place.pointer, index: show.index });
}

function isOnline(value: unknown): boolean {
  if (typeof value === 'string') return /^https?:\/\//i.test(cleanText(value));
  return isNode(value) && typesOf(value).includes('VirtualLocation');
}

/** "Sala X, Calle Y 3, 38001 Santa Cruz, Spain": the name up to the first comma. A web address is an online show. */
function fromText(text: string): ParsedVenue {
  const clean = cleanText(text);
  const comma = clean.indexOf(',');
  const name = comma > 0 ? clean.slice(0, comma).trim() : clean;
  const address = comma > 0 ? clean.slice(comma + 1).trim() : '';
  const parts = partsOfAddress(address, null);
  return { ...nowhere, ...parts, name: nameOr(name), address: address === '' ? null : cutText(address, 500) };
}

function fromPlace(place: Subject): ParsedVenue {
  const address = readAddress(place);
  const name = textOf(place, 'name') ?? address.address ?? address.city ?? '';
  return {
    ...address,
    ...readCoordinates(place),
    sourceId: absoluteId(place.node) ?? null,
    name: nameOr(cleanText(name)),
  };
}

function nameOr(name: string): string {
  return name === '' ? unknownVenueName : cutText(name, 200);
}

function readAddress(place: Subject): Omit<ParsedVenue, 'name'> {
  const isAddress = typesOf(place.node).includes('PostalAddress');
  const structured = isAddress ? place : nodesOf(place, 'address')[0];
  if (!structured) {
    const text = cleanText(textOf(place, 'address') ?? '');
    return { ...nowhere, ...partsOfAddress(text, null), address: text === '' ? null : cutText(text, 500) };
  }
  const part = (key: string, max: number) => {
    const text = cleanText(textOf(structured, key) ?? '');
    return text === '' ? null : cutText(text, max);
  };
  const countryName = textOf(structured, 'addressCountry') ?? nameOfCountry(structured);
  const region = part('addressRegion', 200);
  const street = part('streetAddress', 500) ?? (isAddress ? null : part('name', 500));
  const read = partsOfAddress(street ?? '', region);
  return {
    ...nowhere,
    address: street,
    city: part('addressLocality', 200) ?? read.city,
    region,
    postalCode: part('postalCode', 20),
    country:
      countryName === undefined ? read.country : (countryCode(countryName) ?? cutText(cleanText(countryName), 100)),
  };
}

function nameOfCountry(address: Subject): string | undefined {
  const [country] = nodesOf(address, 'addressCountry');
  return country ? textOf(country, 'identifier', 'name') : undefined;
}

/** City and country out of an address in one line: "…, 38001 Santa Cruz de Tenerife, Tenerife, Spain". */
function partsOfAddress(address: string, region: string | null): { city: string | null; country: string | null } {
  const parts = address.split(',').map((part) => part.trim());
  const country = parts.length > 1 ? countryCode(parts.at(-1)!) : undefined;
  if (country === undefined) return { city: null, country: null };
  parts.pop();
  const regionAt = region === null ? -1 : parts.findIndex((part) => part.toLowerCase() === region.toLowerCase());
  const last = (regionAt < 0 ? parts : parts.slice(0, regionAt)).at(-1) ?? '';
  const city = last.replace(/^[A-Z]{0,2}-?\d[\d -]{2,8}\s+|\s+\d{4,6}$/, '').trim();
  return { city: /\d/.test(city) || city === '' ? null : cutText(city, 200), country };
}

function readCoordinates(place: Subject): { latitude: number | null; longitude: number | null } {
  const geo = nodesOf(place, 'geo').find((one) => textOf(one, 'latitude') !== undefined) ?? place;
  const latitude = toDegrees(textOf(geo, 'latitude'), 90);
  const longitude = toDegrees(textOf(geo, 'longitude'), 180);
  // 0, 0 is what forms write that nobody filled in.
  const known = latitude !== null && longitude !== null && (latitude !== 0 || longitude !== 0);
  return known ? { latitude, longitude } : { latitude: null, longitude: null };
}

function toDegrees(text: string | undefined, max: number): number | null {
  const match = /^\s*([+-]?\d{1,3}(?:[.,]\d{1,20})?)\s*°?\s*$/.exec(text?.slice(0, 60) ?? '');
  const degrees = match ? Number(match[1]!.replace(',', '.')) : Number.NaN;
  return Math.abs(degrees) <= max ? degrees : null;
}
