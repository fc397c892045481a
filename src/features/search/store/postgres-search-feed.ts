import { isSeen } from '../../../platform/postgres/change-stream.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { namesOf, type ShownEvent } from '../domain/search-document.ts';
import type { DocumentToIndex } from './opensearch-documents.ts';

/** The publication of the changes of search_documents: their keys, and no more. */
export const publicationName = 'onsale_search';
/** A feed that is so far behind is not searched any more. */
const freshSeconds = 10;

/** How the engine is fed, as the process that feeds it has written down. */
export interface FeedState {
  readonly serving: string | null;
  readonly servingVersion: number | null;
  readonly building: string | null;
  readonly copied: number;
  readonly toCopy: number;
  /** How old the last change is that may be missing in the index; null: nothing was ever fed. */
  readonly lagSeconds: number | null;
  readonly isFresh: boolean;
  readonly wantsRebuild: boolean;
}

const stateText = `SELECT serving, serving_version AS "servingVersion", building, copied, to_copy AS "toCopy",
    extract(epoch FROM clock_timestamp() - fed_until)::float8 AS "lagSeconds",
    coalesce(fed_until > clock_timestamp() - ${freshSeconds} * interval '1 second', false) AS "isFresh",
    rebuild_wanted_at IS NOT NULL AS "wantsRebuild"
  FROM search_feed`;

export async function readFeed(bypassingRls: Queryable): Promise<FeedState> {
  const [state] = await bypassingRls.query<FeedState>({ name: 'search-feed-state', text: stateText });
  return state!;
}

/** An index is filled from here on; a wish for one is granted by it. */
export async function noteBuilding(bypassingRls: Queryable, index: string): Promise<number> {
  const [row] = await bypassingRls.query<{ toCopy: number }>(
    `UPDATE search_feed SET building = $1, copied = 0, rebuild_wanted_at = NULL,
       to_copy = (SELECT count(*) FROM search_documents) RETURNING to_copy AS "toCopy"`,
    [index],
  );
  return row!.toCopy;
}

export async function noteCopied(bypassingRls: Queryable, copied: number): Promise<void> {
  await bypassingRls.query({ name: 'search-feed-copied', text: 'UPDATE search_feed SET copied = $1' }, [copied]);
}

/** This index has all documents. */
export async function noteServing(bypassingRls: Queryable, index: string, version: number): Promise<void> {
  await bypassingRls.query(
    'UPDATE search_feed SET serving = $1, serving_version = $2, building = NULL, copied = to_copy',
    [index, version],
  );
}

/** No index has all documents any more. */
export async function noteNothingServes(bypassingRls: Queryable): Promise<void> {
  await bypassingRls.query('UPDATE search_feed SET serving = NULL, serving_version = NULL, building = NULL');
}

/** All that was committed when this mark was made is in the index. */
export async function noteFed(bypassingRls: Queryable, mark: string): Promise<void> {
  await bypassingRls.query(
    { name: 'search-feed-fed', text: 'UPDATE search_feed SET fed_until = to_timestamp($1::float8)' },
    [mark],
  );
}

export async function wishRebuild(bypassingRls: Queryable): Promise<void> {
  await bypassingRls.query('UPDATE search_feed SET rebuild_wanted_at = clock_timestamp()');
}

/** Sends the time through the stream of changes: once it comes out, all that was committed before has. */
export async function emitMark(bypassingRls: Queryable): Promise<void> {
  await bypassingRls.query({
    name: 'search-feed-mark',
    text: `SELECT pg_logical_emit_message(false, '${publicationName}', extract(epoch FROM clock_timestamp())::text)`,
  });
}

/** Which database this is, also as a standby that was promoted, but not as a copy of it: names of indexes have it in them. */
export async function readSource(bypassingRls: Queryable): Promise<string> {
  const [row] = await bypassingRls.query<{ source: string }>(
    `SELECT left(md5((SELECT system_identifier::text FROM pg_control_system()) || '/' || oid), 12) AS source
     FROM pg_database WHERE datname = current_database()`,
  );
  return row!.source;
}

/** The slot from which the engine is fed. */
export interface SearchSlot {
  readonly name: string;
  /** Who reads it; null: nobody. */
  readonly activePid: number | null;
  /** PostgreSQL has thrown away what it would have to send. */
  readonly isLost: boolean;
  /** How much of the log PostgreSQL keeps for it. */
  readonly bytes: number;
}

/** Slots are known all over a server: this one has the database in its name. */
const slotName = `(SELECT 'onsale_search_' || oid FROM pg_database WHERE datname = current_database())`;

