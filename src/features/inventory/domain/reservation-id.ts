import { clearAlphabet, fromClearText, type RandomBytes, randomClearText, toClearText } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';

const pattern = /^RES_\d{14}_([2-9A-HJ-NP-Z]{12,24})$/;
const randomLength = 10;

/**
 * `RES_20261203123456_A2B3C4D5E6F7`: the second it was made, and a suffix that names the event (so that any process
 * finds the ledger) followed by 50 random bits. The suffix starts with the length of the event's part.
 */
export function makeReservationId(eventId: number, now: Instant, random: RandomBytes): string {
  const event = toClearText(eventId);
  return `RES_${stampOf(now)}_${clearAlphabet[event.length]}${event}${randomClearText(randomLength, random)}`;
}

let stampedSecond = -1;
let stamp = '';
let stampedIso = '';

/** The second as 14 digits, made once per second: thousands of holds share it. */
function stampOf(now: Instant): string {
  const second = Math.floor(now / 1000);
  if (second !== stampedSecond) {
    stampedSecond = second;
    stampedIso = new Date(second * 1000).toISOString();
    stamp = stampedIso.slice(0, 19).replace(/[-:T]/g, '');
  }
  return stamp;
}

/** When a reservation was made, by its id: to the second, as ISO 8601. */
export function reservedAt(reservationId: string): string {
  if (reservationId.startsWith(stamp, 4)) return stampedIso;
  const at = (from: number, to: number) => reservationId.slice(from, to);
  return `${at(4, 8)}-${at(8, 10)}-${at(10, 12)}T${at(12, 14)}:${at(14, 16)}:${at(16, 18)}.000Z`;
}

/** The event that a reservation id names; undefined if it is no reservation id. */
export function eventOfReservation(reservationId: string): number | undefined {
  const suffix = pattern.exec(reservationId)?.[1];
  if (!suffix) return undefined;
  const length = clearAlphabet.indexOf(suffix[0]!);
  if (length < 1 || suffix.length !== 1 + length + randomLength) return undefined;
  const eventId = fromClearText(suffix.slice(1, 1 + length));
  return eventId !== undefined && eventId >= 1 && eventId <= 2_147_483_647 ? eventId : undefined;
}
