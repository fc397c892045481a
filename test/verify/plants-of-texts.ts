import type { Plant } from './plants.ts';
import type { SoldShow } from './sold-show.ts';

const texts: readonly (readonly [place: string, sql: (show: SoldShow) => string])[] = [
  [
    'why a booking was cancelled, in its event',
    ({ cancelledBookingId }) =>
      `UPDATE event_store SET metadata = jsonb_set(metadata::jsonb, '{reason}', '"Ana is ill"')::json
       WHERE stream = 'booking-${cancelledBookingId}' AND type = 'BookingCancelled'`,
  ],
  [
    'why money goes back, in its event',
    ({ cancelledBookingId }) =>
      `UPDATE event_store SET data = jsonb_set(data::jsonb, '{reason}', '"Ana is ill"')::json
       WHERE stream = 'booking-${cancelledBookingId}' AND type = 'RefundDue'`,
  ],
  ['why money goes back, in the refund', () => `UPDATE refunds SET reason = 'Ana is ill'`],
  [
    'why a ticket is void, in the ticket',
    ({ cancelledBookingId }) => `UPDATE tickets SET reason = 'Ana is ill' WHERE booking_id = '${cancelledBookingId}'`,
  ],
  [
    'for whom places are kept back, in the event',
    ({ eventId }) =>
      `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at)
       SELECT 'event-${eventId}', max(version) + 1, 'AllocationMade', '{"name": "Ana"}', '{"actor": "system", "correlationId": "plant"}', now()
       FROM event_store WHERE stream = 'event-${eventId}'`,
  ],
];

/** What would outlive a person's erasure. */
export const plantsOfTexts: readonly Plant[] = texts.map(([place, sql]) => ({
  fault: `a text that somebody typed: ${place}`,
  sql: (show) => [sql(show)],
  found: ['no-typed-text-in-history'],
}));
