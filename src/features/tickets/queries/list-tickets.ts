import type { PageOf } from '../../../contract/common.ts';
import type { TicketAnswer } from '../../../contract/tickets.ts';
import { isUuid } from '../../../kernel/ids.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { TicketStatus } from '../../inventory/index.ts';
import {
  firstKey,
  readEventOfTickets,
  readTicketKeys,
  readTickets,
  type StoredStatus,
  type TicketKey,
} from '../store/ticket-rows.ts';
import { listByLedger } from './list-by-ledger.ts';
import { scopeOf, seesBuyer, type TicketReads, type TicketViewer, toAnswers } from './ticket-answer.ts';

export interface TicketListQuery {
  readonly eventId: number | null;
  readonly status: TicketStatus | null;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/** The ticket as the viewer may see it: null if there is none, or if its event is hidden and the viewer did not buy it. */
export async function findTicket(
  parts: TicketReads,
  ticketId: string,
  viewer: TicketViewer,
): Promise<TicketAnswer | null> {
  const [row] = await readTickets(parts.database.as(scopeOf(viewer)), [ticketId]);
  if (!row || !(row.isPublic || seesBuyer(viewer, row))) return null;
  const [answer] = await toAnswers(parts, [row], viewer);
  return answer!;
}

/** These tickets as staff see them, in the order of their places. */
export async function findTickets(
  parts: TicketReads,
  ticketIds: readonly string[],
  viewer: TicketViewer,
): Promise<TicketAnswer[]> {
  const rows = await readTickets(parts.database.as(scopeOf(viewer)), ticketIds);
  return toAnswers(
    parts,
    rows.sort((a, b) => a.placeNo - b.placeNo),
    viewer,
  );
}

/** Tickets of one event. Null if there is no such event for the viewer. */
export async function listTicketsOfEvent(
  parts: TicketReads,
  query: TicketListQuery & { readonly eventId: number },
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer> | null> {
  const event = await readEventOfTickets(parts.database.as(scopeOf(viewer)), query.eventId);
  if (!event || !(event.isPublic || viewer.organizerId === event.organizerId)) return null;
  const { status } = query;
  return status === null || status === 'Cancelled'
    ? listByDatabase(parts, query, status, viewer)
    : listByLedger(parts, query, status, viewer);
}

/**
 * Tickets of all events the viewer may see. Those held are asked of the ledgers: of the events whose ledger is in
 * memory, for holds live there.
 */
export async function listTickets(
  parts: TicketReads,
  query: TicketListQuery,
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer>> {
  const { eventId } = query;
  if (eventId !== null) {
    return (await listTicketsOfEvent(parts, { ...query, eventId }, viewer)) ?? { items: [], nextCursor: null };
  }
  return query.status === 'Held'
    ? listByLedger(parts, query, 'Held', viewer)
    : listByDatabase(parts, query, query.status, viewer);
}

async function listByDatabase(
  parts: TicketReads,
  { eventId, limit, cursor }: TicketListQuery,
  status: StoredStatus | null,
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer>> {
  const { organizerId } = viewer;
  // Only keys, which the filter chooses: under RLS each of 20,000 rows would have its event looked up.
  const { bypassingRls } = parts.database;
  const filter = { organizerId, publicOnly: organizerId === null, eventId, status };
  let { keys, next } = await readTicketKeys(bypassingRls, filter, { after: readKey(cursor), limit });
  // Staff who look for the few sold among many need not turn empty pages.
  const scansMax = organizerId === null ? 1 : 10;
  for (let scans = 1; keys.length === 0 && next !== null && scans < scansMax; scans++) {
    ({ keys, next } = await readTicketKeys(bypassingRls, filter, { after: next, limit }));
  }
  const rows = await readTickets(
    parts.database.as(scopeOf(viewer)),
    keys.map(({ ticketId }) => ticketId),
  );
  const answers = await toAnswers(parts, rows, viewer);
  return {
    // Of those Available in the database some are held; others may have moved on between the two reads.
    items: answers.filter((answer) => status === null || answer.status === status),
    nextCursor: next && encodeCursor([next.eventId, next.ticketId]),
  };
}

function readKey(cursor: string | undefined): TicketKey {
  if (cursor === undefined) return firstKey;
  const [eventId, ticketId] = decodeCursor(cursor, ['id', 'string']) as [number, string];
  if (!isUuid(ticketId)) throw new Refused({ code: 'CURSOR_INVALID' });
  return { eventId, ticketId };
}
