import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSourceFiles, root } from './source-files.ts';
import { goneWords } from './words.ts';

const ownFiles = /^test\/architecture\/words(\.test)?\.ts$/;

test('nobody says the words that have gone, in code, comments, names of files and documents', () => {
  const documents = ['README.md', 'ARCHITECTURE.md', ...globSync('docs/**/*.md', { cwd: root })].map((path) => ({
    path,
    lines: readFileSync(join(root, path), 'utf8').split('\n'),
  }));
  const sources = readSourceFiles('src', 'web', 'test', 'bench').filter(({ path }) => !ownFiles.test(path));
  assert.ok(sources.length > 500 && documents.length > 20);
  assert.deepEqual([...sources, ...documents].flatMap(goneWords), []);
});

test('a word that has gone is found in prose, in identifiers and in names of files', () => {
  const said = [
    '/** Behind the wall between organisers. */',
    'const ownsThing = 1;',
    '// The ledger learns it from the records.',
    'for (const told of summary) {}',
    'export function createWorkOffShowChanges() {}',
    'function run(given: string) {}',
    '// Lets go of what is due.',
  ];
  for (const line of said) assert.equal(goneWords({ path: 'src/a.ts', lines: [line] }).length, 1, line);
  assert.equal(goneWords({ path: 'src/features/payments/commands/work-off.ts', lines: [] }).length, 1);
  const fine = ['// The wall clock. Something, anything, nothing.', 'records.push(record)', '// Given up after that.'];
  assert.deepEqual(goneWords({ path: 'src/a.ts', lines: fine }), []);
});
