import type { PageOf } from '../../../contract/common.ts';
import type { TicketAnswer } from '../../../contract/tickets.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { LiveStatus } from '../../inventory/index.ts';
import { readTickets } from '../store/ticket-rows.ts';
import type { TicketListQuery } from './list-tickets.ts';
import { scopeOf, type TicketReads, type TicketViewer, toAnswers } from './ticket-answer.ts';

/**
 * Pages in the order of places. The ledger alone knows what is held and what is really free; and it finds the few
 * places in a state among a hundred thousand in less than a millisecond, where the database would be read to the end.
 */
export async function listByLedger(
  parts: TicketReads,
  query: TicketListQuery,
  status: LiveStatus,
  viewer: TicketViewer,
): Promise<PageOf<TicketAnswer>> {
  const { eventId, limit, cursor } = query;
  const after = cursor === undefined ? [0, -1] : (decodeCursor(cursor, ['number', 'number']) as number[]);
  if (!after.every(Number.isInteger)) throw new Refused({ code: 'CURSOR_INVALID' });
  const found = await parts.inventory.findPlaces({
    eventId,
    organizerId: viewer.organizerId,
    status,
    after: { eventId: after[0]!, placeNo: after[1]! },
    count: limit + 1,
  });
  const shown = found.slice(0, limit);
  const rows = await readTickets(
    parts.database.as(scopeOf(viewer)),
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
