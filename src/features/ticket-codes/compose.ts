import type { Clock } from '../../platform/clock/clock.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { Queryable } from '../../platform/postgres/database.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { createTicketKeyRoutes } from './http.ts';
import { createTicketCodes } from './queries/ticket-codes.ts';

/** The codes by which doors know tickets, and the keys that sign them. */
export function createTicketCoding(parts: { readonly bypassingRls: Queryable; readonly clock: Clock }) {
  const codes = createTicketCodes(parts);
  return {
    codes,
    routes: [withoutLedgers(createTicketKeyRoutes(codes))],
    jobs: [],
    consumers: [],
  } satisfies SliceShape;
}
