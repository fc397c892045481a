import { type RandomBytes, randomClearText, toClearText } from '../../../kernel/ids.ts';

/**
 * A ticket number as printed: `<event>-<place>-<six random characters>`, in letters that nobody mixes up. Unique by
 * construction (a place is sold once at a time, and a fresh ticket for it draws new characters), so no index has to be
 * kept for it while tickets are sold; and it says where to look.
 */
export function makeTicketNumber(eventId: number, placeNo: number, random: RandomBytes): string {
  return `${toClearText(eventId, 3)}-${toClearText(placeNo, 4)}-${randomClearText(6, random)}`;
}
