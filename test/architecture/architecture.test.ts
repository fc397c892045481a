import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sliceOf, wrongImports } from './import-rules.ts';
import { readSourceFiles, type SourceFile } from './source-files.ts';

const source = readSourceFiles('src');
const product = source.filter((file) => !/\.(test|contract|test-support)\.ts$/.test(file.path));
const web = readSourceFiles('web');
const everything = [...source, ...web, ...readSourceFiles('test', 'bench')];

test('imports point inward', () => {
  assert.deepEqual([...source, ...web].flatMap(wrongImports), []);
});

test('a wrong import is found, whichever way it is written', () => {
  const plant = (path: string, target: string, typesOnly = false): SourceFile => ({
    path,
    lines: [],
    imports: [{ target, line: 1, typesOnly }],
  });
  const planted = [
    plant('src/kernel/money.ts', 'src/platform/clock/clock.ts'),
    plant('src/kernel/money.ts', 'node:fs'),
    plant('src/features/booking/domain/booking.ts', 'src/platform/postgres/database.ts'),
    plant('src/features/booking/domain/booking.ts', 'src/features/inventory/index.ts'),
    plant('src/features/booking/commands/purchase.ts', 'src/features/inventory/domain/types.ts'),
    plant('src/features/booking/http/purchase.ts', 'src/edges/http/server.ts'),
    plant('src/platform/postgres/database.ts', 'src/features/booking/index.ts'),
    plant('src/compose/app.ts', 'src/cli/serve.ts'),
    plant('src/config.ts', 'test/support/database.ts'),
    plant('src/features/storefront/http/pages.ts', 'web/shop/paths.ts'),
    plant('web/api/client.ts', 'src/contract/search.ts'),
    plant('web/parts/badge/badge.tsx', 'web/api/client.ts', true),
    plant('web/pay/view.tsx', 'web/seat-map/view.tsx'),
    plant('web/shop/main.ts', 'src/features/search/index.ts', true),
  ];
  for (const file of planted) assert.equal(wrongImports(file).length, 1, file.path);
  assert.deepEqual(
    wrongImports(plant('src/features/inventory/domain/choose.ts', 'src/features/seating/domain/geometry.ts', true)),
    [],
  );
});

test('slices know each other without cycles', () => {
  const known = new Map<string, Set<string>>();
  for (const file of product) {
    const from = sliceOf(file.path);
    for (const { target } of file.imports) {
      const to = sliceOf(target);
      if (from && to && from !== to) known.set(from, (known.get(from) ?? new Set()).add(to));
    }
  }
  const visit = (slice: string, path: readonly string[]): string[] => {
    if (path.includes(slice)) return [[...path, slice].join(' → ')];
    return [...(known.get(slice) ?? [])].flatMap((next) => visit(next, [...path, slice]));
  };
  assert.deepEqual(
    [...known.keys()].flatMap((slice) => visit(slice, [])),
    [],
  );
});

test('the face of a slice only exports: its wiring stands in its compose.ts', () => {
  const faces = product.filter(({ path }) => /^src\/features\/[^/]+\/index\.ts$/.test(path));
  assert.ok(faces.length > 10);
  const exported = /^\s*(?:export (?:type )?(?:\{[^}]*\}|\*) from '[^']+';\s*)*$/;
  assert.deepEqual(
    faces.filter(({ lines }) => !exported.test(lines.join('\n'))).map(({ path }) => path),
    [],
  );
});

test('no reply is cast: a handler answers what the schema of its route says', () => {
  // The table of problems takes its facts by their code, which the compiler checked where the refusal was made.
  assert.deepEqual(findLines(/[)\w] as never\b(?! \w)/, [/\.test\.ts$/, /^src\/edges\/http\/errors\.ts$/]), []);
});

