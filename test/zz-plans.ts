import { createTestDatabase } from './support/database.ts';
import { everybody, viewing } from '../src/platform/postgres/scope.ts';
const { database } = await createTestDatabase();
await database.query(`INSERT INTO organizers (name, slug) SELECT 'o' || n, 'o' || n FROM generate_series(2, 20) n`);
await database.query(`INSERT INTO venues (organizer_id, name, city) SELECT 1 + n % 20, 'Hall ' || n, 'City ' || n FROM generate_series(1, 5000) n`);
await database.query(`INSERT INTO performers (organizer_id, name) SELECT 1 + n % 20, 'P ' || n FROM generate_series(1, 5000) n`);
await database.query(`INSERT INTO events (organizer_id, venue_id, title, status, starts_at, time_zone, currency, published_at)
  SELECT v.organizer_id, v.venue_id, 'E ' || n, CASE WHEN n % 10 = 0 THEN 'draft' ELSE 'published' END, '2027-01-01'::timestamptz + n * interval '1 minute', 'UTC', 'EUR', now() FROM generate_series(1, 200000) n JOIN venues v ON v.venue_id = 1 + n % 5000`);
await database.query(`INSERT INTO ticket_types (organizer_id, event_id, name, rates) SELECT organizer_id, event_id, 'T', '[{"name":"a","priceMinor":1}]' FROM events`);
await database.query(`INSERT INTO tickets (organizer_id, event_id, ticket_id, ticket_type_id, place_no) SELECT t.organizer_id, t.event_id, gen_random_uuid(), ticket_type_id, n FROM ticket_types t, generate_series(1, 2) n WHERE event_id <= 100000`);
await database.query('VACUUM ANALYZE');
const cases: [string, string, unknown[]][] = [
  ['public list', `SELECT e.event_id, e.starts_at FROM events e WHERE (e.is_active AND e.status <> 'draft') ORDER BY e.starts_at, e.event_id LIMIT 21`, []],
  ['public deep', `SELECT e.event_id, e.starts_at FROM events e WHERE (e.is_active AND e.status <> 'draft') AND (e.starts_at, e.event_id) > ('2027-05-01'::timestamptz, 5) ORDER BY e.starts_at, e.event_id LIMIT 21`, []],
  ['staff list', `SELECT e.event_id, e.starts_at FROM events e WHERE ((e.is_active AND e.status <> 'draft') OR e.organizer_id = $1) ORDER BY e.starts_at, e.event_id LIMIT 21`, [7]],
  ['of organiser', `SELECT e.event_id, e.starts_at FROM events e WHERE (e.is_active AND e.status <> 'draft') AND e.organizer_id = $1 ORDER BY e.starts_at, e.event_id LIMIT 21`, [7]],
  ['by venue', `SELECT e.event_id, e.starts_at FROM events e WHERE (e.is_active AND e.status <> 'draft') AND e.venue_id = $1 ORDER BY e.starts_at, e.event_id LIMIT 21`, [70]],
  ['drafts', `SELECT e.event_id, e.starts_at FROM events e WHERE ((e.is_active AND e.status <> 'draft') OR e.organizer_id = $1) AND e.status = 'draft' ORDER BY e.starts_at, e.event_id LIMIT 21`, [7]],
  ['types of 20', `SELECT * FROM ticket_types WHERE event_id = ANY(ARRAY(SELECT generate_series(1000,1020)))`, []],
  ['performers of 20', `SELECT e.event_id, p.name FROM event_performers e JOIN performers p USING (performer_id) WHERE e.event_id = ANY(ARRAY(SELECT generate_series(1000,1020)))`, []],
  ['venue page', `SELECT * FROM venues WHERE venue_id > 3000 ORDER BY venue_id LIMIT 21`, []],
  ['find venue', `SELECT venue_id FROM venues WHERE organizer_id = 7 AND name_key = lower($1) ORDER BY venue_id LIMIT 1`, ['Hall 306']],
  ['tickets of event', `SELECT * FROM tickets WHERE event_id = 500`, []],
  ['ticket keys', `SELECT s.event_id, s.ticket_id FROM (SELECT t.event_id, t.ticket_id, t.organizer_id, t.status FROM tickets t WHERE (t.event_id, t.ticket_id) > (0, '00000000-0000-0000-0000-000000000000'::uuid) AND t.event_id <= 2147483647 ORDER BY t.event_id, t.ticket_id LIMIT 20000) s WHERE (NOT true OR (SELECT e.is_active AND e.status <> 'draft' FROM events e WHERE e.event_id = s.event_id)) LIMIT 21`, []],
  ['ticket last scanned', `SELECT event_id FROM (SELECT t.event_id, t.ticket_id FROM tickets t WHERE (t.event_id, t.ticket_id) > (0, '00000000-0000-0000-0000-000000000000'::uuid) AND t.event_id <= 2147483647 ORDER BY t.event_id, t.ticket_id LIMIT 20000) s OFFSET 19999`, []],
];
const scopes = { system: database.system, everybody: database.as(everybody), staff: database.as(viewing(7)), buyer: database.as(viewing(null, ['abc'])) };
for (const [name, text, values] of cases) {
  const line: string[] = [];
  for (const [scope, db] of Object.entries(scopes)) {
    let best = Infinity;
    for (let i = 0; i < 8; i++) { const t = performance.now(); await db.query(text, values); best = Math.min(best, performance.now() - t); }
    line.push(`${scope} ${best.toFixed(2)}`);
  }
  console.log(name.padEnd(20), line.join('  '));
}
console.log((await database.as(everybody).query<any>(`EXPLAIN ANALYZE ${cases[0]![1]}`)).map((r: any) => r['QUERY PLAN']).join('\n'));
console.log((await database.as(everybody).query<any>(`EXPLAIN ANALYZE ${cases[12]![1]}`)).map((r: any) => r['QUERY PLAN']).join('\n'));
console.log((await database.as(everybody).query<any>(`EXPLAIN SELECT event_id FROM search_documents WHERE keys @@ 'a & b'::tsquery`)).map((r: any) => r['QUERY PLAN']).join('\n'));
process.exit(0);
