import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSourceFiles, root } from './source-files.ts';
import {
  faultsOfOwnership,
  hidesTable,
  readSchema,
  readTableRows,
  tablesWritten,
  type WritingText,
  writerOf,
} from './table-writers.ts';

const rows = readTableRows(readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8'));
const { tables, functions } = readSchema();
const product: readonly WritingText[] = readSourceFiles('src')
  .filter(({ path }) => !/\.(test|contract|test-support)\.ts$/.test(path))
  .map(({ path, lines }) => ({ writer: writerOf(path), path, text: lines.join('\n') }));

test('every table has an owner, and nobody else writes it but where ARCHITECTURE.md says why', () => {
  assert.ok(tables.length > 40 && functions.length > 5);
  assert.deepEqual(faultsOfOwnership(rows, tables, [...product, ...functions]), []);
});

test('a writer that is not listed is found, and one that is listed in vain', () => {
  const plant = (path: string, text: string) => [...product, ...functions, { writer: writerOf(path), path, text }];
  const faults = (texts: readonly WritingText[]) => faultsOfOwnership(rows, tables, texts);
  for (const text of [
    'INSERT INTO outbox (message_id) VALUES ($1)',
    'WITH x AS (\n  UPDATE outbox o\n  SET topic = $1) SELECT',
    'DELETE FROM ONLY public.outbox',
    'COPY outbox (topic) FROM STDIN',
    'MERGE INTO "outbox" USING x',
    'TRUNCATE outbox',
  ]) {
    const [fault, ...more] = faults(plant('src/features/search/store/new.ts', text));
    assert.match(
      fault ?? '',
      /^src\/features\/search\/store\/new\.ts writes outbox, which is platform\/messages’s/,
      text,
    );
    assert.deepEqual(more, [], text);
  }
  assert.equal(faults(plant('src/cli/new.ts', 'INSERT INTO accounts VALUES ($1)')).length, 1);
  assert.equal(faults(plant('src/features/booking/store/new.ts', 'DELETE FROM no_such_table')).length, 1);
  const silent = faults(product.filter(({ writer }) => writer !== 'accounting'));
  assert.ok(silent.some((fault) => fault.startsWith('accounting is listed as a writer of receipts')));
  assert.ok(
    faultsOfOwnership(rows.slice(1), tables, product).some((fault) => fault.endsWith('has no row: who writes it?')),
  );
  assert.ok(faultsOfOwnership([...rows, rows[0]!], tables, product).some((fault) => fault.endsWith('has 2 rows')));
});

test('what only reads or locks is no writer, and a name put together is no name', () => {
  const reading = `SELECT 1 FROM tickets FOR UPDATE OF t; ON CONFLICT DO UPDATE SET a = 1; BEFORE UPDATE ON tickets;
    SELECT * FROM outbox FOR UPDATE SKIP LOCKED; COPY (SELECT 1) TO STDOUT`;
  assert.deepEqual(tablesWritten(reading), []);
  assert.ok(!hidesTable(reading));
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of a program
  for (const text of ['DELETE FROM ${table}', "'INSERT INTO ' + table", 'UPDATE ${a} SET b = 1'])
    assert.ok(hidesTable(text));
});
