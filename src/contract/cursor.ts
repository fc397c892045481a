import { isCleanText } from '../kernel/clean-text.ts';
import { Refused } from './problem.ts';

/** The values of the sort columns of a page's last row, as opaque text. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Reads what {@link encodeCursor} wrote, with one type per value; throws `CURSOR_INVALID` for anything else. */
export function decodeCursor(cursor: string, types: readonly ('string' | 'number')[]): (string | number)[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new Refused({ code: 'CURSOR_INVALID' });
  }
  const valid =
    Array.isArray(values) &&
    values.length === types.length &&
    values.every((value, i) => {
      const type = types[i];
      return typeof value === type && (type === 'string' ? isCleanText(value) : Number.isFinite(value));
    });
  if (!valid) throw new Refused({ code: 'CURSOR_INVALID' });
  return values as (string | number)[];
}
