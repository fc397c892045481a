import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
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

test('every slice is on the map', () => {
  const map = read('ARCHITECTURE.md');
  const slices = readdirSync(join(root, 'src/features'));
  assert.deepEqual(
    slices.filter((slice) => !map.includes(`src/features/${slice}/`)),
    [],
  );
});

test('links between the documents lead somewhere', () => {
  for (const document of ['README.md', 'ARCHITECTURE.md']) {
    for (const [, target] of read(document).matchAll(/\]\(([^)#:]+)\)/g))
      assert(existsSync(join(root, target!)), `${document} links to ${target}`);
  }
});
