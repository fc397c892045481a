import { planExample } from '../../../../contract/seating.ts';
import { type Example, type Examples, fresh, from } from '../example.ts';

const newEvent = 'POST /api/events';
const newType = 'POST /api/events/{eventId}/ticket-types';
const newVenue = 'POST /api/venues';
const newPerformer = 'POST /api/performers';
const newSeries = 'POST /api/series';
const newPlan = 'POST /api/seating-plans';
const newPromo = 'POST /api/events/{eventId}/promo-codes';
const newAccess = 'POST /api/events/{eventId}/access-codes';
const newAllocation = 'POST /api/events/{eventId}/allocations';
const newKey = 'POST /api/organizers/{organizer}/keys';
const invite = 'POST /api/organizers/{organizer}/invitations';
const members = 'GET /api/organizers/{organizer}/members';
const block = 'POST /api/tickets/block';
const purchase = 'POST /api/tickets/purchase';
const payments = 'GET /api/payments';
/** A card that takes no money back, so that a person must look at it. */
const badPurchase = 'POST /api/tickets/purchase#bad card';
const badRefund = 'POST /api/payments/{id}/refund#bad card';
const openAir = 2;
const entry = 3;
const anyUuid = '0199aaaa-0000-7000-8000-00000000beef';
const ours = { organizer: 'onsale' };
const freeTicket = from('GET /api/tickets/event/{eventId}', '/items/0/ticketId', anyUuid);
const bookingId = from(purchase, '/bookingId', anyUuid);
const accountId = from('POST /api/auth/login', '/accountId', anyUuid);
const memberId = from(members, '/items/0/accountId', anyUuid);
const ofShow = (path: Example['path'], more: Partial<Example> = {}): Example => ({ as: 'staff', path, ...more });
const madeEvent = { eventId: from(newEvent, '/eventId', 3) };
const madeType = { eventId: from(newType, '/eventId', 2), ticketTypeId: from(newType, '/ticketTypeId', 4) };
const madeCode = (label: string, name: string) => ({ codeId: from(label, `/${name}`, 1) });

