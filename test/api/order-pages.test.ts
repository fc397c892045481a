import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice, type Held } from '../support/box-office.ts';

let app: TestApp;
let office: ReturnType<typeof boxOffice>;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
/** A browser with a guest session, on a page of ours. */
const formOf = (held: Held) => ({
  ...browser,
  'content-type': 'application/x-www-form-urlencoded',
  cookie: `onsale_session=${held.sessionToken}`,
  host: 'tickets.example',
});

async function order(show: object = {}) {
  const { eventId } = await office.show(show);
  const held = await office.hold({ eventId, quantity: 2, customerEmail: 'guest@example.org' });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  const link = app.core.orderLinks.path(bought.body.bookingId);
  const look = async (url = link) => app.app.inject({ url, headers: browser });
  return { eventId, held, bought: bought.body, link, look };
}

describe('the page of an order', () => {
  test('tells a browser what data tells a program, and escapes what others wrote', async () => {
    const { look, link, bought } = await order({ title: '<b>Night</b> & "Day"' });
    const page = await look();
    assert.equal(page.statusCode, 200);
    assert.match(String(page.headers['content-type']), /^text\/html/);
    for (const { ticketNumber } of bought.tickets)
      assert.ok(page.body.includes(`<div class="code">${ticketNumber}</div>`));
    assert.match(page.body, /<title>Your order: &lt;b&gt;Night&lt;\/b&gt; &amp; &quot;Day&quot;<\/title>/);
    assert.ok(!page.body.includes('<b>Night'));
    assert.match(page.body, /51\.00 EUR/);
    assert.equal(page.headers.vary, 'accept');
    for (const accept of ['application/json', '*/*', 'application/json, text/html']) {
      const data = await app.app.inject({ url: link, headers: { accept } });
      assert.equal(data.json().bookingId, bought.bookingId, accept);
    }
  });

  test('runs nothing, fetches nothing, is framed and kept nowhere', async () => {
    const { look } = await order();
    const { headers, body } = await look();
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'/);
    assert.equal(headers['cache-control'], 'private, no-store');
    assert.doesNotMatch(body, /<script|src=|style=/);
  });

  test('leads to the receipt, which its link opens too', async () => {
    const { look, link } = await order();
    const [, receipt] = /<a href="([^"]+\/receipt)">/.exec((await look()).body)!;
    assert.equal(receipt, `${link}/receipt`);
    const paper = await look(receipt!);
    assert.equal(paper.statusCode, 200, paper.body);
    assert.match(paper.body, /Receipt 0/);
    assert.equal((await app.app.inject({ url: `${link.slice(0, -3)}xyz/receipt` })).statusCode, 404);
  });

  test('cancels by its button, within the show’s policy, and says what comes back', async () => {
    const cancellation = { allowed: true, hoursBefore: 24, feePercent: 10, feePerTicket: 0 };
    const { look, link, held, eventId } = await order({ cancellation });
    assert.match((await look()).body, /45\.90 EUR will be given back/);
    const url = `${link}/cancel`;
    const foreign = { ...formOf(held), origin: 'https://evil.example' };
    assert.equal((await app.app.inject({ method: 'POST', url, headers: foreign })).statusCode, 403);
    const ours = { ...formOf(held), origin: 'http://tickets.example' };
    const pressed = await app.app.inject({ method: 'POST', url, headers: ours });
    assert.deepEqual([pressed.statusCode, pressed.headers.location], [303, link]);
    const after = (await look()).body;
    assert.match(after, /This order is cancelled/);
    assert.match(after, /On its way back<\/dt><dd>45\.90 EUR/);
    assert.doesNotMatch(after, /<form/);
    assert.equal((await office.availability(eventId)).availableCapacity, 10);
    // Pressed twice, it is cancelled once.
    assert.equal((await app.app.inject({ method: 'POST', url, headers: ours })).statusCode, 303);
    await app.runJobs();
    await office.assertSound();
  });

  test('has no button where the policy has none, and pressing it all the same is refused in words', async () => {
    const { look, link, held } = await order({ cancellation: { allowed: false } });
    assert.doesNotMatch((await look()).body, /<form/);
    const headers = { ...formOf(held), origin: 'http://tickets.example' };
    const pressed = await app.app.inject({ method: 'POST', url: `${link}/cancel`, headers });
    assert.equal(pressed.statusCode, 409);
    assert.match(pressed.body, /role="alert">This order cannot be cancelled any more/);
  });

  test('of a link that opens nothing says so, in words', async () => {
    for (const url of ['/api/orders/a.1.bcdefghijkl', '/api/orders/aaaaaaaaaaaa']) {
      const page = await app.app.inject({ url, headers: browser });
      assert.equal(page.statusCode, 404);
      assert.match(page.body, /<h1>No such order<\/h1>/);
    }
  });

  test('says that its show is postponed, is on sale again or was moved, and what may be done until when', async () => {
    const { look, link, eventId, held, bought } = await order({ cancellation: { allowed: false } });
    const change = async (payload: object) => {
      app.clock.advance(1_000);
      const changed = await office.send('PUT', `/api/events/${eventId}`, office.staff, payload);
      assert.equal(changed.status, 200, changed.text);
      for (let i = 0; i < 2; i++) await app.runJobs();
      const page = (await look()).body;
      const data = (await office.send('GET', `/api/bookings/${bought.bookingId}`, office.owner(held))).body;
      const { previousStartsAt } = (await office.send('GET', `/api/events/${eventId}`, {})).body;
      return { page, cancellation: data.cancellation, showChange: data.showChange, previousStartsAt };
    };
    const first = '2027-03-01T20:00:00.000Z';
    const asFirst = (await office.send('GET', `/api/bookings/${bought.bookingId}`, office.owner(held))).body;
    assert.deepEqual([asFirst.cancellation, asFirst.showChange], [null, null]);

    const postponed = await change({ status: 'postponed' });
    assert.match(postponed.page, /This show is postponed\. A new date will follow/);
    assert.match(postponed.page, /It was to begin on Monday,? 1 March 2027 at 20:00/);
    assert.doesNotMatch(postponed.page, /Show these codes at the door|<time/);
    assert.match(postponed.page, /51\.00 EUR will be given back\. You can do so until the new date is known/);
    assert.deepEqual(postponed.cancellation, { until: null, refund: 51 });
    assert.deepEqual(postponed.showChange, { kind: 'postponed', startsAtBefore: first });
    assert.equal(postponed.previousStartsAt, first);

    const resumed = await change({ status: 'published' });
    assert.match(resumed.page, /was postponed, and takes place at its first date after all/);
    assert.match(resumed.page, /You can do so until Monday,? 1 March 2027 at 20:00/);
    assert.deepEqual(resumed.cancellation, { until: first, refund: 51 });
    assert.equal(resumed.previousStartsAt, null);

    const moved = await change({ startsAt: '2027-05-01T20:00:00Z', venue: 'Arena' });
    assert.match(
      moved.page,
      /This show was moved\. It was to begin on Monday,? 1 March 2027 at 20:00.* It was to be at Hall, Main/,
    );
    assert.deepEqual(moved.cancellation, { until: '2027-05-01T20:00:00.000Z', refund: 51 });
    assert.deepEqual(moved.showChange, { kind: 'moved', startsAtBefore: first });
    assert.equal(moved.previousStartsAt, first);

    app.clock.advance(Date.parse('2027-05-01T20:00:00Z') - app.clock.now());
    assert.doesNotMatch((await look()).body, /<form/);
    const data = await app.app.inject({ url: link, headers: { accept: 'application/json' } });
    assert.deepEqual([data.json().cancellation, data.json().showChange.kind], [null, 'moved']);
  });

  test('of a show that was postponed or moved and is then called off says that it is called off', async () => {
    for (const before of [{ status: 'postponed' }, { startsAt: '2028-05-01T20:00:00Z' }, {}]) {
      const { look, eventId, held, bought } = await order({ eventDate: '2028-03-01T20:00:00Z' });
      for (const change of [before, { status: 'cancelled' }]) {
        await office.send('PUT', `/api/events/${eventId}`, office.staff, change);
        app.clock.advance(1_000);
        for (let i = 0; i < 2; i++) await app.runJobs();
      }
      const page = (await look()).body;
      assert.match(page, /This show was called off\./);
      assert.doesNotMatch(page, /was moved|was postponed/);
      const data = (await office.send('GET', `/api/bookings/${bought.bookingId}`, office.owner(held))).body;
      assert.equal(data.showChange.kind, 'cancelled');
    }
  });
});
