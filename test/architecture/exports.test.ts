import assert from 'node:assert/strict';
import { dirname, relative, resolve } from 'node:path';
import { test } from 'node:test';
import { readSourceFiles, root, type SourceFile } from './source-files.ts';

/** What a file takes of another: names, or `*` where it takes the whole module. */
function namesTaken({ path, lines }: Pick<SourceFile, 'path' | 'lines'>): (readonly [target: string, name: string])[] {
  const text = lines.join('\n');
  const at = (name: string) => relative(root, resolve(root, dirname(path), name));
  const named = text.matchAll(/^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'(\.[^']+)'/gm);
  const whole = text.matchAll(/^(?:import|export)\s+\*[^']*from\s+'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'/gm);
  return [
    ...[...named].flatMap(([, names, target]) =>
      names!
        .split(',')
        .map(
          (name) =>
            name
              .trim()
              .replace(/^type\s+/, '')
              .split(/\s+as\s+/)[0]!,
        )
        .filter((name) => name !== '')
        .map((name) => [at(target!), name] as const),
    ),
    ...[...whole].map(([, target, dynamic]) => [at((target ?? dynamic)!), '*'] as const),
  ];
}

/** What a file offers: values that it declares, and at the face of a slice whatever it passes on. */
function namesOffered({ path, lines }: Pick<SourceFile, 'path' | 'lines'>): string[] {
  const text = lines.join('\n');
  const declared = [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)].map(
    ([, name]) => name!,
  );
  if (!path.endsWith('/index.ts')) return declared;
  const passedOn = [...text.matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)].flatMap(([, names]) => names!.split(','));
  return [...declared, ...passedOn.map((name) => name.trim().replace(/^type\s+/, '')).filter((name) => name !== '')];
}

/** `path: name` of each export that no other file imports. The contract is for others too: all of it is offered. */
function deadExports(files: readonly Pick<SourceFile, 'path' | 'lines'>[]): string[] {
  const taken = new Set(files.flatMap(namesTaken).map(([target, name]) => `${target}: ${name}`));
  return files
    .filter(({ path }) => /^src\/(?!contract\/)/.test(path) && !taken.has(`${path}: *`))
    .flatMap((file) => namesOffered(file).map((name) => `${file.path}: ${name}`))
    .filter((offered) => !taken.has(offered));
}

test('whatever is exported is imported somewhere', () => {
  assert.deepEqual(deadExports(readSourceFiles('src', 'web', 'test', 'bench')), []);
});

test('an export that nobody imports is found, at home and at the face of a slice', () => {
  const files = [
    { path: 'src/kernel/sum.ts', lines: ['export function sum() {}', 'export const unused = 1;'] },
    { path: 'src/features/a/index.ts', lines: ["export { type Lost, used } from './used.ts';"] },
    { path: 'src/features/a/used.ts', lines: ['export function used() {}'] },
    {
      path: 'src/b.ts',
      lines: ["import { sum } from './kernel/sum.ts';", "import { used } from './features/a/index.ts';"],
    },
  ];
  assert.deepEqual(deadExports(files), ['src/kernel/sum.ts: unused', 'src/features/a/index.ts: Lost']);
});
