export type CsvValue = string | number | boolean | null;

/**
 * A CSV document (RFC 4180): CRLF, quotes where needed. Text that a spreadsheet would take for a formula gets an
 * apostrophe before it: a buyer's name must not run in somebody's office. Begins with a byte order mark, without which
 * Excel reads Ä as two letters.
 */
export function toCsv(header: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  let text = `\uFEFF${header.map(cell).join(',')}\r\n`;
  for (const row of rows) text += `${row.map(cell).join(',')}\r\n`;
  return text;
}

/** Whether a request wants CSV: its `format` says so, else its `Accept`. */
export function wantsCsv(request: {
  readonly query: { readonly format?: 'json' | 'csv' };
  readonly headers: { readonly accept?: string | undefined };
}): boolean {
  const { format } = request.query;
  return format === undefined ? (request.headers.accept?.includes('text/csv') ?? false) : format === 'csv';
}

/** Excel reads full-width signs as it reads the plain ones, and may look past what is not drawn before them. */
const formulaStart = /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠﹢﹣﹦﹫]|^[\t\r\n]/u;

function cell(value: CsvValue): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const safe = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
