export { createTickets } from './compose.ts';
export type { TicketsRefusals } from './refusals.ts';
