import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { BookingAnswer } from '../../src/contract/booking.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };

let guests = 0;
/** Where the mail with the tickets leads. */
async function linkMailedTo(address: string): Promise<string> {
  const dev = (url: string) => office.send('GET', url, office.staff);
  for (let turn = 0; turn < 10; turn++) {
    await app.runJobs();
    const { items } = (await dev(`/dev/mail?to=${encodeURIComponent(address)}&format=json`)).body;
    if (items.length === 0) continue;
    const { text } = await dev(`/dev/mail/${items[0].mailId}?format=text`);
    return /\/order\/[\w.-]+/.exec(text)![0];
  }
  throw new Error(`No mail came to ${address}`);
}

async function order(show: object = {}) {
  const { eventId } = await office.show(show);
  const customerEmail = `guest-${++guests}@example.org`;
  const held = await office.hold({ eventId, quantity: 2, customerEmail });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  const page = await linkMailedTo(customerEmail);
  const link = page.replace('/order/', '/api/orders/');
  const look = async () => (await office.send('GET', link, {})).body as BookingAnswer;
  return { eventId, held, bought: bought.body, page, link, look };
}

describe('the link of an order', () => {
  test('leads browsers to its page, and programs get data', async () => {
    const { page, link, bought } = await order();
    const led = await app.app.inject({ url: link, headers: browser });
    assert.deepEqual([led.statusCode, led.headers.location], [302, page]);
    for (const accept of ['application/json', '*/*', 'application/json, text/html']) {
      const data = await app.app.inject({ url: link, headers: { accept } });
      assert.equal(data.json().bookingId, bought.bookingId, accept);
    }
  });

  test('is kept nowhere and sent to nobody, whoever asks', async () => {
    const { link } = await order();
    for (const headers of [browser, { accept: 'application/json' }]) {
      const answer = await app.app.inject({ url: link, headers });
      assert.equal(answer.headers['cache-control'], 'private, no-store');
      assert.equal(answer.headers['referrer-policy'], 'no-referrer');
      assert.match(String(answer.headers.vary), /accept/);
    }
  });

  test('opens the receipt too, and a link that is not ours opens nothing', async () => {
    const { link } = await order();
    const receipt = await app.app.inject({ url: `${link}/receipt`, headers: browser });
    assert.equal(receipt.statusCode, 200, receipt.body);
    assert.match(receipt.body, /Receipt 0/);
    assert.equal((await app.app.inject({ url: `${link.slice(0, -3)}xyz/receipt` })).statusCode, 404);
    assert.equal((await office.send('GET', '/api/orders/a.1.bcdefghijkl', {})).body.code, 'ORDER_LINK_UNKNOWN');
  });

  test('says what show it is for, where nobody else finds the show any more', async () => {
    const { look, eventId } = await order({ title: '<b>Night</b>' });
    const { show } = await look();
    assert.deepEqual([show.title, show.status, show.venue], ['<b>Night</b>', 'published', 'Hall']);
    assert.equal((await office.send('GET', `/api/events/${eventId}`, {})).body.startsAt, show.startsAt);
    const hidden = await office.send('PUT', `/api/events/${eventId}`, office.staff, { status: 'draft' });
    if (hidden.status === 200) assert.equal((await look()).show.title, '<b>Night</b>');
  });

  test('gives back within the show’s policy, and says before what comes back', needs('database'), async () => {
    const cancellation = { allowed: true, hoursBefore: 24, feePercent: 10, feePerTicket: 0 };
    const { look, link, eventId } = await order({ cancellation });
    assert.equal((await look()).cancellation?.refund, 45.9);
    for (let i = 0; i < 2; i++) {
      const pressed = await office.send('DELETE', link, {});
      assert.deepEqual([pressed.status, pressed.body.status, pressed.body.refundDue], [200, 'cancelled', 45.9]);
    }
    assert.equal((await look()).cancellation, null);
    await office.hasFree(eventId, 10);
    await app.runJobs();
    await office.assertSound();
  });

  test('gives single tickets back, for what is said before at the ticket', needs('database'), async () => {
    const cancellation = { allowed: true, hoursBefore: 24, feePercent: 10, feePerTicket: 0 };
    const { look, link } = await order({ cancellation });
    const [first, second] = (await look()).tickets;
    assert.deepEqual([first?.totalPrice, first?.giveBack], [25.5, 22.95]);
    const give = (ticketId: string | undefined) => office.send('POST', `${link}/cancel`, {}, { ticketIds: [ticketId] });
    const returned = await give(first?.ticketId);
    assert.deepEqual(
      [returned.status, returned.body.status, returned.body.refundDue],
      [200, 'completed', 22.95],
      returned.text,
    );
    const [gone, left] = (await look()).tickets;
    assert.deepEqual([gone?.status, gone?.code, gone?.giveBack], ['Cancelled', null, null]);
    assert.deepEqual([left?.ticketId, left?.status, left?.giveBack], [second?.ticketId, 'Sold', 22.95]);
    const foreign = await give('0199aaaa-0000-7000-8000-000000000000');
    assert.deepEqual([foreign.status, foreign.body.code], [404, 'TICKET_UNKNOWN']);
    await app.runJobs();
    await office.assertSound();
  });

  test('gives nothing back where the policy has nothing', async () => {
    const { look, link } = await order({ cancellation: { allowed: false } });
    assert.equal((await look()).cancellation, null);
    assert.equal((await office.send('DELETE', link, {})).body.code, 'CANCELLATION_NOT_ALLOWED');
  });

  test(
    'says that its show is postponed, is on sale again or was moved, and what may be done until when',
    needs('clock'),
    async () => {
      const { look, eventId, held, bought } = await order({ cancellation: { allowed: false } });
      const change = async (payload: object) => {
        app.clock.advance(1_000);
        const changed = await office.send('PUT', `/api/events/${eventId}`, office.staff, payload);
        assert.equal(changed.status, 200, changed.text);
        for (let i = 0; i < 2; i++) await app.runJobs();
        const order = await look();
        const data = (await office.send('GET', `/api/bookings/${bought.bookingId}`, office.owner(held))).body;
        const { previousStartsAt } = (await office.send('GET', `/api/events/${eventId}`, {})).body;
        return {
          status: order.show.status,
          cancellation: data.cancellation,
          showChange: data.showChange,
          previousStartsAt,
        };
      };
      const first = '2027-03-01T20:00:00.000Z';
      const asFirst = (await office.send('GET', `/api/bookings/${bought.bookingId}`, office.owner(held))).body;
      assert.deepEqual([asFirst.cancellation, asFirst.showChange], [null, null]);

      const postponed = await change({ status: 'postponed' });
      assert.equal(postponed.status, 'postponed');
      assert.deepEqual(postponed.cancellation, { until: null, refund: 51 });
      assert.deepEqual(postponed.showChange, { kind: 'postponed', startsAtBefore: first });
      assert.equal(postponed.previousStartsAt, first);

      const resumed = await change({ status: 'published' });
      assert.deepEqual(resumed.cancellation, { until: first, refund: 51 });
      assert.equal(resumed.previousStartsAt, null);

      const moved = await change({ startsAt: '2027-05-01T20:00:00Z', venue: 'Arena' });
      assert.deepEqual(moved.cancellation, { until: '2027-05-01T20:00:00.000Z', refund: 51 });
      assert.deepEqual(moved.showChange, { kind: 'moved', startsAtBefore: first });
      assert.equal(moved.previousStartsAt, first);

      app.clock.advance(Date.parse('2027-05-01T20:00:00Z') - app.clock.now());
      const { cancellation, showChange } = await look();
      assert.deepEqual([cancellation, showChange?.kind], [null, 'moved']);
    },
  );

  test(
    'of a show that was postponed or moved and is then called off says that it is called off',
    needs('clock'),
    async () => {
      for (const before of [{ status: 'postponed' }, { startsAt: '2028-05-01T20:00:00Z' }, {}]) {
        const { look, eventId, held, bought } = await order({ eventDate: '2028-03-01T20:00:00Z' });
        for (const change of [before, { status: 'cancelled' }]) {
          await office.send('PUT', `/api/events/${eventId}`, office.staff, change);
          app.clock.advance(1_000);
          for (let i = 0; i < 2; i++) await app.runJobs();
        }
        assert.equal((await look()).showChange?.kind, 'cancelled');
        const data = (await office.send('GET', `/api/bookings/${bought.bookingId}`, office.owner(held))).body;
        assert.equal(data.showChange.kind, 'cancelled');
      }
    },
  );
});
