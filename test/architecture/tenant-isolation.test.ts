import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readSourceFiles, root } from './source-files.ts';

const features = readSourceFiles('src/features').filter(
  ({ path }) => !/\.(test|contract|test-support)\.ts$/.test(path),
);

/** Slices that belong to no organiser: accounts and logins stand above them, and the proof looks at everything. */
const aboveOrganizers = /^src\/features\/(identity|verify)\//;

/** Where a request bypasses row-level security (RLS), and why that is right. All else asks as somebody: `database.as(scope)`. */
const requestsBypassingRls: Readonly<Record<string, string>> = {
  'src/features/accounting/queries/settle-event.ts':
    'one snapshot of an event that was found as the organiser’s own before',
  'src/features/catalog/queries/was-public.ts':
    'whether an event was public once: nobody may see the row of one that is hidden, and nothing else of it is said',
  'src/features/booking/queries/kept-tickets.ts':
    'a hash of versions of the account’s own bookings and their shows, and the names that came with them',
  'src/features/booking/queries/my-tickets.ts': 'names that came with bookings which were read as their buyer',
  'src/features/booking/queries/order-links.ts':
    'secrets of the installation, and whether a link that they signed is still of its booking’s version',
  'src/features/catalog/http/events.ts': 'whether a show that everybody could see was taken away: yes or no',
  'src/features/mail/http.ts': 'kept mails, for whoever sits at the machine or owns the installation',
  'src/features/organizers/http/members.ts': 'names of accounts, which belong to no organiser',
  'src/features/privacy/http.ts': 'a person’s own data lie with every organiser they bought from',
  'src/features/seating/http/seat-map.ts': 'the address holds the hash of the content: who knows it may see it',
  'src/features/ticket-codes/queries/ticket-codes.ts': 'keys of the installation, which belong to no organiser',
  'src/features/tickets/queries/list-tickets.ts': 'keys only; the rows are read as the viewer',
};

/** Who holds a connection by another name, because it is scoped. */
const scopedConnections: Readonly<Record<string, string>> = {
  'src/features/search/store/postgres-find-page.ts': 'asked as everybody',
  'src/features/search/store/postgres-search-store.ts': 'asked as everybody',
};

test('a slice says as whom it asks the database', () => {
  const unsaid = features.filter(({ lines }) =>
    lines.some((line) => /^import .*(?<!Tenant)\bDatabase\b.*platform\/postgres\/database\.ts/.test(line)),
  );
  const advice = 'take a TenantDatabase and ask database.as(scope), or bypassingRls where nobody in particular asks';
  assert.deepEqual(
    unsaid.map(({ path }) => `${path}: ${advice}`),
    [],
  );
});

/** Places of a source text where the connection that bypasses row-level security gets or is held by another name. */
function renamesOf(text: string): string[] {
  const patterns = [
    // const { bypassingRls: database } = …
    /\bbypassingRls:\s*(?!Transacting\b|Queryable\b|bypassingRls\b|[\w.]+\.bypassingRls\b|\w+\.watch\()[\w{]+/g,
    // const database = platform.bypassingRls
    /\b(?:const|let)\s+(?!bypassingRls\b)\w+[^=;{]*=\s*(?:[\w.]+\.)?bypassingRls\s*;/g,
    // { database: platform.bypassingRls }, { database: bypassingRls }
    /\b(?!bypassingRls\b)\w+:\s*(?:[\w.]+\.)?bypassingRls\b(?!\s*[.(?])/g,
  ];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([found]) => found));
}

/** Fields in which a connection is held (not lent for one call) by a name that does not say that it bypasses. */
function unnamedHoldersOf(text: string): string[] {
  return [...text.matchAll(/^\s*readonly (?!bypassingRls\b)\w+\??: (?:Transacting|Queryable);/gm)].map(([found]) =>
    found.trim(),
  );
}

test('the connection that bypasses row-level security is called so wherever it is held', () => {
  for (const planted of [
    'const { bypassingRls: database } = parts;',
    '  database: { bypassingRls: database },',
    'const database = parts.database.bypassingRls;',
    'const connection: Transacting = bypassingRls;',
    'createThat({ database: database.bypassingRls, clock })',
    'createThat({ tx: bypassingRls })',
  ]) {
    assert.equal(renamesOf(planted).length > 0, true, planted);
  }
  for (const sound of [
    'const { bypassingRls } = parts.database;',
    'createThat({ bypassingRls: database.bypassingRls, clock })',
    'const [row] = await bypassingRls.query(text);',
    'async function find(bypassingRls: Queryable, id: string) {',
  ]) {
    assert.deepEqual(renamesOf(sound), [], sound);
  }
  assert.equal(unnamedHoldersOf('interface Parts {\n  readonly database: Transacting;\n}').length, 1);
  const found = readSourceFiles('src')
    .filter(({ path }) => !/\.(test|contract|test-support)\.ts$/.test(path) && !(path in scopedConnections))
    .flatMap(({ path, lines }) => {
      const text = lines.join('\n');
      return [...renamesOf(text), ...unnamedHoldersOf(text)].map((what) => `${path}: ${what}`);
    });
  assert.deepEqual(found, []);
});

test('requests do not bypass row-level security, but where it is said why', () => {
  const edges = features.filter(({ path }) => /\/(http[^/]*|queries)(\/[^/]+)?\.ts$/.test(path));
  assert.ok(edges.length > 50);
  const bypassing = edges
    .filter(({ path, lines }) => !aboveOrganizers.test(path) && lines.some((line) => /\bbypassingRls\b/.test(line)))
    .map(({ path }) => path);
  assert.deepEqual(bypassing.toSorted(), Object.keys(requestsBypassingRls).toSorted());
});

test('every row that is inserted says whose it is', () => {
  const folder = join(root, 'src/platform/postgres/migrations');
  const schema = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const created = schema.matchAll(/CREATE TABLE (\w+) \(([\s\S]*?)\n\)/g);
  const tables = new Set(
    [...created].filter(([, , columns]) => /\borganizer_id\b/.test(columns!)).map(([, name]) => name!),
  );
  tables.add('hold_journal');
  for (const [, name] of schema.matchAll(/ALTER TABLE (\w+) DROP COLUMN organizer_id/g)) tables.delete(name!);
  assert.ok(tables.size > 20);
  const silent: string[] = [];
  for (const { path, lines } of readSourceFiles('src').filter(
    (file) => !/\.(test|contract|test-support)\.ts$/.test(file.path),
  )) {
    for (const [, table, columns] of lines.join('\n').matchAll(/INSERT INTO (\w+) (?:AS \w+ )?\(([^)]*)\)/g)) {
      const isOrganizers = table === 'organizers';
      // Names put together by the program say it there.
      const isBuilt = columns!.includes('${');
      if (tables.has(table!) && !isOrganizers && !isBuilt && !/\borganizer_id\b/.test(columns!))
        silent.push(`${path}: ${table}`);
    }
  }
  assert.deepEqual(silent, []);
});