/** What needs a key. The owner's lies in `data/owner.key`. */
export const staffExamples: Examples = {
  [newEvent]: {
    as: 'staff',
    body: {
      title: 'Barn Dance',
      eventDate: '2030-06-01T20:00:00+02:00',
      venue: 'The Barn',
      venueAddress: 'Mill Lane 3',
      ticketTypes: [{ name: 'Entry', price: 12.5, capacity: 80 }],
    },
  },
  'PUT /api/events/{eventId}': ofShow(madeEvent, { body: { description: 'Bring shoes that can dance.' } }),
  'POST /api/events/{eventId}/publish': ofShow(madeEvent, { body: {} }),
  'POST /api/events/{eventId}/reactivate': ofShow(madeEvent, { body: {} }),
  'DELETE /api/events/{eventId}': ofShow(madeEvent),
  'GET /api/events/{id}/changes': ofShow({ id: openAir }),
  'GET /api/events/{id}/settlement': ofShow({ id: openAir }, { query: { format: 'json' } }),
  [newType]: ofShow({ eventId: openAir }, { body: { name: fresh('Terrace *'), price: 45, capacity: 40 } }),
  'PUT /api/events/{eventId}/ticket-types/{ticketTypeId}': ofShow(madeType, { body: { capacity: 60 } }),
  'DELETE /api/events/{eventId}/ticket-types/{ticketTypeId}': ofShow(madeType),

  [newVenue]: {
    as: 'staff',
    body: { name: fresh('The Old Mill *'), address: 'Mill Lane 3', city: 'Porto', country: 'PT' },
  },
  'PUT /api/venues/{venueId}': ofShow({ venueId: from(newVenue, '/venueId', 3) }, { body: { city: 'Gaia' } }),
  'DELETE /api/venues/{venueId}': ofShow({ venueId: from(newVenue, '/venueId', 3) }),
  [newPerformer]: { as: 'staff', body: { name: fresh('The Millers *') } },
  'PUT /api/performers/{performerId}': ofShow(
    { performerId: from(newPerformer, '/performerId', 5) },
    { body: { description: 'A band of five, with a fiddle.' } },
  ),
  'DELETE /api/performers/{performerId}': ofShow({ performerId: from(newPerformer, '/performerId', 5) }),
  [newSeries]: { as: 'staff', body: { name: fresh('Summer at the river *') } },
  'PUT /api/series/{seriesId}': ofShow(
    { seriesId: from(newSeries, '/seriesId', 1) },
    { body: { name: fresh('Autumn at the river *') } },
  ),
  'DELETE /api/series/{seriesId}': ofShow({ seriesId: from(newSeries, '/seriesId', 1) }),
  [newPlan]: { as: 'staff', body: planExample },
  'PUT /api/seating-plans/{seatingPlanId}': ofShow(
    { seatingPlanId: from(newPlan, '/seatingPlanId', 2) },
    { body: planExample },
  ),
  'DELETE /api/seating-plans/{seatingPlanId}': ofShow({ seatingPlanId: from(newPlan, '/seatingPlanId', 2) }),
  'POST /api/import': {
    as: 'staff',
    query: { name: 'barn.jsonld', capacity: 80, price: 12.5 },
    contentType: 'application/ld+json',
    body: {
      '@context': 'https://schema.org',
      '@type': 'MusicEvent',
      '@id': 'https://barn.example/harvest-ball',
      name: 'Harvest Ball',
      startDate: '2030-09-21T20:00:00+02:00',
      location: {
        '@type': 'Place',
        name: 'The Barn',
        address: { '@type': 'PostalAddress', addressLocality: 'Porto', addressCountry: 'PT' },
      },
    },
  },

  [newPromo]: ofShow({ eventId: 1 }, { body: { code: fresh('EARLY10-*'), percentOff: 10, maxUses: 100 } }),
  'GET /api/events/{eventId}/promo-codes': ofShow({ eventId: 1 }),
  'GET /api/promo-codes/{codeId}': ofShow(madeCode(newPromo, 'promoCodeId')),
  'PUT /api/promo-codes/{codeId}': ofShow(madeCode(newPromo, 'promoCodeId'), { body: { maxUses: 200 } }),
  'DELETE /api/promo-codes/{codeId}': ofShow(madeCode(newPromo, 'promoCodeId')),
  [newAccess]: ofShow({ eventId: 1 }, { body: { code: fresh('FRIENDS-*'), note: 'For friends of the house' } }),
  'GET /api/events/{eventId}/access-codes': ofShow({ eventId: 1 }),
  'GET /api/access-codes/{codeId}': ofShow(madeCode(newAccess, 'accessCodeId')),
  'PUT /api/access-codes/{codeId}': ofShow(madeCode(newAccess, 'accessCodeId'), { body: { maxUses: 50 } }),
  'DELETE /api/access-codes/{codeId}': ofShow(madeCode(newAccess, 'accessCodeId')),

  'POST /api/tickets': { as: 'staff', body: { eventId: openAir, ticketTypeId: entry, quantity: 2 } },
  'POST /api/tickets/bulk': { as: 'staff', body: { eventId: openAir, ticketTypeId: entry, quantity: 50 } },
  'PATCH /api/tickets/{id}/status': ofShow(
    { id: freeTicket },
    { body: { status: 'Reserved', reason: 'For the press' } },
  ),
  'DELETE /api/tickets/{id}': ofShow({ id: freeTicket }, { query: { reason: 'The stage grew.' } }),
  [block]: { as: 'staff', body: { eventId: openAir, ticketIds: [freeTicket], reason: 'For the press' } },
  'POST /api/tickets/unblock': {
    as: 'staff',
    body: { eventId: openAir, ticketIds: [from(block, '/tickets/0/ticketId', anyUuid)] },
  },
  'POST /api/tickets/release': {
    as: 'staff',
    body: { eventId: openAir, ticketIds: [from(block, '/tickets/0/ticketId', anyUuid)], reason: 'Not needed' },
  },
  [newAllocation]: ofShow({ eventId: openAir }, { body: { name: 'Sponsors', ticketTypeId: entry, quantity: 4 } }),
  'GET /api/events/{eventId}/allocations': ofShow({ eventId: openAir }),
  'GET /api/allocations/{allocationId}': ofShow({ allocationId: from(newAllocation, '/allocationId', 1) }),
  'PUT /api/allocations/{allocationId}': ofShow(
    { allocationId: from(newAllocation, '/allocationId', 1) },
    { body: { note: 'Ask them by the first of May.' } },
  ),
  'POST /api/allocations/{allocationId}/release': ofShow({ allocationId: from(newAllocation, '/allocationId', 1) }),
  'POST /api/bookings/complimentary': {
    as: 'staff',
    headers: { 'Idempotency-Key': fresh('gift-to-bea-*') },
    body: {
      eventId: openAir,
      ticketTypeId: entry,
      quantity: 2,
      reason: 'Guests of the band',
      customerName: 'Bea Lima',
      customerEmail: fresh('bea-*@example.com'),
    },
  },

  [payments]: { as: 'staff', query: { bookingId } },
  'GET /api/payments/{id}': ofShow({ id: from(payments, '/items/0/paymentId', anyUuid) }),
  'POST /api/payments/{id}/refund': ofShow({ id: bookingId }, { body: { amount: 5, reason: 'The bar was closed.' } }),
  [badPurchase]: {
    as: 'guest',
    body: {
      reservationId: from('POST /api/tickets/reserve', '/reservationId', 'RES_20301203123456_A2B3C4D5'),
      payment: { provider: 'sandbox', token: 'tok_refund_fails' },
    },
  },
  [badRefund]: ofShow({ id: from(badPurchase, '/bookingId', anyUuid) }, { body: { amount: 5 } }),
  'GET /api/payments/reviews': { as: 'staff', query: { limit: 5 } },
  'POST /api/payments/reviews/{id}/resolve': ofShow(
    { id: from('GET /api/payments/reviews', '/items/0/reviewId', anyUuid) },
    { after: [badRefund], body: { resolution: 'Paid back by hand.' } },
  ),
  'GET /api/audit': { as: 'staff', query: { limit: 5 } },

  'POST /api/organizers': { as: 'staff', body: { name: fresh('The Other House *'), currency: 'CHF' } },
  'GET /api/organizers/{organizer}/settings': ofShow(ours),
  'PUT /api/organizers/{organizer}': ofShow(ours, { body: { description: 'Small halls by the sea.' } }),
  'GET /api/organizers/{organizer}/legal': ofShow(ours),
  'POST /api/organizers/{organizer}/legal': ofShow(ours, {
    body: { kind: 'terms', language: 'en', text: 'Tickets can be given back until the show begins.' },
  }),
  [members]: ofShow(ours),
  [invite]: ofShow(ours, { body: { email: { address: 'account', sample: 'eve@example.com' }, role: 'clerk' } }),
  'GET /api/organizers/{organizer}/invitations': ofShow(ours),
  'DELETE /api/organizers/{organizer}/invitations/{invitationId}': ofShow({
    ...ours,
    invitationId: from(invite, '/invitationId', anyUuid),
  }),
  'PUT /api/organizers/{organizer}/members/{accountId}': ofShow(
    { ...ours, accountId: memberId },
    { after: ['POST /api/invitations/accept'], body: { role: 'manager' } },
  ),
  'DELETE /api/organizers/{organizer}/members/{accountId}': ofShow(
    { ...ours, accountId: memberId },
    { after: ['POST /api/invitations/accept'] },
  ),
  'GET /api/organizers/{organizer}/keys': ofShow(ours),
  [newKey]: ofShow(ours, { body: { name: 'Box office', scopes: ['tickets', 'reports'] } }),
  'DELETE /api/organizers/{organizer}/keys/{apiKeyId}': ofShow({
    ...ours,
    apiKeyId: from(newKey, '/apiKeyId', anyUuid),
  }),
  'POST /api/accounts/{id}/disable': ofShow({ id: accountId }, { endsLogin: true }),
  'POST /api/accounts/{id}/enable': ofShow({ id: accountId }, { endsLogin: true }),
  'POST /api/persons/export': {
    as: 'staff',
    after: [purchase],
    body: { email: { address: 'last', sample: 'ana@example.com' } },
  },
  'POST /api/persons/erase': {
    as: 'staff',
    after: [purchase],
    body: { email: { address: 'last', sample: 'ana@example.com' } },
  },
};

/** What operators ask, and providers report. */
export const operationExamples: Examples = {
  'GET /health': { as: 'anybody' },
  'GET /health/ready': { as: 'anybody' },
  'GET /health/live': { as: 'anybody' },
  'GET /.well-known/jwks.json': { as: 'anybody' },
  'GET /.well-known/ticket-keys.json': { as: 'anybody' },
  'GET /dev/mail': { as: 'anybody', query: { limit: 5, format: 'json' }, after: ['POST /api/auth/register'] },
  'GET /dev/mail/{id}': {
    as: 'anybody',
    path: { id: from('GET /dev/mail', '/items/0/mailId', anyUuid) },
    query: { format: 'json' },
  },
  // The demo has no provider of that name.
  'POST /api/payments/webhook/{provider}': { as: 'anybody', path: { provider: 'stripe' }, body: {}, answers: 404 },
};
