import { fromClearText, type RandomBytes, randomClearText, toClearText } from '../../../kernel/ids.ts';

/**
 * A ticket number as printed: `<event>-<place>-<six random characters>`, in letters that nobody mixes up. Unique by
 * construction (a place is sold once at a time, and a fresh ticket for it draws new characters), so no index has to be
 * kept for it while tickets are sold; and it says where to look.
 */
export function makeTicketNumber(eventId: number, placeNo: number, random: RandomBytes): string {
  return `${toClearText(eventId, 3)}-${toClearText(placeNo, 4)}-${randomClearText(6, random)}`;
}

/** The event and place that a ticket number names; undefined if it is none. */
export function readTicketNumber(text: string): { eventId: number; placeNo: number } | undefined {
  const parts = text.toUpperCase().split('-');
  const eventId = fromClearText(parts[0] ?? '');
  const placeNo = fromClearText(parts[1] ?? '');
  if (parts.length !== 3 || parts[2]!.length !== 6 || !eventId || placeNo === undefined) return undefined;
  return { eventId, placeNo };
}
