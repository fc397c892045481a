import { isUuid } from '../../../kernel/ids.ts';
import type { Resource } from '../../../platform/http/resources.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';

/**
 * Where resources stand, and what finds one. Accounts belong to the organisers they work for, logins to none; a payment may be
 * named by its booking.
 */
const places = {
  accessCode: ['promo_codes', 'promo_code_id = $1', 'serial'],
  account: ['memberships', 'account_id = $1', 'uuid'],
  allocation: ['allocations', 'allocation_id = $1', 'serial'],
  apiKey: ['api_keys', 'api_key_id = $1', 'uuid'],
  booking: ['bookings', 'booking_id = $1', 'uuid'],
  event: ['events', 'event_id = $1', 'serial'],
  invitation: ['invitations', 'invitation_id = $1', 'uuid'],
  login: null,
  member: ['memberships', 'account_id = $1', 'uuid'],
  payment: ['payments', '(payment_id = $1 OR booking_id = $1)', 'uuid'],
  performer: ['performers', 'performer_id = $1', 'serial'],
  promoCode: ['promo_codes', 'promo_code_id = $1', 'serial'],
  refund: ['refunds', 'refund_id = $1', 'uuid'],
  reservation: ['hold_journal', 'reservation_id = $1', 'text'],
  review: ['payment_reviews', 'review_id = $1', 'uuid'],
  seatingPlan: ['seating_plans', 'seating_plan_id = $1', 'serial'],
  series: ['event_series', 'series_id = $1', 'serial'],
  ticket: ['tickets', 'ticket_id = $1', 'uuid'],
  ticketType: ['ticket_types', 'ticket_type_id = $1', 'serial'],
  venue: ['venues', 'venue_id = $1', 'serial'],
} as const satisfies Record<Resource, readonly [table: string, where: string, kind: 'serial' | 'uuid' | 'text'] | null>;

/** Whether an organiser has a resource. */
export type OwnsResource = (organizerId: number, resource: Resource, id: string) => Promise<boolean>;

/** Asked only for whoever lacks a right: what the others may do, their route finds out by itself. */
export function createOwnsResource(database: TenantDatabase): OwnsResource {
  return async (organizerId, resource, id) => {
    const place = places[resource];
    if (place === null || !isKey(id, place[2])) return false;
    const [table, where] = place;
    const text = `SELECT FROM ${table} WHERE ${where} AND organizer_id = $2 LIMIT 1`;
    return (await database.as({ organizerId }).query(text, [id, organizerId])).length > 0;
  };
}

function isKey(id: string, kind: 'serial' | 'uuid' | 'text'): boolean {
  if (kind === 'uuid') return isUuid(id);
  return kind === 'text' ? id.length <= 100 : /^[1-9]\d{0,9}$/.test(id) && Number(id) <= 2_147_483_647;
}
