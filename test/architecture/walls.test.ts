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

/** Where a request goes past the wall, and why that is right. All else asks as somebody: `database.as(scope)`. */
const pastTheWall: Readonly<Record<string, string>> = {
  'src/features/accounting/http.ts': 'one snapshot of an event that was found as the organiser’s own before',
  'src/features/booking/queries/my-tickets.ts': 'names that were given with bookings which were read as their buyer',
  'src/features/organizers/http/members.ts': 'names of accounts, which belong to no organiser',
  'src/features/privacy/http.ts': 'a person’s own data lie with every organiser they bought from',
  'src/features/seating/http-seat-map.ts': 'the address holds the hash of the content: who knows it may see it',
  'src/features/tickets/queries/list-tickets.ts': 'keys only; the rows are read as the viewer',
};

test('a slice says as whom it asks the database', () => {
  const unsaid = features.filter(
    ({ path, lines }) =>
      !aboveOrganizers.test(path) &&
      lines.some((line) =>
        /^import .*\bDatabase\b.*platform\/postgres\/database\.ts/.test(line.replace('WalledDatabase', '')),
      ),
  );
  const advice = 'take a WalledDatabase and ask database.as(scope), or database.system where nobody in particular asks';
  assert.deepEqual(
    unsaid.map(({ path }) => `${path}: ${advice}`),
    [],
  );
});

test('requests do not go past the wall between organisers, but where it is said why', () => {
  const edges = features.filter(({ path }) => /\/(http[^/]*|queries)(\/[^/]+)?\.ts$/.test(path));
  assert.ok(edges.length > 50);
  const past = edges
    .filter(
      ({ path, lines }) =>
        !aboveOrganizers.test(path) && lines.some((line) => /\bsystem\b.*database|database.*\bsystem\b/.test(line)),
    )
    .map(({ path }) => path);
  assert.deepEqual(past.toSorted(), Object.keys(pastTheWall).toSorted());
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
