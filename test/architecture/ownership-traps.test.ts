import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from './source-files.ts';

const page = 'docs/ownership-traps.md';
const rows = readFileSync(join(root, page), 'utf8').matchAll(/^\| (\d+) \| [^|]+ \| ([^|]+) \|$/gm);
const traps = new Map([...rows].map(([, no, played]) => [Number(no), played!]));

test(`${page} says of each of the thirty traps what plays it`, () => {
  assert.deepEqual(
    [...traps.keys()],
    Array.from({ length: 30 }, (_, at) => at + 1),
  );
});

test('every test that it names is there under that title', () => {
  const missing: string[] = [];
  for (const [no, played] of traps) {
    const named = [...played.matchAll(/`([^`]+)`: ([^;.]+)/g)];
    // A trap is played by a test, or it says why not.
    if (named.length === 0 && !/not yet|cannot/.test(played)) missing.push(`${no}: nothing plays it`);
    for (const [, path, title] of named) {
      const isThere = existsSync(join(root, path!)) && readFileSync(join(root, path!), 'utf8').includes(title!.trim());
      if (!isThere) missing.push(`${no}: ${path}: ${title}`);
    }
  }
  assert.deepEqual(missing, []);
});
