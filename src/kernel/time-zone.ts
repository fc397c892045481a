import type { Instant } from './instant.ts';

/*
 * A time zone as we keep it: that of a place (`Europe/Madrid`), `UTC`, or, where no place is known, the offset that
 * somebody wrote (`+02:00`).
 */

const epoch = (zone: string) => Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone);

/**
 * The zone of that name as we keep it; undefined if there is none. All names of UTC become `UTC`, and `Etc/GMT-2`, whose
 * sign everybody reads the wrong way round, becomes `+02:00`.
 */
export function readTimeZone(name: string): string | undefined {
  if (!/^([A-Za-z][\w+/-]{0,63}|[+-]\d\d:\d\d)$/.test(name)) return undefined;
  try {
    const zone = epoch(name);
    if (zone.equals(epoch('UTC')) || zone.timeZoneId === '+00:00') return 'UTC';
    return zone.timeZoneId.startsWith('Etc/') ? zone.offset : zone.timeZoneId;
  } catch {
    return undefined;
  }
}

/** Whether a zone says where it is: neither `UTC`, with which a venue begins whose zone nobody set, nor a bare offset. */
export function isPlaceZone(zone: string): boolean {
  const read = readTimeZone(zone);
  return read !== undefined && read !== 'UTC' && !/^[+-]/.test(read);
}

/** How far the clock is from UTC there and then: `+02:00`. */
export function offsetAt(zone: string, instant: Instant): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offset;
}

/** A zone as people read it: `Europe/Madrid`, `UTC+2`, `UTC`. */
export function zoneWords(zone: string): string {
  const read = readTimeZone(zone) ?? zone;
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(read) ?? [];
  return sign === undefined ? read : `UTC${sign}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}`;
}
