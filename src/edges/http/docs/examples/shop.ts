import { type Examples, fresh, from, mailed } from '../example.ts';

const reserve = 'POST /api/tickets/reserve';
const purchase = 'POST /api/tickets/purchase';
const hall = 1;
const openAir = 2;
const stalls = 1;
const ana = { customerName: 'Ana Sousa', customerEmail: fresh('ana-*@example.com') };
const card = { provider: 'sandbox', token: 'tok_ok' };
const reservationId = from(reserve, '/reservationId', 'RES_20301203123456_A2B3C4D5');
const bookingId = from(purchase, '/bookingId', '0199aaaa-0000-7000-8000-00000000b00c');
const boughtTicket = from(purchase, '/tickets/0/ticketId', '0199aaaa-0000-7000-8000-00000000beef');
const freeTicket = from(
  'GET /api/tickets/event/{eventId}',
  '/items/0/ticketId',
  '0199aaaa-0000-7000-8000-00000000beef',
);
const orderToken = mailed(purchase, 'Your', '/order/([\\w.-]+)', '0199aaaa00007000b00c.sample-of-a-link');
const onlyEvent = { as: 'anybody', path: { eventId: hall } } as const;
const onlyId = { as: 'anybody', path: { id: hall } } as const;

/** What buyers do, from the first look to the receipt. */
export const shopExamples: Examples = {
  'GET /api/events': { as: 'anybody', query: { upcoming: true, limit: 5 } },
  'GET /api/events/{eventId}': onlyEvent,
  'GET /event/{id}': onlyId,
  'GET /api/events/{eventId}/ticket-types': onlyEvent,
  'GET /api/events/{eventId}/ticket-types/{ticketTypeId}': {
    as: 'anybody',
    path: { eventId: hall, ticketTypeId: stalls },
  },
  'POST /api/events/{eventId}/unlock': {
    as: 'anybody',
    path: { eventId: hall },
    body: { code: from('POST /api/events/{eventId}/promo-codes', '/code', 'EARLY10') },
  },
  'GET /api/events/{id}/availability': onlyId,
  'GET /api/events/{id}/seats': onlyId,
  // Asked without a socket, it says that it wants one.
  'GET /api/events/{id}/live': { ...onlyId, answers: 426 },
  'GET /api/seat-maps/{id}/{contentHash}': {
    as: 'anybody',
    path: {
      id: 1,
      contentHash: from(
        'GET /api/events/{id}/seats',
        '/geometry',
        '3a0dd6c82b0edb8f53c9003739f2641f27eabdea86695a6311f7ffd956e5083f',
        '([0-9a-f]{64})$',
      ),
    },
  },
  'GET /api/seating-plans': { as: 'anybody', query: { venueId: 1 } },
  'GET /api/seating-plans/{seatingPlanId}': { as: 'anybody', path: { seatingPlanId: 1 } },
  'GET /api/venues': { as: 'anybody', query: { limit: 5 } },
  'GET /api/venues/{venueId}': { as: 'anybody', path: { venueId: 1 } },
  'GET /api/performers': { as: 'anybody', query: { limit: 5 } },
  'GET /api/performers/{performerId}': { as: 'anybody', path: { performerId: 1 } },
  'GET /api/series': { as: 'anybody', query: { limit: 5 } },
  'GET /api/series/{seriesId}': { as: 'anybody', path: { seriesId: from('POST /api/series', '/seriesId', 1) } },
  'GET /api/organizers': { as: 'anybody', query: { limit: 5 } },
  'GET /api/organizers/{organizer}': { as: 'anybody', path: { organizer: 'onsale' } },
  'GET /api/organizers/{organizer}/events': { as: 'anybody', path: { organizer: 'onsale' }, query: { limit: 5 } },

  'GET /api/search/places': { as: 'anybody' },
  'GET /api/search/suggestions': { as: 'anybody', query: { term: 'night ti' } },
  'GET /api/search': { as: 'anybody', query: { term: 'piano', location: 'Porto' } },

  'GET /api/events/{id}/event.ics': { ...onlyId },
  'POST /api/events/{id}/best-seats': { ...onlyId, body: { ticketTypeId: stalls, quantity: 3 } },
  'POST /api/events/{id}/quote': { ...onlyId, body: { items: [{ ticketTypeId: stalls, quantity: 2 }] } },
  [reserve]: { as: 'anybody', body: { eventId: hall, ticketTypeId: stalls, quantity: 2, ...ana } },
  'POST /booking/reserve': { as: 'anybody', body: { ticketId: freeTicket } },
  'GET /api/tickets/reservation/{id}': { as: 'guest', path: { id: reservationId } },
  'PUT /api/tickets/reservation/{id}/promo-code': {
    as: 'guest',
    path: { id: reservationId },
    body: { promoCode: null },
  },
  'POST /api/tickets/reservation/{id}/renew': { as: 'guest', path: { id: reservationId } },
  'DELETE /api/tickets/reservation/{id}': { as: 'guest', path: { id: reservationId } },

  'GET /api/payments/methods': { as: 'anybody', query: { organizer: 'onsale' } },
  [purchase]: {
    as: 'guest',
    headers: { 'Idempotency-Key': fresh('order-of-ana-*') },
    body: { reservationId, payment: card },
  },
  'POST /api/payments': {
    as: 'guest',
    headers: { 'Idempotency-Key': fresh('order-of-ana-*') },
    body: { reservationId, payment: card },
  },
  'PUT /booking/confirm': {
    as: 'guest',
    body: {
      ticketId: from('POST /booking/reserve', '/tickets/0/ticketId', '0199aaaa-0000-7000-8000-00000000beef'),
      paymentDetails: card,
      ...ana,
    },
  },
  'GET /api/bookings': { as: 'guest', query: { limit: 5 }, after: [purchase] },
  'GET /api/bookings/{id}': { as: 'guest', path: { id: bookingId } },
  'GET /api/bookings/{id}/history': { as: 'guest', path: { id: bookingId } },
  'GET /api/bookings/{id}/tickets.pdf': { as: 'guest', path: { id: bookingId } },
  'GET /api/bookings/{id}/tickets.ics': { as: 'guest', path: { id: bookingId } },
  'POST /api/bookings/{id}/resend': { as: 'guest', path: { id: bookingId } },
  'PUT /api/bookings/{id}/attendees': {
    as: 'guest',
    path: { id: bookingId },
    body: { attendees: [{ ticketId: boughtTicket, name: 'Rui Sousa' }] },
  },
  'POST /api/bookings/{id}/cancellation': {
    as: 'guest',
    path: { id: bookingId },
    body: { ticketIds: [boughtTicket] },
  },
  'POST /api/bookings/{id}/cancel': { as: 'guest', path: { id: bookingId }, body: { ticketIds: [boughtTicket] } },
  'PUT /api/bookings/{id}/contact': { as: 'guest', path: { id: bookingId }, body: { name: 'Ana Luísa Sousa' } },
  'DELETE /api/bookings/{id}': { as: 'guest', path: { id: bookingId }, query: { reason: 'We cannot come.' } },
  'POST /api/tickets/{id}/cancel': {
    as: 'guest',
    path: { id: boughtTicket },
    body: { reason: 'One of us cannot come.' },
  },

  'GET /api/tickets': { as: 'anybody', query: { eventId: openAir, status: 'Available', limit: 5 } },
  'GET /api/tickets/event/{eventId}': {
    as: 'anybody',
    path: { eventId: openAir },
    query: { status: 'Available', limit: 5 },
  },
  'GET /api/tickets/{id}': { as: 'anybody', path: { id: freeTicket } },
  'GET /api/me/tickets': { as: 'account', query: { when: 'upcoming' } },
  'GET /api/orders/{token}': { as: 'anybody', path: { token: orderToken } },
  'GET /api/orders/{token}/receipt': { as: 'anybody', path: { token: orderToken }, query: { format: 'text' } },
  'GET /api/orders/{token}/tickets.pdf': { as: 'anybody', path: { token: orderToken } },
  'GET /api/orders/{token}/tickets.ics': { as: 'anybody', path: { token: orderToken } },
  'POST /api/orders/{token}/resend': { as: 'anybody', path: { token: orderToken } },
  'POST /api/orders/find': { as: 'anybody', body: { email: 'ana@example.com', orderNumber: '4F2K-9QTM' } },
  'POST /api/orders/{token}/cancellation': {
    as: 'anybody',
    path: { token: orderToken },
    body: { ticketIds: [boughtTicket] },
  },
  'POST /api/orders/{token}/cancel': {
    as: 'anybody',
    path: { token: orderToken },
    body: { ticketIds: [boughtTicket], reason: 'One of us cannot come.' },
  },
  'PUT /api/orders/{token}/contact': {
    as: 'anybody',
    path: { token: orderToken },
    body: { phone: '+351 210 000 000' },
  },
  'DELETE /api/orders/{token}': { as: 'anybody', path: { token: orderToken }, query: { reason: 'We cannot come.' } },
  'GET /api/bookings/{id}/receipt': { as: 'guest', path: { id: bookingId }, query: { format: 'json' } },
  'GET /api/bookings/{id}/refunds/{refundId}/receipt': {
    as: 'guest',
    path: {
      id: from('DELETE /api/bookings/{id}', '/bookingId', '0199aaaa-0000-7000-8000-00000000b00c'),
      refundId: from('DELETE /api/bookings/{id}', '/refunds/0/refundId', '0199aaaa-0000-7000-8000-0000000ac5ed'),
    },
    query: { format: 'json' },
  },
};
