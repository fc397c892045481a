import { clearAlphabet, toClearText } from '../../../kernel/ids.ts';

/**
 * An order as people read and say it: `4F2K-9QTM`. It is the last 40 bits of the booking's id, which are random, so nothing is kept for it.
 * Among the orders of one mail address it is as good as unique; alone it opens nothing.
 */
export function orderNumberOf(bookingId: string): string {
  const text = toClearText(Number.parseInt(bookingId.slice(-10), 16), 8);
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

/** The same number as somebody types it: in small letters, with other dashes, spaces or none. Undefined for what is no order number. */
export function readOrderNumber(typed: string): string | undefined {
  const text = typed.toUpperCase().replace(/[\s\p{Pd}]/gu, '');
  const isOne = text.length === 8 && [...text].every((letter) => clearAlphabet.includes(letter));
  return isOne ? `${text.slice(0, 4)}-${text.slice(4)}` : undefined;
}
