import assert from 'node:assert/strict';
import { startTestApp } from './app.ts';
import { boxOffice } from './box-office.ts';

export type ImportDesk = Awaited<ReturnType<typeof openImportDesk>>;

/** An application, with what tests of the import do again and again. */
export async function openImportDesk() {
  const testApp = await startTestApp();
  const { app, staff } = testApp;
  const office = boxOffice(testApp);

  return {
    ...testApp,
    ...office,
    /** A show as a page without any identity tells it. */
    told(changes: object = {}) {
      return {
        '@type': 'MusicEvent',
        name: 'Night of the Harps',
        startDate: '2028-03-01T20:00:00',
        location: { '@type': 'Place', name: 'Old Mill', address: { addressLocality: 'Berlin', addressCountry: 'DE' } },
        offers: { '@type': 'Offer', price: '20', priceCurrency: 'EUR' },
        ...changes,
      };
    },
    /** Imports a document; what came of it must be all that it held. */
    async bring(document: unknown, query = '', headers: object = staff) {
      const answer = await app.inject({
        method: 'POST',
        url: `/api/import${query}`,
        headers: { ...headers, 'content-type': 'application/ld+json' },
        payload: typeof document === 'string' ? document : JSON.stringify(document),
      });
      assert.equal(answer.statusCode, 200, answer.body);
      const summary = answer.json();
      const { added, updated, unchanged, repeated, refused } = summary;
      assert.equal(summary.repetitions.length, repeated);
      return { ...summary, counts: [added, updated, unchanged, repeated, refused] };
    },
    async event(eventId: number) {
      return (await app.inject({ url: `/api/events/${eventId}`, headers: staff })).json();
    },
    async change(eventId: number, payload: object) {
      const answer = await app.inject({ method: 'PUT', url: `/api/events/${eventId}`, headers: staff, payload });
      assert.equal(answer.statusCode, 200, answer.body);
    },
    /** Buys a ticket of the event's first type; answers the booking's id. */
    async buyOne(eventId: number): Promise<string> {
      const { ticketTypes } = (await app.inject({ url: `/api/events/${eventId}`, headers: staff })).json();
      const customer = { customerName: 'Ada', customerEmail: 'ada@example.org' };
      const held = await office.hold({ eventId, ticketTypeId: ticketTypes[0].ticketTypeId, quantity: 1, ...customer });
      const paid = await office.pay(held);
      assert.equal(paid.status, 201, paid.text);
      return paid.body.bookingId;
    },
  };
}
