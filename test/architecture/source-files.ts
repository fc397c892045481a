import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Import {
  /** `src/kernel/money.ts`, or the name of a package or of a part of Node (`node:crypto`). */
  readonly target: string;
  readonly line: number;
  readonly typesOnly: boolean;
}

export interface SourceFile {
  /** From the project's root, with slashes. */
  readonly path: string;
  readonly lines: readonly string[];
  readonly imports: readonly Import[];
}

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** All TypeScript files (.tsx too) below some folders of the project. */
export function readSourceFiles(...folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !/node_modules|^dist\//.test(name))
      .map((name) => readSourceFile(`${folder}/${name}`)),
  );
}

function readSourceFile(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const imports: Import[] = [];
  // `import … from 'x'`, `export … from 'x'`, `import 'x'`, `import('x')`: the formatter leaves no other spelling.
  const pattern = /^(?:import|export)\s+(type\s)?(?:[\w*{}\s,$]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;
  for (const match of text.matchAll(pattern)) {
    const name = (match[2] ?? match[3])!;
    const target = name.startsWith('.') ? relative(root, resolve(root, dirname(path), name)) : name;
    const line = text.slice(0, match.index).split('\n').length;
    imports.push({ target, line, typesOnly: match[1] !== undefined });
  }
  return { path, lines: text.split('\n'), imports };
}
