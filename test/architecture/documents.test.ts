import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { problemsPage, problemsPath } from '../support/problems-page.ts';
import { root } from './source-files.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const places = ['', 'src', 'src/features', 'src/features/inventory', 'src/features/booking/commands', 'test'];

test('every path that ARCHITECTURE.md names is there', () => {
  const named = [...read('ARCHITECTURE.md').matchAll(/`([a-z][\w./<>-]*\/[\w./<>-]*|[\w-]+\.(?:ts|sql|md))`/g)].map(
    (m) => m[1]!,
  );
  assert(named.length > 30);
  const missing = named.filter((path) => {
    if (path.includes('<name>')) return globSync(path.replace('<name>', '*'), { cwd: join(root) }).length === 0;
    return !places.some((place) => existsSync(join(root, place, path)));
  });
  assert.deepEqual(missing, []);
});

const howTos = globSync('docs/how-to/*.md', { cwd: root });

test('every file and every name that a how-to speaks of is there, and it fits on a screen', () => {
  const sources = globSync('{src,test,bench}/**/*.{ts,sql}', { cwd: root });
  const text = sources.map(read).join('\n');
  const isThere = (path: string) => existsSync(join(root, path)) || sources.some((one) => one.endsWith(`/${path}`));
  assert(howTos.length > 0);
  for (const page of howTos) {
    const lines = read(page).split('\n');
    assert(
      lines.length <= 61 && lines.every((line) => line.length <= 130),
      `${page} is 60 lines of 130 columns at most`,
    );
    const spans = [...read(page).matchAll(/`([^`]+)`/g)].map((match) => match[1]!.replaceAll(/\s+/g, ' '));
    const paths = spans.flatMap(
      (span) => span.match(/(?<![\w.*-])(?:(?:src|test)\/[\w./-]+[\w/](?![\w*])|[a-z-]+\.ts$)/g) ?? [],
    );
    const names = spans.filter((span) => /^[A-Za-z]*[a-z][A-Z]\w*$/.test(span));
    assert(paths.length > 5 && names.length > 5);
    assert.deepEqual(
      [...paths.filter((path) => !isThere(path)), ...names.filter((name) => !text.includes(name))],
      [],
      page,
    );
  }
});

test('every slice is on the map', () => {
  const map = read('ARCHITECTURE.md');
  const slices = readdirSync(join(root, 'src/features'));
  assert.deepEqual(
    slices.filter((slice) => !map.includes(`src/features/${slice}/`)),
    [],
  );
});

test('links between the documents lead somewhere', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md', ...howTos]) {
    for (const [, target] of read(document).matchAll(/\]\(([^)#:]+)\)/g))
      assert(existsSync(join(root, dirname(document), target!)), `${document} links to ${target}`);
  }
});

test('docs/problems.md is what the table of problems makes', () => {
  assert(readFileSync(problemsPath, 'utf8') === problemsPage(), 'docs/problems.md is stale: run `npm run problems`');
});
