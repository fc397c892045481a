import { mkdir, writeFile } from 'node:fs/promises';
import type { Row } from './bench.ts';
import { percent, times } from './bench.ts';
import type { Machine } from './machine.ts';

/** A row with the measure it came from. */
export interface ReportRow extends Row {
  readonly key: string;
}

const columns = ['what', 'goal', 'measured', 'ratio', 'met'] as const;
const folder = new URL('./results/', import.meta.url);

/** The table of design §7, aligned for a terminal. */
export function formatTable(rows: readonly ReportRow[]): string {
  const lines = [
    columns,
    ...rows.map((row) => [row.what, row.goal, row.measured, ratioText(row.ratio), metText(row.met)]),
  ];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const format = (line: readonly string[]) =>
    line
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  return [format(lines[0]!), rule, ...lines.slice(1).map(format)].join('\n');
}

/** Keeps a result beside the code it measured; answers the file's path. */
export async function saveResult(machine: Machine, options: object, rows: readonly ReportRow[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  const at = new Date().toISOString();
  // With the minute: a run of some measures does not replace that of others.
  const file = new URL(`${at.slice(0, 16).replace(':', '')}-${machine.commit}.json`, folder);
  await writeFile(file, `${JSON.stringify({ at, machine, options, rows }, null, 2)}\n`);
  return file.pathname;
}

function ratioText(ratio: number | null): string {
  if (ratio === null) return '–';
  return ratio < 2 ? percent(ratio) : times(ratio);
}

function metText(met: boolean | null): string {
  return met === null ? '–' : met ? 'met' : 'NOT MET';
}
