import type { Instant } from '../../../kernel/instant.ts';

export interface PlaceFacts {
  /** ISO 3166. */
  readonly country: string | null;
  readonly region: string | null;
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

/**
 * Cities whose zones matter where a country has several, and for places that name no country. The nearest decides:
 * borders of zones mostly run through empty land.
 */
const cities = `
  America/New_York 40.7,-74 33.7,-84.4 25.8,-80.2 42.3,-83 39.8,-86.2;
  America/Chicago 41.9,-87.6 29.8,-95.4 32.8,-96.8 30,-90 36.2,-86.8 45,-93.3;
  America/Denver 39.7,-105 40.8,-111.9 35.1,-106.6 43.6,-116.2; America/Phoenix 33.4,-112;
  America/Los_Angeles 34,-118.2 37.8,-122.4 36.2,-115.1 47.6,-122.3; America/Anchorage 61.2,-149.9;
  Pacific/Honolulu 21.3,-157.9; America/Toronto 43.7,-79.4 45.5,-73.6; America/Winnipeg 49.9,-97.1;
  America/Regina 50.4,-104.6; America/Edmonton 53.5,-113.5; America/Vancouver 49.3,-123.1;
  America/Halifax 44.6,-63.6; America/St_Johns 47.6,-52.7; America/Mexico_City 19.4,-99.1;
  America/Cancun 21.2,-86.8; America/Tijuana 32.5,-117; America/Hermosillo 29.1,-111;
  America/Sao_Paulo -23.5,-46.6; America/Manaus -3.1,-60; America/Fortaleza -3.7,-38.5; America/Bahia -13,-38.5;
  America/Buenos_Aires -34.6,-58.4; America/Santiago -33.4,-70.7; Pacific/Easter -27.1,-109.4;
  America/Bogota 4.7,-74.1; America/Lima -12,-77; America/Caracas 10.5,-66.9; America/Guayaquil -2.2,-79.9;
  Pacific/Galapagos -0.7,-90.3; Atlantic/Canary 28.3,-16.5 28.1,-15.4 29,-13.6; Africa/Ceuta 35.9,-5.3;
  Europe/Madrid 40.4,-3.7 36.7,-4.4 36.5,-6.3 41.4,2.2; Europe/Lisbon 38.7,-9.1 41.1,-8.6;
  Atlantic/Madeira 32.7,-16.9; Atlantic/Azores 37.7,-25.7; Europe/London 51.5,-0.1 55.9,-3.2;
  Europe/Dublin 53.3,-6.3; Europe/Paris 48.9,2.4 43.3,5.4; Europe/Brussels 50.8,4.4; Europe/Amsterdam 52.4,4.9;
  Europe/Berlin 52.5,13.4 50.9,7 48.1,11.6; Europe/Busingen 47.7,8.69; Europe/Zurich 47.4,8.5;
  Europe/Vienna 48.2,16.4; Europe/Rome 41.9,12.5 45.5,9.2; Europe/Copenhagen 55.7,12.6;
  Europe/Stockholm 59.3,18.1; Europe/Oslo 59.9,10.8; Europe/Helsinki 60.2,24.9; Europe/Warsaw 52.2,21;
  Europe/Prague 50.1,14.4; Europe/Budapest 47.5,19; Europe/Bucharest 44.4,26.1; Europe/Athens 38,23.7;
  Europe/Istanbul 41,29; Europe/Kiev 50.5,30.5; Europe/Moscow 55.8,37.6; Europe/Kaliningrad 54.7,20.5;
  Europe/Samara 53.2,50.1; Asia/Yekaterinburg 56.8,60.6; Asia/Novosibirsk 55,82.9; Asia/Krasnoyarsk 56,92.9;
  Asia/Irkutsk 52.3,104.3; Asia/Vladivostok 43.1,131.9; Asia/Dubai 25.2,55.3; Asia/Calcutta 19.1,72.9 28.6,77.2;
  Asia/Bangkok 13.8,100.5; Asia/Singapore 1.35,103.8; Asia/Jakarta -6.2,106.8; Asia/Makassar -8.7,115.2;
  Asia/Jayapura -2.5,140.7; Asia/Manila 14.6,121; Asia/Hong_Kong 22.3,114.2; Asia/Taipei 25,121.5;
  Asia/Shanghai 31.2,121.5 39.9,116.4 43.8,87.6; Asia/Seoul 37.6,127; Asia/Tokyo 35.7,139.7;
  Australia/Sydney -33.9,151.2; Australia/Melbourne -37.8,145; Australia/Brisbane -27.5,153 -16.9,145.8;
  Australia/Adelaide -34.9,138.6; Australia/Darwin -12.5,130.8; Australia/Perth -31.95,115.9;
  Australia/Hobart -42.9,147.3; Pacific/Auckland -36.8,174.8 -41.3,174.8; Africa/Johannesburg -26.2,28;
  Africa/Lagos 6.5,3.4; Africa/Nairobi -1.3,36.8; Africa/Cairo 30,31.2; Asia/Jerusalem 32.1,34.8;
`
  .split(';')
  .flatMap((line) => {
    const [zone = '', ...places] = line.trim().split(' ');
    return places.map((place) => [zone, ...place.split(',').map(Number)] as [string, number, number]);
  });

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

/** Words of an address that settle it without coordinates: [country, words, zone]. */
const regions: readonly (readonly [country: string, words: RegExp, zone: string])[] = [
  [
    'ES',
    /tenerife|canari|canary|lanzarote|fuerteventura|la gomera|el hierro|las palmas|\b3[58]\d{3}\b/i,
    'Atlantic/Canary',
  ],
  ['ES', /\bceuta\b|\bmelilla\b/i, 'Africa/Ceuta'],
  ['PT', /madeira|funchal/i, 'Atlantic/Madeira'],
  ['PT', /a[cç]ores|azores|ponta delgada/i, 'Atlantic/Azores'],
  ['US', /\b(?:CA|WA|NV)\b|california|washington(?!,? d\.?c)|oregon|nevada/, 'America/Los_Angeles'],
  ['US', /\b(?:CO|UT|NM|MT|WY|ID)\b|colorado|utah|new mexico/, 'America/Denver'],
  ['US', /\bAZ\b|arizona/, 'America/Phoenix'],
  [
    'US',
    /\b(?:TX|IL|TN|LA|MN|MO|WI|OK|AL|MS|AR|IA|KS|NE)\b|texas|illinois|tennessee|louisiana|minnesota/,
    'America/Chicago',
  ],
  ['US', /\bHI\b|hawaii/, 'Pacific/Honolulu'],
  ['US', /\bAK\b|alaska/, 'America/Anchorage'],
  ['CA', /\bBC\b|british columbia/i, 'America/Vancouver'],
  ['CA', /\bAB\b|alberta/i, 'America/Edmonton'],
  ['CA', /\bMB\b|manitoba/i, 'America/Winnipeg'],
  ['CA', /\bSK\b|saskatchewan/i, 'America/Regina'],
  ['CA', /\bN[SB]\b|nova scotia|new brunswick/i, 'America/Halifax'],
  ['AU', /\bQLD\b|queensland/i, 'Australia/Brisbane'],
  ['AU', /\bWA\b|western australia/i, 'Australia/Perth'],
  ['AU', /\bSA\b|south australia/i, 'Australia/Adelaide'],
  ['AU', /\bVIC\b|victoria/i, 'Australia/Melbourne'],
];

/**
 * The time zone of a place: by country where that has one; else by words of the address, the nearest known city, the
 * offset that the page wrote beside the start, or the zone most people of the country live in, in this order. Null if
 * the place says too little. The zones of countries come from ICU, so that there is no table of them to grow stale.
 */
export function zoneOfPlace(place: PlaceFacts, written: WrittenOffset | null): string | null {
  const zones = place.country ? zonesOfCountry(place.country) : [];
  if (zones.length === 1) return zones[0]!;
  const near = nearestCity(place, zones);
  if (zones.length === 0) return near;
  const words = [place.region, place.postalCode, place.address].filter((word) => word !== null).join(' ');
  const region = regions.find(([country, pattern]) => country === place.country && pattern.test(words));
  if (region) return region[2];
  if (near) return near;
  const main = principal[place.country!] ?? zones[0]!;
  if (!written || offsetOf(main, written.instant) === written.offsetMinutes) return main;
  return zones.find((zone) => offsetOf(zone, written.instant) === written.offsetMinutes) ?? main;
}

/** A zone of whole hours from UTC for a start that says only its offset; UTC where there is none. */
export function zoneOfOffset(offsetMinutes: number): string {
  const hours = offsetMinutes / 60;
  if (!Number.isInteger(hours) || hours === 0 || hours < -12 || hours > 14) return 'UTC';
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

function zonesOfCountry(country: string): string[] {
  try {
    return new Intl.Locale(`und-${country}`).getTimeZones() ?? [];
  } catch {
    return [];
  }
}

function nearestCity({ latitude, longitude }: PlaceFacts, zones: readonly string[]): string | null {
  if (latitude === null || longitude === null) return null;
  // Within a country the nearest city decides at any distance, without one only within about 500 km.
  let nearest = zones.length > 0 ? Number.POSITIVE_INFINITY : 4.5 ** 2;
  let found: string | null = null;
  for (const [zone, cityLatitude, cityLongitude] of cities) {
    if (zones.length > 0 && !zones.includes(zone)) continue;
    const east = (longitude - cityLongitude) * Math.cos((latitude * Math.PI) / 180);
    const distance = (latitude - cityLatitude) ** 2 + east ** 2;
    if (distance < nearest) [nearest, found] = [distance, zone];
  }
  return found;
}

function offsetOf(zone: string, instant: Instant): number {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 60e9;
}
