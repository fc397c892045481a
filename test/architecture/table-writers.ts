import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sliceOf } from './import-rules.ts';
import { root } from './source-files.ts';

/** Something that writes tables: a file of the program, or a function that PostgreSQL runs. */
export interface WritingText {
  /** A slice (`booking`), a part of another folder (`platform/mail`), or a function (`guard_refund()`). */
  readonly writer: string;
  /** Where it stands, for whoever has to look. */
  readonly path: string;
  readonly text: string;
}

const name = String.raw`(?:"?public"?\.)?"?([a-z_]+)"?`;
/** What is no name: `${table}`, or the end of a text that the program goes on with. */
const unnamed = '(?=[$\'`"])(?!"[a-z])';

const writes = [
  String.raw`\bINSERT\s+INTO\s+`,
  String.raw`\bDELETE\s+FROM\s+(?:ONLY\s+)?`,
  String.raw`\bMERGE\s+INTO\s+`,
  String.raw`\bTRUNCATE\s+(?:TABLE\s+)?(?:ONLY\s+)?`,
  String.raw`\bUPDATE\s+(?:ONLY\s+)?`,
].map((verb) => ({
  // `FOR UPDATE OF t`, `DO UPDATE SET` and `ON UPDATE` write nothing by themselves; the statement names its table.
  named: new RegExp(
    verb.includes('UPDATE') ? String.raw`${verb}${name}\s+(?:AS\s+)?(?:[a-z_]+\s+)?SET\b` : verb + name,
    'g',
  ),
  unnamed: new RegExp(verb + unnamed, 'g'),
}));
const copies = new RegExp(String.raw`\bCOPY\s+${name}\s*(?:\([^)]*\)\s*)?FROM\b`, 'g');

/** The tables that a text writes, each once. */
export function tablesWritten(text: string): string[] {
  const found = [...writes.map(({ named }) => named), copies].flatMap((each) => [...text.matchAll(each)]);
  return [...new Set(found.map((match) => match[1]!))].toSorted();
}

/** Whether it writes a table that it does not name where it does so. */
export const hidesTable = (text: string) => writes.some(({ unnamed: hidden }) => text.match(hidden) !== null);

/** Whose a file of `src` is. */
export const writerOf = (path: string) => sliceOf(path) ?? path.split('/').slice(1, 3).join('/');

const migrations = 'src/platform/postgres/migrations';

/** The schema as all migrations leave it: its tables, and the functions that run when tables are written. */
export function readSchema(): { readonly tables: readonly string[]; readonly functions: readonly WritingText[] } {
  const tables = new Set(['schema_migrations']);
  const functions = new Map<string, WritingText>();
  for (const file of readdirSync(join(root, migrations)).toSorted()) {
    const path = `${migrations}/${file}`;
    const text = readFileSync(join(root, path), 'utf8').replace(/--.*$/gm, '');
    const steps =
      /\b(CREATE|DROP) TABLE (?:IF (?:NOT )?EXISTS )?(\w+)|\bALTER TABLE (\w+) RENAME TO (\w+)|\bCREATE (?:OR REPLACE )?FUNCTION (\w+)\([\s\S]*?(?:\$\$([\s\S]*?)\$\$|;)|\bDROP FUNCTION (?:IF EXISTS )?(\w+)/g;
    for (const [, verb, table, before, after, made, body = '', dropped] of text.matchAll(steps)) {
      if (verb === 'CREATE') tables.add(table!);
      if (verb === 'DROP') tables.delete(table!);
      if (before) tables.delete(before);
      if (after) tables.add(after);
      if (made) functions.set(made, { writer: `${made}()`, path, text: body });
      if (dropped) functions.delete(dropped);
    }
  }
  return { tables: [...tables].toSorted(), functions: [...functions.values()] };
}

/** A row of the table of tables in ARCHITECTURE.md. */
export interface TableRow {
  readonly table: string;
  readonly owner: string;
  /** Who else, by name, and why. */
  readonly others: ReadonlyMap<string, string>;
}

/** The rows of the section “Who writes which table”; a row may name several tables. */
export function readTableRows(document: string): TableRow[] {
  const section = /^## Who writes which table\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(document)?.[1] ?? '';
  return [...section.matchAll(/^\| (`[^|]*) \| ([^|]*) \|([^|]*)\|$/gm)].flatMap(([, cell, owner, rest]) => {
    const others = new Map(
      [...rest!.matchAll(/`([^`]+)`:\s*([^;]*)/g)].map(([, writer, why]) => [writer!, why!.trim()] as const),
    );
    return [...cell!.matchAll(/`([a-z_]+)`/g)].map(([, table]) => ({ table: table!, owner: owner!.trim(), others }));
  });
}

/** One sentence for each writer that is not listed, each that is listed in vain, and each table that has no row or two. */
export function faultsOfOwnership(
  rows: readonly TableRow[],
  tables: readonly string[],
  texts: readonly WritingText[],
): string[] {
  const byTable = Map.groupBy(rows, ({ table }) => table);
  const writers = new Map<string, Map<string, string>>();
  for (const { writer, path, text } of texts) {
    for (const table of tablesWritten(text)) {
      writers.set(table, (writers.get(table) ?? new Map<string, string>()).set(writer, path));
    }
  }
  const known = [...byTable].flatMap(([table, [row, ...more]]) => {
    const listed = [row!.owner, ...row!.others.keys()];
    const found = writers.get(table) ?? new Map<string, string>();
    return [
      ...(more.length > 0 ? [`${table} has ${more.length + 1} rows`] : []),
      ...(tables.includes(table) ? [] : [`${table} has a row, and the schema has no such table`]),
      ...[...found]
        .filter(([writer]) => !listed.includes(writer))
        .map(
          ([writer, path]) =>
            `${path} writes ${table}, which is ${row!.owner}’s: ask it, or add “\`${writer}\`: why” to the row of the table`,
        ),
      ...listed
        .filter((writer) => !found.has(writer))
        .map((writer) => `${writer} is listed as a writer of ${table}, and does not write it`),
      ...[...row!.others]
        .filter(([, why]) => why.length < 10)
        .map(([writer]) => `nobody says why ${writer} writes ${table}`),
    ];
  });
  return [
    ...known,
    ...tables.filter((table) => !byTable.has(table)).map((table) => `${table} has no row: who writes it?`),
    ...[...writers]
      .filter(([table]) => !tables.includes(table))
      .flatMap(([table, by]) =>
        [...by.values()].map((path) => `${path} writes ${table}, which the schema does not have`),
      ),
    ...texts
      .filter(({ text }) => hidesTable(text))
      .map(({ path }) => `${path} writes a table that it does not name: spell the statement out`),
  ];
}
