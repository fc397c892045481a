import type { PageOf } from '../../../contract/common.ts';
import { decodeCursor, encodeCursor } from '../../../contract/cursor.ts';
import { Refused } from '../../../contract/problem.ts';
import type { TicketAnswer } from '../../../contract/tickets.ts';
import { isUuid } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Database } from '../../../platform/postgres/database.ts';
import { type EventLedger, type EventLedgers, placeState, type TicketStatus } from '../../inventory/index.ts';
import {
  firstKey,
  readEventOfTickets,
  readTicketKeys,
  readTicketKeysOfSession,
  readTickets,
  type StoredStatus,
  type TicketKey,
  type TicketRow,
} from '../store/ticket-rows.ts';
import { liveStatus, seesBuyer, type TicketViewer, toTicketAnswer } from './ticket-answer.ts';

export interface TicketReads {
  readonly database: Database;
  readonly ledgers: EventLedgers;
  readonly clock: Clock;
}

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
  const [row] = await readTickets(parts.database, [ticketId]);
  if (!row || !(row.isPublic || seesBuyer(viewer, row))) return null;
  const [answer] = await toAnswers(parts, [row], viewer);
  return answer!;
}

/** Tickets of one event. Null if there is no such event for the viewer. */
export async function listTicketsOfEvent(
  parts: TicketReads,
  query: TicketListQuery & { readonly eventId: number },
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer> | null> {
  const event = await readEventOfTickets(parts.database, query.eventId);
  if (!event || !(event.isPublic || viewer.organizerId === event.organizerId)) return null;
  const { status } = query;
  return status === 'Available' || status === 'Held'
    ? listByLedger(parts, query, status, viewer)
    : listByRecords(parts, query, status, viewer);
}

/**
 * Tickets of all events the viewer may see. Those held are asked of the ledgers: of the events whose ledger is in
 * memory, for holds live there.
 */
export function listTickets(
  parts: TicketReads,
  query: TicketListQuery,
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer>> {
  return query.status === 'Held'
    ? listByLedger(parts, query, 'Held', viewer)
    : listByRecords(parts, query, query.status, viewer);
}

/** What a guest session bought, or is paying for, the latest first. Also of events that are hidden by now. */
export async function listTicketsOfSession(
  parts: TicketReads,
  query: TicketListQuery,
  sessionId: string,
): Promise<PageOf<TicketAnswer>> {
  const { eventId, status, limit, cursor } = query;
  if (status === 'Available' || status === 'Held') return { items: [], nextCursor: null };
  const values = cursor === undefined ? null : (decodeCursor(cursor, ['string', 'string']) as string[]);
  if (values && !values.every(isUuid)) throw new Refused({ code: 'CURSOR_INVALID' });
  const after = values && { bookingId: values[0]!, ticketId: values[1]! };
  const found = await readTicketKeysOfSession(parts.database, { sessionId, eventId, status, after, limit: limit + 1 });
  const keys = found.slice(0, limit);
  const rows = await readTickets(
    parts.database,
    keys.map(({ ticketId }) => ticketId),
  );
  const place = new Map(keys.map(({ ticketId }, i) => [ticketId, i]));
  rows.sort((a, b) => place.get(a.ticketId)! - place.get(b.ticketId)!);
  const last = found.length > limit ? keys.at(-1)! : null;
  return {
    items: rows.map((row) => toTicketAnswer(row, row.status, { organizerId: null, sessionId })),
    nextCursor: last && encodeCursor([last.bookingId, last.ticketId]),
  };
}

async function listByRecords(
  parts: TicketReads,
  { eventId, limit, cursor }: TicketListQuery,
  status: StoredStatus | null,
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer>> {
  const { organizerId } = viewer;
  const filter = { organizerId, publicOnly: organizerId === null, eventId, status };
  const { keys, next } = await readTicketKeys(parts.database, filter, { after: readKey(cursor), limit });
  const rows = await readTickets(
    parts.database,
    keys.map(({ ticketId }) => ticketId),
  );
  const answers = await toAnswers(parts, rows, viewer);
  return {
    // Of those Available for the records some are held; others may have moved on between the two reads.
    items: answers.filter((answer) => status === null || answer.status === status),
    nextCursor: next && encodeCursor([next.eventId, next.ticketId]),
  };
}

function readKey(cursor: string | undefined): TicketKey {
  if (cursor === undefined) return firstKey;
  const [eventId, ticketId] = decodeCursor(cursor, ['number', 'string']) as [number, string];
  if (!isSerial(eventId) || !isUuid(ticketId)) throw new Refused({ code: 'CURSOR_INVALID' });
  return { eventId, ticketId };
}

/** Pages of what the ledger alone knows, by place number: whoever holds, and what is really free. */
async function listByLedger(
  parts: TicketReads,
  query: TicketListQuery,
  status: 'Available' | 'Held',
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer>> {
  const { eventId, limit, cursor } = query;
  const after = cursor === undefined ? [0, -1] : (decodeCursor(cursor, ['number', 'number']) as number[]);
  if (!after.every(Number.isInteger)) throw new Refused({ code: 'CURSOR_INVALID' });
  const found: { eventId: number; placeNo: number; ticketId: string }[] = [];
  for (const [id, ledger] of await ledgersFor(parts, eventId, viewer)) {
    if (found.length > limit) break;
    if (id < after[0]!) continue;
    const from = id === after[0] ? after[1]! + 1 : 0;
    found.push(...placesIn(ledger, { status, from, count: limit + 1 - found.length, now: parts.clock.now() }));
  }
  const shown = found.slice(0, limit);
  const rows = await readTickets(
    parts.database,
    shown.map(({ ticketId }) => ticketId),
  );
  rows.sort((a, b) => a.eventId - b.eventId || a.placeNo - b.placeNo);
  const visible = rows.filter((row) => row.isPublic || viewer.organizerId === row.organizerId);
  const answers = await toAnswers(parts, visible, viewer);
  const last = found.length > limit ? shown.at(-1)! : null;
  return {
    items: answers.filter((answer) => answer.status === status),
    nextCursor: last && encodeCursor([last.eventId, last.placeNo]),
  };
}

/** The ledger of one event, or all that are in memory in the order of their events. */
async function ledgersFor(
  { ledgers }: TicketReads,
  eventId: number | null,
  viewer: TicketViewer,
): Promise<[number, EventLedger][]> {
  if (eventId !== null) {
    const event = await ledgers.open(eventId);
    return event ? [[eventId, event.ledger]] : [];
  }
  return [...ledgers.all()]
    .filter(([, { ledger, isPublic }]) => isPublic || viewer.organizerId === ledger.rules.organizerId)
    .map(([id, { ledger }]): [number, EventLedger] => [id, ledger])
    .sort(([a], [b]) => a - b);
}

function placesIn(
  ledger: EventLedger,
  { status, from, count, now }: { status: 'Available' | 'Held'; from: number; count: number; now: number },
): { eventId: number; placeNo: number; ticketId: string }[] {
  // Asking for anything lets go of the holds that are due.
  ledger.find('', '', now);
  const wanted = status === 'Held' ? placeState.held : placeState.available;
  const { eventId } = ledger.rules;
  const states = ledger.states();
  const places = [];
  for (let placeNo = from; placeNo < states.length && places.length < count; placeNo++) {
    if (states[placeNo] === wanted) places.push({ eventId, placeNo, ticketId: ledger.ticketIdAt(placeNo)! });
  }
  return places;
}

/** Rows as answers, with what the ledgers say of those that are Available for the records. */
async function toAnswers(
  { ledgers, clock }: TicketReads,
  rows: readonly TicketRow[],
  viewer: TicketViewer,
): Promise<TicketAnswer[]> {
  const asked = new Map<number, EventLedger | null>();
  for (const { eventId, status } of rows) {
    if (status !== 'Available' || asked.has(eventId)) continue;
    asked.set(eventId, (await ledgers.open(eventId))?.ledger ?? null);
  }
  return rows.map((row) => {
    const ledger = asked.get(row.eventId) ?? null;
    return toTicketAnswer(row, liveStatus(row.status, row.ticketId, ledger, clock.now()), viewer);
  });
}

function isSerial(id: number): boolean {
  return Number.isInteger(id) && id >= 1 && id <= 2_147_483_647;
}
