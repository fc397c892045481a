import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { createTicketKeyRoutes } from './http.ts';
import { createTicketCodes, type TicketCodesParts } from './queries/ticket-codes.ts';

/** The codes by which doors know tickets, and the keys that sign them. */
export function createTicketCoding(parts: TicketCodesParts) {
  const codes = createTicketCodes(parts);
  return {
    codes,
    routes: [withoutLedgers(createTicketKeyRoutes(codes))],
    jobs: [],
    consumers: [],
  } satisfies SliceShape;
}
