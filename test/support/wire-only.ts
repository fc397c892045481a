import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** API tests as they are written: one of a loop counts once. */
export interface WrittenTests {
  readonly path: string;
  readonly all: number;
  /** Those that neither say `needs(…)` nor stand in a describe that does. */
  readonly wireOnly: number;
}

/** Reads the files of API tests. */
export function readApiTests(): WrittenTests[] {
  return globSync('test/api/*.test.ts', { cwd: root })
    .toSorted()
    .map((path) => ({ path, ...count(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')) }));
}

function count(text: string): Omit<WrittenTests, 'path'> {
  const calls = [...text.matchAll(/^( *)(describe|test)\((.*?)=>/gms)];
  let all = 0;
  let wireOnly = 0;
  /** How far in the describe that says needs stands; what stands further in is within it. */
  let within = Number.POSITIVE_INFINITY;
  for (const [, indent, kind, head] of calls) {
    const depth = indent!.length;
    const says = head!.includes('needs(');
    if (depth <= within) within = Number.POSITIVE_INFINITY;
    if (kind === 'describe' && says) within = Math.min(within, depth);
    if (kind === 'describe') continue;
    all += 1;
    if (!says && depth <= within) wireOnly += 1;
  }
  return { all, wireOnly };
}

/** Files with tests that need only the wire. */
export function findWireOnlyFiles(): string[] {
  return readApiTests()
    .filter(({ wireOnly }) => wireOnly > 0)
    .map(({ path }) => path);
}
