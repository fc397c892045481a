import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSourceFiles, type SourceFile } from './source-files.ts';

/** Where statements stand: in the store and the queries of a slice, and below them where PostgreSQL itself is the subject. */
const placesOfSql = [
  /^src\/features\/[^/]+\/(store|queries)\//,
  /^src\/platform\/(postgres|event-store|messages|mail|cluster)\//,
  // The adapter of a technical port to PostgreSQL.
  /^src\/platform\/[^/]+\/postgres-[^/]+\.ts$/,
];

/** A statement, or the beginning of one. Prose does not shout. */
const statement =
  /\b(SELECT (FROM|DISTINCT|EXISTS|count|1|\$|\w+\s*[,(]|[\w.*]+( AS)? )|INSERT INTO \w|UPDATE \w+ (\w+ )?SET\b|DELETE FROM \w|FOR (NO KEY )?UPDATE\b|LOCK TABLE\b)/;

function statementsOutside(files: readonly Pick<SourceFile, 'path' | 'lines'>[]): string[] {
  return files
    .filter(({ path }) => !/\.(test|contract|test-support)\.ts$/.test(path))
    .filter(({ path }) => !placesOfSql.some((place) => place.test(path)))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) =>
        statement.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [],
      ),
    );
}

test('a statement outside of store/ and queries/ is found, however it begins', () => {
  const planted = [
    `const [row] = await tx.query('SELECT name FROM venues WHERE venue_id = $1', [id]);`,
    '    `SELECT e.* FROM events e`,',
    `await tx.query('SELECT FROM bookings WHERE booking_id = $1 FOR UPDATE', [id]);`,
    '  `INSERT INTO venues (name) VALUES ($1)`,',
    `  'UPDATE venues SET name = $2 WHERE venue_id = $1',`,
    '  text: `UPDATE events e SET available = 0`,',
    `  'DELETE FROM events WHERE event_id = $1',`,
  ];
  for (const line of planted) {
    const path = 'src/features/catalog/commands/update-venue.ts';
    assert.equal(statementsOutside([{ path, lines: [line] }]).length, 1, line);
    const inStore = 'src/features/catalog/store/venue-rows.ts';
    assert.deepEqual(statementsOutside([{ path: inStore, lines: [line] }]), []);
  }
  const prose = [' * Locks rows FOR UPDATE, as SELECT FROM does.', "const label = 'Select a seat';"];
  assert.deepEqual(statementsOutside([{ path: 'src/features/catalog/http.ts', lines: prose }]), []);
});

test('SQL stands in store/ and queries/ only', () => {
  assert.deepEqual(statementsOutside(readSourceFiles('src')), []);
});

/** What outlives the transaction that says it: behind a pooler it meets whoever comes next, and not us. */
const outlives =
  /\b(UN)?LISTEN [a-z]|\bNOTIFY [a-z]|\bpg_notify\(|\bpg_(try_)?advisory_(lock|unlock)|\bWITH HOLD\b|[`'"(;]\s*SET (?!LOCAL |TRANSACTION )[a-z]|set_config\([^)]*false\)/;

function outlivingIn(files: readonly Pick<SourceFile, 'path' | 'lines'>[]): string[] {
  return files
    .filter(({ path }) => !/\.(test|contract|test-support)\.ts$/.test(path))
    .flatMap(({ path, lines }) =>
      lines.flatMap((line, i) =>
        outlives.test(line) && !/^\s*(\*|\/\/|\/\*)/.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [],
      ),
    );
}

test('what outlives its transaction is found', () => {
  const planted = [
    "await client.query('LISTEN changes');",
    '`SELECT pg_notify($1, $2)`',
    "await tx.query('SELECT pg_advisory_lock($1)', [lockKey]);",
    "await client.query(`SET lock_timeout = '2s'`);",
    `\`SELECT set_config('role', '\${role}', false)\``,
  ];
  for (const line of planted) assert.equal(outlivingIn([{ path: 'src/any.ts', lines: [line] }]).length, 1, line);
  const local = [
    "await tx.query('SET LOCAL lock_timeout = 1000');",
    "'SELECT pg_advisory_xact_lock($1)'",
    '`UPDATE venues SET name`',
  ];
  assert.deepEqual(outlivingIn([{ path: 'src/any.ts', lines: local }]), []);
});

test('nothing outlives its transaction but the deadline of a connection that no pooler lends', () => {
  assert.deepEqual(
    outlivingIn(readSourceFiles('src')).map((place) => place.replace(/:\d+:.*/, '')),
    ['src/platform/postgres/database.ts'],
  );
});
