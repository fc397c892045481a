export { rotateTicketKey } from './commands/rotate-ticket-key.ts';
export { createTicketCoding } from './compose.ts';
export type { CodedTicket, Sign, TicketCodes } from './queries/ticket-codes.ts';
