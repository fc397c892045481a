import type { EventBody } from '../../../contract/catalog.ts';
import type { PageOf } from '../../../contract/common.ts';
import { instantMax, instantMin } from '../../../kernel/instant.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import type { PublicReading } from '../../../platform/postgres/read-replica.ts';
import type { EventStatus } from '../domain/event-details.ts';
import type { ShowFinder } from '../ports.ts';
import { scopeOf, visibleTo } from './find-event.ts';
import { readEvents } from './read-events.ts';
import type { Viewer } from './viewer.ts';

export interface EventFilter {
  readonly limit: number;
  readonly cursor?: string;
  readonly upcoming?: boolean;
  readonly venueId?: number;
  readonly performerId?: number;
  readonly seriesId?: number;
  readonly status?: EventStatus;
  /** Of this organiser alone. */
  readonly organizerId?: number;
  readonly term?: string;
  readonly location?: string;
  readonly type?: string;
  /** A day at the venue. */
  readonly date?: string;
}

/** So many pages of shows that were found are looked through for some that the other filters let pass. */
const pagesMax = 20;

/**
 * A page of events by start, then id. The cursor names the last row, so that page 10,000 is one index range as page 1
 * is. Throws `Refused` (`CURSOR_INVALID`) for a cursor that is not ours.
 */
export async function listEvents(
  { database, search }: { readonly database: PublicReading; readonly search: ShowFinder },
  filter: EventFilter,
  viewer: Viewer,
  now: number,
): Promise<PageOf<EventBody>> {
  const { term, location, type, date } = filter;
  const isSearch = [term, location, type, date].some((each) => each !== undefined);
  return isSearch ? findShows(database, search, filter, viewer, now) : listAll(database, filter, viewer, now);
}

/** Shows as the search finds them, which knows words and towns; those of them that the other filters let pass. */
async function findShows(
  database: PublicReading,
  search: ShowFinder,
  { term, location, type, date, cursor, ...filter }: EventFilter,
  viewer: Viewer,
  now: number,
): Promise<PageOf<EventBody>> {
  const words = { ...(term && { term }), ...(location && { location }), ...(type && { type }), ...(date && { date }) };
  const items: EventBody[] = [];
  let after = cursor ?? null;
  for (let page = 0; page < pagesMax && items.length < filter.limit && (page === 0 || after !== null); page++) {
    const limit = filter.limit - items.length;
    const found = acceptedValue(
      await search.find({ ...words, sort: 'date', limit, ...(after !== null && { cursor: after }) }),
    );
    const eventIds = found.items.map(({ eventId }) => eventId);
    const { conditions, values, bind } = conditionsOf(filter, viewer, now);
    const text = `SELECT e.event_id FROM events e WHERE e.event_id = ANY(${bind(eventIds)}::int[]) AND ${conditions.join(' AND ')}`;
    await database.as(scopeOf(viewer)).transaction(async (tx) => {
      const passed = new Set((await tx.query<{ event_id: number }>(text, values)).map((row) => row.event_id));
      items.push(
        ...(await readEvents(
          tx,
          eventIds.filter((eventId) => passed.has(eventId)),
          viewer,
        )),
      );
    });
    after = found.nextCursor;
  }
  return { items, nextCursor: after };
}

function conditionsOf(filter: EventFilter, viewer: Viewer, now: number) {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const visible = visibleTo(viewer, 1);
  values.push(...visible.values);
  const conditions = [visible.condition];
  if (filter.upcoming) conditions.push(`e.starts_at >= ${bind(new Date(now))}`);
  if (filter.venueId !== undefined) conditions.push(`e.venue_id = ${bind(filter.venueId)}`);
  if (filter.seriesId !== undefined) conditions.push(`e.series_id = ${bind(filter.seriesId)}`);
  if (filter.organizerId !== undefined) conditions.push(`e.organizer_id = ${bind(filter.organizerId)}`);
  if (filter.status !== undefined) conditions.push(`e.status = ${bind(filter.status)}`);
  // Nobody sees the drafts of others: said so, they are found by an index.
  if (filter.status === 'draft' && viewer.kind === 'staff')
    conditions.push(`e.organizer_id = ${bind(viewer.organizerId)}`);
  if (filter.performerId !== undefined) {
    conditions.push(
      `e.event_id IN (SELECT p.event_id FROM event_performers p WHERE p.performer_id = ${bind(filter.performerId)})`,
    );
  }
  return { conditions, values, bind };
}

async function listAll(
  database: PublicReading,
  filter: EventFilter,
  viewer: Viewer,
  now: number,
): Promise<PageOf<EventBody>> {
  const { conditions, values, bind } = conditionsOf(filter, viewer, now);
  if (filter.cursor !== undefined) {
    const { startsAt, eventId } = readCursor(filter.cursor);
    conditions.push(`(e.starts_at, e.event_id) > (${bind(startsAt)}::timestamptz, ${bind(eventId)}::int)`);
  }
  const text = `SELECT e.event_id, e.starts_at FROM events e WHERE ${conditions.join(' AND ')}
     ORDER BY e.starts_at, e.event_id LIMIT ${bind(filter.limit + 1)}`;
  return database.as(scopeOf(viewer)).transaction(async (tx) => {
    const rows = await tx.query<{ event_id: number; starts_at: Date }>(text, values);
    const shown = rows.slice(0, filter.limit);
    const last = rows.length > filter.limit ? shown.at(-1) : undefined;
    const eventIds = shown.map((row) => row.event_id);
    return {
      items: await readEvents(tx, eventIds, viewer),
      nextCursor: last ? encodeCursor([last.starts_at.getTime(), last.event_id]) : null,
    };
  });
}

function readCursor(cursor: string): { startsAt: Date; eventId: number } {
  const [startsAt, eventId] = decodeCursor(cursor, ['number', 'id']) as [number, number];
  const isOurs = Number.isInteger(startsAt) && startsAt >= instantMin && startsAt < instantMax;
  if (!isOurs) throw new Refused({ code: 'CURSOR_INVALID' });
  return { startsAt: new Date(startsAt), eventId };
}
