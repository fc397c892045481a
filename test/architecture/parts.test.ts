import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('../../web', import.meta.url));

test('/dev/parts shows every part of web/parts, and each of its exports', () => {
  const view = readFileSync(`${web}/dev/parts-view.tsx`, 'utf8');
  const files = globSync('parts/*/*.tsx', { cwd: web });
  const names = files.map((file) => relative('parts', dirname(file))).toSorted();
  const shown = [...view.matchAll(/^ {2}(\w+): \(\) =>/gm)].map(([, name]) => name!).toSorted();
  assert.deepEqual(shown, [...new Set(names)]);
  for (const file of files) {
    const text = readFileSync(`${web}/${file}`, 'utf8');
    for (const [, name] of text.matchAll(/^export (?:function|const) ([A-Z]\w*)/gm))
      assert.match(view, new RegExp(`<${name}\\b`), `${name} of ${file}`);
  }
});
