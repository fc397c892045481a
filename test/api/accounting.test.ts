import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice, type Held } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

let app: TestApp;
let office: ReturnType<typeof boxOffice>;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

async function buy(eventId: number, quantity: number, more: object = {}) {
  const held = await office.hold({ eventId, quantity, ...more });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  return { held, bookingId: bought.body.bookingId as string };
}
const receiptOf = (held: Held, bookingId: string, path = 'receipt') =>
  office.send('GET', `/api/bookings/${bookingId}/${path}`, office.owner(held));
const textOf = async (held: Held, url: string, accept: string) => {
  const { body, headers } = await app.app.inject({ url, headers: { ...office.owner(held), accept } });
  return { text: body, type: String(headers['content-type']) };
};

describe('receipts', () => {
  test('name seller, lines and total, and their numbers run without a gap', async () => {
    const show = await office.show();
    const sold = await Promise.all(
      [1, 2, 3].map((quantity) => buy(show.eventId, quantity, { customerName: 'Ada <Lovelace>' })),
    );
    const receipts = await Promise.all(
      sold.flatMap(({ held, bookingId }) => [receiptOf(held, bookingId), receiptOf(held, bookingId)]),
    );
    assert.deepEqual([...new Set(receipts.map(({ body }) => body.number))].sort(), ['000001', '000002', '000003']);
    const [{ held, bookingId }] = [sold[1]!];
    const { body } = await receiptOf(held, bookingId);
    assert.deepEqual(
      [body.seller.name, body.total, body.lines.length, body.customer],
      ['Onsale', 51, 2, 'Ada <Lovelace>'],
    );
    assert.equal(
      body.lines.reduce((sum: number, { amount }: { amount: number }) => sum + amount, 0),
      body.total,
    );
    const url = `/api/bookings/${bookingId}/receipt`;
    const text = await textOf(held, url, 'text/plain');
    assert.match(text.type, /^text\/plain/);
    assert.match(text.text, /Total +51\.00 EUR/);
    const html = await textOf(held, url, 'text/html,*/*');
    assert.match(html.type, /^text\/html/);
    assert.doesNotMatch(html.text, /<Lovelace>/);
    assert.match(html.text, /<body><main><h1>Receipt \d+<\/h1>.*<\/main><\/body>/s, 'one landmark, one heading');
    const stranger = await office.hold({ eventId: show.eventId, quantity: 1 });
    assert.equal((await receiptOf(stranger, bookingId)).status, 404);
  });

  test('of a refund say what came back', async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show.eventId, 2);
    const answer = await office.send('POST', `/api/tickets/${held.tickets[0]!.ticketId}/cancel`, office.owner(held));
    const [{ refundId }] = answer.body.refunds;
    const { body, status, text } = await receiptOf(held, bookingId, `refunds/${refundId}/receipt`);
    assert.equal(status, 200, text);
    assert.deepEqual([body.kind, body.total, body.lines[0].amount], ['refund', -25.5, -25.5]);
    assert.equal((await receiptOf(held, bookingId, `refunds/${bookingId}/receipt`)).status, 404);
    const again = await receiptOf(held, bookingId, `refunds/${refundId}/receipt`);
    assert.equal(again.text, text);
  });

  test('are issued for everything sold, asked for or not, once', needs('clock', 'database'), async () => {
    const show = await office.show();
    const { held, bookingId } = await buy(show.eventId, 1);
    await office.send('DELETE', `/api/bookings/${bookingId}`, office.owner(held));
    const declined = await office.hold({ eventId: show.eventId, quantity: 1 });
    assert.equal((await office.pay(declined, { card: 'tok_declined' })).status, 402);
    await app.runJobs();
    app.clock.advance(16 * 60_000);
    await app.runJobs();
    await app.runJobs();
    const rows = await app.database.query<{ number: number; kind: string; bookingId: string }>(
      `SELECT number, document ->> 'kind' AS kind, booking_id AS "bookingId" FROM receipts ORDER BY number`,
    );
    assert.deepEqual(
      rows.map(({ number }) => number),
      rows.map((_, i) => i + 1),
    );
    assert.deepEqual(
      rows.filter((row) => row.bookingId === bookingId).map(({ kind }) => kind),
      ['booking', 'refund'],
    );
    const paid = await app.database.query('SELECT 1 FROM bookings WHERE transaction_id IS NOT NULL');
    assert.equal(rows.filter(({ kind }) => kind === 'booking').length, paid.length);
  });
});

