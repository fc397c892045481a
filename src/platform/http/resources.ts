/**
 * What an id in an address can name, and how every route says that there is none. A route says which of its ids names what
 * (`config: { ids }`), so that whoever lacks the right hears the same of another organiser's resource as of none.
 */
export const resources = {
  accessCode: 'CODE_NOT_FOUND',
  account: 'ACCOUNT_UNKNOWN',
  allocation: 'ALLOCATION_NOT_FOUND',
  apiKey: 'KEY_NOT_FOUND',
  booking: 'BOOKING_UNKNOWN',
  event: 'EVENT_NOT_FOUND',
  invitation: 'INVITATION_NOT_FOUND',
  login: 'SESSION_UNKNOWN',
  member: 'MEMBER_NOT_FOUND',
  payment: 'PAYMENT_NOT_FOUND',
  performer: 'PERFORMER_NOT_FOUND',
  promoCode: 'CODE_NOT_FOUND',
  refund: 'REFUND_UNKNOWN',
  reservation: 'RESERVATION_UNKNOWN',
  review: 'REVIEW_NOT_FOUND',
  seatingPlan: 'SEATING_PLAN_NOT_FOUND',
  series: 'SERIES_NOT_FOUND',
  ticket: 'TICKET_NOT_FOUND',
  ticketType: 'TICKET_TYPE_NOT_FOUND',
  venue: 'VENUE_NOT_FOUND',
} as const;

export type Resource = keyof typeof resources;

/**
 * The ids in a route's address, in its order, each with what it names; null for what belongs to nobody: a secret that is
 * a key itself, a name that everybody may know. (`:organizer` needs no word: it says for whom the caller acts.)
 */
export type ResourceIds = Readonly<Record<string, Resource | null>>;
