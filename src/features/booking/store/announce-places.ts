import { appendMessagesSql } from '../../../platform/messages/append-messages.ts';

/**
 * Part of a statement that writes tickets: says to whoever counts free places how many of each ticket type were taken or
 * given back. `rows` are the written tickets with `organizer_id`, `event_id` and `ticket_type_id`. One message an event.
 */
export function announcePlaces(rows: string, change: 'taken' | 'given back'): string {
  const sign = change === 'taken' ? '-' : '';
  return appendMessagesSql('inventory.changed', {
    rows: `(SELECT organizer_id, event_id, ticket_type_id, count(*) AS places FROM ${rows} GROUP BY 1, 2, 3) AS r`,
    per: 'event_id',
    payload: { eventId: 'event_id', changes: [{ ticketTypeId: 'ticket_type_id', available: `${sign}places` }] },
  });
}