describe('the settlement of an event', () => {
  test('adds up what was sold, given back and is due', async () => {
    const show = await office.show({
      title: '=cmd|show',
      ticketTypes: [
        { name: 'Entry', price: 25.5, capacity: 10 },
        { name: 'Gift', price: 0, capacity: 5 },
      ],
    });
    const [entry, gift] = show.ticketTypes.map(({ ticketTypeId }: { ticketTypeId: number }) => ticketTypeId);
    await buy(show.eventId, 2, { ticketTypeId: entry });
    const { held, bookingId } = await buy(show.eventId, 1, { ticketTypeId: entry });
    await office.send('DELETE', `/api/bookings/${bookingId}`, office.owner(held));
    const free = await office.hold({ eventId: show.eventId, ticketTypeId: gift, quantity: 1 });
    await office.send('POST', '/api/bookings', office.owner(free), { reservationId: free.reservationId });
    const url = `/api/events/${show.eventId}/settlement`;
    const { body } = await office.send('GET', url, office.staff);
    assert.deepEqual(
      [body.sold, body.cancelled, body.taken, body.refunded + body.refundDue, body.due, body.bookings],
      [3, 1, 76.5, 25.5, 51, 3],
    );
    assert.deepEqual(
      body.ticketTypes.map(({ name, sold, cancelled }: { name: string; sold: number; cancelled: number }) => [
        name,
        sold,
        cancelled,
      ]),
      [
        ['Entry', 2, 1],
        ['Gift', 1, 0],
      ],
    );
    const csv = await app.app.inject({ url: `${url}?format=csv`, headers: office.staff });
    assert.match(String(csv.headers['content-type']), /^text\/csv/);
    const lines = csv.body.trim().split('\r\n');
    assert.equal(lines.length, 4);
    assert.match(lines[3]!, /^,'=cmd\|show,EUR,3,1,76\.5,/);
    assert.equal((await office.send('GET', url, {})).status, 401);
    assert.equal((await office.send('GET', '/api/events/999999/settlement', office.staff)).status, 404);
  });
});

describe('the language of receipts', () => {
  test('is what their buyer reads, whatever the browser asks for', async () => {
    const serviceFee = { perTicket: 2, paidBy: 'buyer' };
    const show = await office.show({ serviceFee });
    const { held, bookingId } = await buy(show.eventId, 1, { language: 'de', companyName: 'Hinz & Kunz' });
    const url = `/api/bookings/${bookingId}/receipt`;
    const { text } = await textOf(held, url, 'text/plain');
    for (const part of [/^Beleg 0/, /\nAn: Hinz & Kunz/, /Servicegebühr +2,00 EUR/, /\nSumme +27,50 EUR/]) {
      assert.match(text, part);
    }
    assert.doesNotMatch(text, /Receipt|Total|Service fee|Booking/);
    const page = await textOf(held, url, 'text/html');
    assert.match(page.text, /<html lang="de">[\s\S]*Was bezahlt wurde/);
    assert.match(
      (await textOf(held, `${url}?language=en`, 'text/plain')).text,
      /^Receipt 0[\s\S]*Service fee +2\.00 EUR/,
    );
    const { body } = await receiptOf(held, bookingId);
    assert.equal(body.lines.at(-1).description, 'Service fee');
    assert.equal((await office.send('GET', `${url}?language=fr`, office.owner(held))).status, 400);
  });
});
