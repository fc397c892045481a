// Other services that share our Redis take the same locks: docs/redis-names.md. Never change these.

/** Names what keeps changes of an event's places and types apart. */
export const eventLock = (eventId: number): string => `tickets:event:${eventId}`;

/** Names what keeps changes of a ticket by hand apart. */
export const ticketLock = (ticketId: string): string => `ticket:${ticketId}`;
