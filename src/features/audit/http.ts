import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type Static, Type } from 'typebox';
import { AuditPage, AuditQuery } from '../../contract/audit.ts';
import { parseInstant } from '../../kernel/instant.ts';
import { resolveTexts } from '../../platform/event-store/kept-texts.ts';
import { toCsv, wantsCsv } from '../../platform/http/csv.ts';
import { decodeCursor, encodeCursor } from '../../platform/http/cursor.ts';
import { Refused } from '../../platform/http/refused.ts';
import { hasRight, organizerOf } from '../../platform/http/request.ts';
import type { Queryable, TenantDatabase } from '../../platform/postgres/database.ts';
import { type AuditRow, readAudit, streamsOfTicket } from './queries/read-audit.ts';

type Asked = Static<typeof AuditQuery>;

/** A CSV takes more than a page: so many rows, and a header that says where the next begin. */
const csvRowsMax = 10_000;
const csvHeader = [
  ...['position', 'occurredAt', 'stream', 'version', 'type', 'actor', 'reason', 'correlationId', 'causationId', 'data'],
];

/** Who did what, when and why: the history of the organiser, for staff. */
export function createAuditRoutes({ database }: { readonly database: TenantDatabase }): FastifyPluginAsyncTypebox {
  return async (app) => {
    const schema = {
      tags: ['audit'],
      summary: 'Every change of a ticket, booking, payment, role, key or event: newest first',
      description:
        'A page may be shorter than asked for: go on while there is a nextCursor. As CSV up to 10,000 rows; the next begin at the cursor in X-Next-Cursor.',
      querystring: AuditQuery,
      response: {
        200: {
          description: 'JSON or CSV',
          content: { 'application/json': { schema: AuditPage }, 'text/csv': { schema: Type.String() } },
        },
      },
    };
    app.get('/api/audit', { config: { access: 'reports' }, schema }, async (request, reply) => {
      const { query } = request;
      const organizerId = organizerOf(request.caller) ?? 0;
      // What concerns no organiser (accounts, the platform's keys) stands under 0: for the platform's owner.
      const organizers = hasRight(request.caller, 'owner') ? [organizerId, 0] : [organizerId];
      const scope = database.as({ organizers });
      const isCsv = wantsCsv(request);
      const [before = null] = query.cursor === undefined ? [] : decodeCursor(query.cursor, ['number']);
      if (before !== null && !Number.isSafeInteger(before)) throw new Refused({ code: 'CURSOR_INVALID' });
      const { rows, next } = await readAudit(scope, {
        organizers,
        streams: await streamsOf(scope, organizerId, query),
        ticketId: query.ticketId ?? null,
        type: query.type ?? null,
        actor: query.actor ?? null,
        correlationId: query.correlationId ?? null,
        from: query.from === undefined ? null : parseInstant(query.from)!,
        until: query.until === undefined ? null : parseInstant(query.until)!,
        before: before as number | null,
        limit: isCsv ? csvRowsMax : (query.limit ?? 20),
      });
      const nextCursor = next === null ? null : encodeCursor([next]);
      reply.header('cache-control', 'private, no-store');
      const entries = await resolveTexts(scope, rows.map(toEntry));
      if (!isCsv) return { items: entries, nextCursor };
      if (nextCursor !== null) reply.header('x-next-cursor', nextCursor);
      reply.header('content-disposition', 'attachment; filename="audit.csv"');
      return reply.type('text/csv; charset=utf-8').send(toCsv(csvHeader, entries.map(toRow)));
    });
  };
}

/** The histories that the filters name; those of several filters are cut with each other. */
async function streamsOf(source: Queryable, organizerId: number, asked: Asked): Promise<readonly string[] | null> {
  const { bookingId, ticketId, eventId, accountId, stream } = asked;
  const named = [
    bookingId === undefined ? null : [`booking-${bookingId}`],
    eventId === undefined ? null : [`event-${eventId}`],
    accountId === undefined ? null : [`account-${accountId}`],
    stream === undefined ? null : [stream],
    ticketId === undefined ? null : await streamsOfTicket(source, organizerId, ticketId),
  ].filter((streams) => streams !== null);
  if (named.length === 0) return null;
  return named.reduce((all, some) => all.filter((one) => some.includes(one)));
}

function toEntry({ position, occurredAt, stream, version, type, data, metadata }: AuditRow) {
  const { actor, reason = null, correlationId, causationId = null } = metadata;
  const at = occurredAt.toISOString();
  return { position, occurredAt: at, stream, version, type, actor, reason, correlationId, causationId, data };
}

function toRow(entry: ReturnType<typeof toEntry>): (string | number | null)[] {
  const { position, occurredAt, stream, version, type, actor, reason, correlationId, causationId, data } = entry;
  return [position, occurredAt, stream, version, type, actor, reason, correlationId, causationId, JSON.stringify(data)];
}
