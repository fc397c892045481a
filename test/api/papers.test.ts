import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { orderAddress } from '../support/order-address.ts';
import { scanPdf } from '../support/read-pdf.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

async function buy(quantity = 2, title = 'Night, Tide; Piano') {
  const show = await office.show({ title });
  const held = await office.hold({ eventId: show.eventId, quantity, customerEmail: 'guest@papers.test' });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  const path = `/api/bookings/${bought.body.bookingId}`;
  return { show, path, bookingId: bought.body.bookingId as string, owner: office.owner(held) };
}
async function codesAt(path: string, headers: Record<string, string>) {
  const { body } = await office.send('GET', path, headers);
  return (body.tickets as { code: string | null; ticketId: string }[]).filter(({ code }) => code !== null);
}
async function pdfAt(path: string, headers: Record<string, string> = {}): Promise<Buffer> {
  const reply = await app.app.inject({ method: 'GET', url: path, headers });
  assert.equal(reply.statusCode, 200, reply.body);
  assert.equal(reply.headers['content-type'], 'application/pdf');
  assert.equal(reply.headers['cache-control'], 'private, no-store');
  return reply.rawPayload;
}

describe('tickets on paper', { tags: needs('process').tags, skip: needs('process').skip }, () => {
  test('carry codes that a scanner reads, one a page, the same bytes each time', async () => {
    const { path, bookingId, owner } = await buy(3, 'Ночной прилив · مساء · 夜の潮 🎹');
    const pdf = await pdfAt(`${path}/tickets.pdf`, owner);
    const tickets = await codesAt(path, owner);
    assert.deepEqual(
      scanPdf(pdf),
      tickets.map(({ code }) => code),
    );
    assert(pdf.length < 120_000, `${pdf.length} bytes`);
    const link = orderAddress(app, bookingId);
    assert(pdf.equals(await pdfAt(`${link}/tickets.pdf`)), 'by the link, the same');
    assert(!pdf.equals(await pdfAt(`${link}/tickets.pdf?language=de`)), 'in German, another');
  });

  test('leave out what was given back, and are refused when nothing is left', async () => {
    const { path, owner } = await buy(2);
    const [first, second] = await codesAt(path, owner);
    await office.send('POST', `/api/tickets/${first!.ticketId}/cancel`, owner);
    assert.deepEqual(scanPdf(await pdfAt(`${path}/tickets.pdf`, owner)), [second!.code]);
    await office.send('DELETE', path, owner);
    for (const name of ['pdf', 'ics']) {
      const refused = await office.send('GET', `${path}/tickets.${name}`, owner);
      assert.deepEqual([refused.status, refused.body.code], [409, 'TICKETS_NONE']);
    }
  });

  test('are for whoever may come in with them', async () => {
    const { path, owner } = await buy(1);
    const other = await buy(1);
    for (const headers of [{}, other.owner]) {
      assert.equal((await office.send('GET', `${path}/tickets.pdf`, headers)).status, 404);
    }
    assert.equal((await office.send('GET', `${path}/tickets.pdf`, await office.keyWith('reports'))).status, 403);
    assert.equal(
      (await office.send('GET', '/api/orders/AAAAAAAAAAAAAAAAAAAAAA.1.AAAAAAAAAAAAAAAAAAAAAA/tickets.pdf', {})).status,
      404,
    );
    assert.equal((await office.send('GET', `${path}/tickets.pdf?language=fr`, owner)).status, 400);
    assert.equal(scanPdf(await pdfAt(`${path}/tickets.pdf`, office.staff)).length, 1);
  });

  test('come for several at once', async () => {
    const { path, owner } = await buy(1);
    const pdfs = await Promise.all(Array.from({ length: 4 }, () => pdfAt(`${path}/tickets.pdf`, owner)));
    assert(pdfs.every((pdf) => pdf.equals(pdfs[0]!)));
  });
});

describe('calendar files', () => {
  test('say when and where, with the seats of an order and without its codes', async () => {
    const { show, path, owner } = await buy(2);
    const [{ code } = { code: '' }] = await codesAt(path, owner);
    const own = await office.send('GET', `${path}/tickets.ics`, owner);
    assert.equal(own.status, 200, own.text);
    assert(own.text.startsWith('BEGIN:VCALENDAR\r\n'));
    assert(own.text.includes('SUMMARY:Night\\, Tide\\; Piano'));
    assert(own.text.includes('DESCRIPTION:Order '));
    assert(!own.text.replaceAll('\r\n ', '').includes(code!));
    const german = await office.send('GET', `${path}/tickets.ics`, { ...owner, 'accept-language': 'de-AT' });
    assert(german.text.includes('DESCRIPTION:Bestellung '));
    const anybody = await office.send('GET', `/api/events/${show.eventId}/event.ics`, {});
    assert.equal(anybody.status, 200, anybody.text);
    assert.match(anybody.text, /DTSTART:\d{8}T\d{6}Z\r\n/);
    for (const line of anybody.text.split('\r\n')) assert(Buffer.byteLength(line) <= 75, line);
    assert.equal((await office.send('GET', '/api/events/999999/event.ics', {})).status, 404);
  });

  test('say that a show was called off', async () => {
    const { show } = await buy(1);
    await office.send('PUT', `/api/events/${show.eventId}`, office.staff, { status: 'cancelled' });
    assert((await office.send('GET', `/api/events/${show.eventId}/event.ics`, {})).text.includes('STATUS:CANCELLED'));
  });
});
