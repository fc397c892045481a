import { serialIdMax } from '../../contract/common.ts';
import { isCleanText } from '../../kernel/clean-text.ts';
import { Refused } from './refused.ts';

/** The values of the sort columns of a page's last row, as opaque text. */
export function encodeCursor(values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** `id`: a number that a serial column can hold. */
type CursorType = 'string' | 'number' | 'id';

/** Reads what {@link encodeCursor} wrote, with one type per value; throws `CURSOR_INVALID` for anything else. */
export function decodeCursor(cursor: string, types: readonly CursorType[]): (string | number)[] {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw new Refused({ code: 'CURSOR_INVALID' });
  }
  const valid =
    Array.isArray(values) && values.length === types.length && values.every((value, i) => isOfType(value, types[i]!));
  if (!valid) throw new Refused({ code: 'CURSOR_INVALID' });
  return values as (string | number)[];
}

function isOfType(value: unknown, type: CursorType): boolean {
  if (type === 'string') return typeof value === 'string' && isCleanText(value);
  if (type === 'number') return typeof value === 'number' && Number.isFinite(value);
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= serialIdMax;
}