test('settings are read in compose/platform.ts, choices.ts and by commands, and nowhere else', () => {
  // app.ts hands them on unread.
  const readers = [/^src\/config/, /^src\/cli\//, /^src\/compose\/(platform|choices|app)\.ts$/];
  const others = product.filter(({ path }) => !readers.some((reader) => reader.test(path)));
  const importing = others.filter(({ imports }) => imports.some(({ target }) => /^src\/config[^/]*\.ts$/.test(target)));
  assert.deepEqual(
    importing.map(({ path }) => path),
    [],
  );
  const app = product.find(({ path }) => path === 'src/compose/app.ts')!;
  assert.deepEqual(found(app, /settings[.[]/), []);
  // What child processes inherit, and whether npm wants to say goodbye, are no settings.
  const exempt = [
    /^src\/platform\/(backup\/postgres-programs|postgres\/embedded-server|web-app\/built-web-app)\.ts$/,
    /^src\/cli\//,
    /^src\/main\.ts$/,
  ];
  assert.deepEqual(findLines(/process\.env/, exempt), []);
});

test('slices get what they work with by name, and nobody spreads everything into everything', () => {
  const wiring = /^src\/(compose\/[^/]+|features\/[^/]+\/compose)\.ts$/;
  assert.deepEqual(
    product.filter(({ path }) => wiring.test(path)).flatMap((file) => found(file, /\.\.\.(parts|platform)\b/)),
    [],
  );
});

test('the routes of a slice stand in http.ts, or in http/ where they are several files', () => {
  const strays = product.filter(({ path }) => /^src\/features\/[^/]+\/http-[^/]*\.ts$/.test(path));
  const slicesWithBoth = product.filter(
    ({ path }) =>
      /^src\/features\/[^/]+\/http\.ts$/.test(path) &&
      product.some((other) => other.path.startsWith(path.replace(/\.ts$/, '/'))),
  );
  assert.deepEqual(
    [...strays, ...slicesWithBoth].map(({ path }) => path),
    [],
  );
});

test('files are named in kebab-case', () => {
  const strange = everything.filter(
    (file) => !/^([a-z0-9-]+\/)*[a-z0-9]+(-[a-z0-9]+)*(\.[a-z]+(-[a-z]+)*)*\.tsx?$/.test(file.path),
  );
  assert.deepEqual(
    strange.map((file) => file.path),
    [],
  );
});

test('no file has a name that says nothing', () => {
  const empty = everything.filter((file) =>
    /(^|[-/])(utils?|common|misc|helpers?|manager|impl|service)\.tsx?$/.test(file.path),
  );
  // The wire schemas that several slices share are just that.
  assert.deepEqual(
    empty.map((file) => file.path).filter((path) => path !== 'src/contract/common.ts'),
    [],
  );
});

test('no file has more than 400 lines: it would be several ideas', () => {
  const long = everything.filter((file) => file.lines.length > 401);
  assert.deepEqual(
    long.map((file) => `${file.path}: ${file.lines.length - 1}`),
    [],
  );
});

/** Who reads the system's clock. Everybody else takes `now` or a Clock, so that tests can move it. */
const clockReaders = [
  /^src\/platform\/clock\//,
  /^src\/platform\/telemetry\//,
  /^src\/cli\//,
  // How long its own queries take, for the operator who waits.
  /^src\/features\/verify\/queries\/verify-database\.ts$/,
];

test('only the clock reads the clock', () => {
  assert.deepEqual(
    findLines(/\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(|Temporal\.Now\b|process\.hrtime/, clockReaders),
    [],
  );
});

test('only commands write to the console: the server logs', () => {
  assert.deepEqual(findLines(/\bconsole\.\w+\(/, [/^src\/cli\//]), []);
});

test('nothing is left for later: no marker, no commented-out code, no focused test', () => {
  assert.deepEqual(findLines(/\b(TODO|FIXME|XXX)\b|^\s*\/\/\s*(const|let|await|return|if \()/, []), []);
  const focused = everything.flatMap((file) => found(file, /\b(test|it|describe)\.only\(|@ts-(ignore|nocheck)/));
  assert.deepEqual(
    focused.filter((line) => !line.startsWith('test/architecture/')),
    [],
  );
});

function findLines(pattern: RegExp, allowed: readonly RegExp[]): string[] {
  const files = product.filter((file) => !allowed.some((place) => place.test(file.path)));
  return files.flatMap((file) => found(file, pattern));
}

function found(file: SourceFile, pattern: RegExp): string[] {
  return file.lines.flatMap((line, i) => (pattern.test(line) ? [`${file.path}:${i + 1} ${line.trim()}`] : []));
}
