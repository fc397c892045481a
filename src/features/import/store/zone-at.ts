import lookUp from '@photostructure/tz-lookup';
import type { ZoneAt } from '../domain/zone-of-place.ts';

/** The time zone at a point of the earth, from a map of the boundaries of zones; null at sea. */
export const zoneAt: ZoneAt = (latitude, longitude) => {
  const zone = lookUp(latitude, longitude);
  return zone.startsWith('Etc/') ? null : zone;
};
