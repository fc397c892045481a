/** Where a venue is, as far as it is known. */
export interface WhereVenue {
  readonly address: string | null;
  readonly city: string | null;
  readonly region: string | null;
  readonly postalCode: string | null;
  readonly country: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** Two of one name that are nearer than this are one, however their regions are spelled; further than the other, two. */
const besideKm = 1;
const apartKm = 20;

/**
 * Whether a venue of the same name is the one that is meant: nothing that both say may differ. What only one of them says
 * decides nothing, but of two venues the one that more speaks for is meant: see {@link nearestVenue}.
 */
export function isSameVenue(meant: WhereVenue, known: WhereVenue): boolean {
  if (meant.address !== null && !isAlike(meant.address, known.address ?? '')) return false;
  if (differ(meant.country, known.country) || differ(meant.city, known.city)) return false;
  const km = kmBetween(meant, known);
  if (km !== null && km > apartKm) return false;
  const isSameSpot = agree(meant.postalCode, known.postalCode) || (km !== null && km < besideKm);
  // One region has several spellings ("CA", "California"), a postcode and a point of the earth have one.
  if (isSameSpot) return true;
  if (differ(meant.region, known.region)) return false;
  const isSameStreet = agree(meant.address, known.address) && agree(meant.city, known.city);
  return isSameStreet || !differ(meant.postalCode, known.postalCode);
}

/** Of the venues of one name that it may be: the one that agrees in most, else the first. */
export function nearestVenue<V extends WhereVenue>(meant: WhereVenue, known: readonly V[]): V | undefined {
  const facts = ['city', 'region', 'country', 'postalCode'] as const;
  const score = (venue: V) => facts.filter((fact) => agree(meant[fact], venue[fact])).length;
  let best: V | undefined;
  for (const venue of known) {
    if (isSameVenue(meant, venue) && (!best || score(venue) > score(best))) best = venue;
  }
  return best;
}

function isAlike(one: string, other: string): boolean {
  return plain(one) === plain(other);
}

function plain(text: string): string {
  return text.trim().toLowerCase().normalize('NFC');
}

function differ(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && !isAlike(one, other);
}

function agree(one: string | null, other: string | null): boolean {
  return one !== null && other !== null && isAlike(one, other);
}

/** Between two points of the earth, well enough for towns; null: not both are known. */
function kmBetween(one: WhereVenue, other: WhereVenue): number | null {
  if (one.latitude === null || one.longitude === null || other.latitude === null || other.longitude === null)
    return null;
  const north = one.latitude - other.latitude;
  const around = Math.abs(one.longitude - other.longitude);
  const east = Math.min(around, 360 - around) * Math.cos((one.latitude * Math.PI) / 180);
  return Math.hypot(north, east) * 111.2;
}
