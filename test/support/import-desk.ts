import assert from 'node:assert/strict';
import { startTestApp } from './app.ts';
import { boxOffice } from './box-office.ts';

export type ImportDesk = Awaited<ReturnType<typeof openImportDesk>>;

/** An application, with what tests of the import do again and again. */
export async function openImportDesk() {
  const testApp = await startTestApp();
  const { client, staff } = testApp;
  const office = boxOffice(testApp);

  return {
    ...testApp,
    ...office,
    /** A show as a page without any identity describes it. */
    showPage(changes: object = {}) {
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
      const text = typeof document === 'string' ? document : JSON.stringify(document);
      const typed = { ...headers, 'content-type': 'application/ld+json' };
      const answer = await client.send('POST', `/api/import${query}`, typed, text);
      assert.equal(answer.status, 200, answer.text);
      const summary = answer.body;
      const { added, updated, unchanged, repeated, refused } = summary;
      assert.equal(summary.repetitions.length, repeated);
      return { ...summary, counts: [added, updated, unchanged, repeated, refused] };
    },
    async event(eventId: number) {
      return (await client.send('GET', `/api/events/${eventId}`, staff)).body;
    },
    async change(eventId: number, payload: object) {
      const answer = await client.send('PUT', `/api/events/${eventId}`, staff, payload);
      assert.equal(answer.status, 200, answer.text);
    },
    /** Buys a ticket of the event's first type; answers the booking's id. */
    async buyOne(eventId: number): Promise<string> {
      const { ticketTypes } = (await client.send('GET', `/api/events/${eventId}`, staff)).body;
      const customer = { customerName: 'Ada', customerEmail: 'ada@example.org' };
      const held = await office.hold({ eventId, ticketTypeId: ticketTypes[0].ticketTypeId, quantity: 1, ...customer });
      const paid = await office.pay(held);
      assert.equal(paid.status, 201, paid.text);
      return paid.body.bookingId;
    },
  };
}
