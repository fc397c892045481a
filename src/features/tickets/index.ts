import { createOneAtATime } from '../catalog/index.ts';
import { createTicketStaffRoutes } from './http.ts';
import { createTicketReads } from './http-reads.ts';
import type { TicketParts } from './ports.ts';

/** Tickets one by one: who may read what of them, and what staff do with them by hand. */
export function createTickets(given: Omit<TicketParts, 'oneAtATime'>) {
  const parts = { ...given, oneAtATime: createOneAtATime() };
  return { routes: [createTicketReads(parts), createTicketStaffRoutes(parts)] };
}
