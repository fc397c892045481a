export { rotateTicketKey } from './commands/rotate-ticket-key.ts';
export { createTicketCoding } from './compose.ts';
export type { CodedTicket, TicketCodes } from './queries/ticket-codes.ts';