export async function readSlot(bypassingRls: Queryable): Promise<SearchSlot | null> {
  const [slot] = await bypassingRls.query<SearchSlot>({
    name: 'search-slot',
    text: `SELECT slot_name AS name, active_pid AS "activePid", coalesce(wal_status = 'lost', false) AS "isLost",
        coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::float8 AS bytes
      FROM pg_replication_slots WHERE slot_name = ${slotName}`,
  });
  return slot ?? null;
}

/** Makes slot and publication. Rejects with PostgreSQL's error: `42501` without the right, `55000` where `wal_level` is too low. */
export async function makeSlot(bypassingRls: Queryable): Promise<void> {
  await bypassingRls.query(`SELECT pg_create_logical_replication_slot(${slotName}, 'pgoutput')`);
}

export async function ensurePublication(bypassingRls: Queryable): Promise<void> {
  const known = await bypassingRls.query('SELECT 1 FROM pg_publication WHERE pubname = $1', [publicationName]);
  if (known.length > 0) return;
  await bypassingRls.query(`CREATE PUBLICATION ${publicationName} FOR TABLE search_documents (event_id)`);
}

/** Ends whoever reads the slot. */
export async function endReader(bypassingRls: Queryable, { activePid }: SearchSlot): Promise<void> {
  await bypassingRls.query('SELECT pg_terminate_backend($1)', [activePid]);
}

export async function dropSlot(bypassingRls: Queryable, { name }: Pick<SearchSlot, 'name'>): Promise<void> {
  await bypassingRls.query(
    'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1',
    [name],
  );
}

/**
 * The version of what is read after this call: higher the later it is read, whichever process reads. It is asked before the rows are:
 * so rows that lack a change never have a higher version than rows that were read because of it.
 */
export async function readVersion(bypassingRls: Queryable): Promise<number> {
  const [row] = await bypassingRls.query<{ version: number }>({
    name: 'search-feed-version',
    text: `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS version`,
  });
  return row!.version;
}

interface DocumentRow {
  readonly event_id: number | null;
  readonly starts_at: Date;
  readonly shown_until: Date;
  readonly on_sale_from: Date | number;
  readonly on_sale_until: Date | number;
  readonly price_rank: number;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly local_date: string;
  readonly stock: number;
  readonly city: string;
  readonly type: string;
  readonly keys: string[];
  readonly document: ShownEvent;
}

const documentColumns = `event_id, starts_at, shown_until, on_sale_from, on_sale_until, price_rank, latitude, longitude,
  local_date::text AS local_date, stock, city, type, tsvector_to_array(keys) AS keys, document`;

/**
 * The documents of these events as they are now, of those that have one. Null: some of the transactions that changed them are not seen yet,
 * although the log has their commits.
 */
export async function readChanged(
  bypassingRls: Queryable,
  eventIds: readonly number[],
  transactions: readonly number[],
): Promise<DocumentToIndex[] | null> {
  const rows = await bypassingRls.query<DocumentRow & { readonly snapshot: string }>(
    {
      name: 'search-feed-changed',
      text: `SELECT s.snapshot, d.* FROM (SELECT pg_current_snapshot()::text AS snapshot) s
        LEFT JOIN (SELECT ${documentColumns} FROM search_documents WHERE event_id = ANY ($1::int[])) d ON true`,
    },
    [eventIds],
  );
  const { snapshot } = rows[0]!;
  if (!transactions.every((transaction) => isSeen(snapshot, transaction))) return null;
  return rows.filter((row) => row.event_id !== null).map(toDocument);
}

/** Up to `limit` documents of events after one of them, in ascending order. */
export async function readDocumentsAfter(
  bypassingRls: Queryable,
  after: number,
  limit: number,
): Promise<DocumentToIndex[]> {
  const rows = await bypassingRls.query<DocumentRow>(
    {
      name: 'search-feed-copy',
      text: `SELECT ${documentColumns} FROM search_documents WHERE event_id > $1 ORDER BY event_id LIMIT $2`,
    },
    [after, limit],
  );
  return rows.map(toDocument);
}

function toDocument(row: DocumentRow): DocumentToIndex {
  const [from, until] = [Number(row.on_sale_from), Number(row.on_sale_until)];
  return {
    eventId: row.event_id!,
    startsAt: row.starts_at.getTime(),
    shownUntil: row.shown_until.getTime(),
    onSale:
      until === Number.NEGATIVE_INFINITY ? null : { from: from === Number.NEGATIVE_INFINITY ? null : from, until },
    priceRank: row.price_rank,
    latitude: row.latitude,
    longitude: row.longitude,
    localDate: row.local_date,
    stock: row.stock,
    city: row.city,
    type: row.type,
    keys: row.keys,
    names: namesOf(row.document),
    shown: row.document,
  };
}
