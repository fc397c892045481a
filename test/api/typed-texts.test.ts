import assert from 'node:assert/strict';
import { before, beforeEach, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

/** Nobody else is called so: where it is found, a text has outlived its person. */
let who = '';
let app: TestApp;
let office: BoxOffice;
let address = '';
let people = 0;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});
beforeEach(() => {
  people += 1;
  address = `hilde-${people}@example.org`;
  who = `Hildegard Sommerfeld the ${people}th`;
});

async function buy(quantity = 2) {
  const show = await office.show();
  const { eventId } = show;
  const held = await office.hold({ eventId, quantity, customerName: who, customerEmail: address });
  const { body, status, text } = await office.pay(held);
  assert.equal(status, 201, text);
  return { show, held, bookingId: body.bookingId as string, tickets: body.tickets as { ticketId: string }[] };
}
const send: BoxOffice['send'] = async (method, url, headers, payload) => {
  const answer = await office.send(method, url, headers, payload);
  assert.ok(answer.status < 300, `${url} ${answer.text}`);
  return answer;
};
const staff = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) =>
  send(method, url, office.staff, payload);
/** In which tables a text stands. */
async function placesOf(text: string): Promise<string[]> {
  const tables = await app.database.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace`,
  );
  const places: string[] = [];
  for (const { name } of tables) {
    const rows = await app.database.query(`SELECT FROM ${name} t WHERE position($1 IN t::text) > 0`, [text]);
    if (rows.length > 0) places.push(name);
  }
  return places.sort();
}
async function runJobs() {
  for (let i = 0; i < 3; i++) await app.runJobs();
}
async function erase() {
  const { body } = await staff('POST', '/api/persons/erase', { email: address, reason: `${who} asked us by phone` });
  return body;
}
const csv = async () =>
  (await app.app.inject({ method: 'GET', url: '/api/audit?format=csv', headers: office.staff })).body;
const historyOf = async (bookingId: string) => (await staff('GET', `/api/bookings/${bookingId}/history`)).body.items;

describe('what somebody typed about a booking', () => {
  test(
    'is read where it belongs, exported, and erased from everywhere with its person',
    needs('database'),
    async () => {
      const { held, bookingId, tickets } = await buy();
      const [first, second] = tickets as [{ ticketId: string }, { ticketId: string }];
      const ill = `I am ill. ${who}`;
      await send('POST', `/api/tickets/${first.ticketId}/cancel`, office.owner(held), { reason: ill });
      const goodwill = `${who} was kind on the phone`;
      const refund = await staff('POST', `/api/payments/${bookingId}/refund`, { amount: 1.5, reason: goodwill });
      assert.equal(refund.body.reason, goodwill);
      await runJobs();
      const refunds = (await send('GET', `/api/bookings/${bookingId}`, office.owner(held))).body.refunds;
      assert.deepEqual(
        refunds.map(({ reason }: { reason: string }) => reason),
        [ill, goodwill],
      );
      const receiptUrl = `/api/bookings/${bookingId}/refunds/${refunds[0].refundId}/receipt`;
      assert.equal((await send('GET', receiptUrl, office.owner(held))).body.reason, ill);
      const cancelled = (await staff('GET', `/api/tickets/${first.ticketId}`)).body;
      assert.equal(cancelled.reason, ill);
      const history = await historyOf(bookingId);
      assert.ok(
        history.some(({ type, reason }: Record<string, string>) => type === 'TicketsCancelled' && reason === ill),
      );
      assert.ok(history.some(({ data }: { data: { reason?: string } }) => data.reason === goodwill));
      assert.ok((await csv()).includes(ill));
      const { payment } = (await staff('GET', `/api/payments?bookingId=${bookingId}`)).body.items.map(
        (payment: object) => ({ payment }),
      )[0];
      assert.deepEqual(payment.refunds.map(({ reason }: { reason: string }) => reason).sort(), [goodwill, ill].sort());
      const mails = (await app.app.inject(`/dev/mail?to=${address}`)).json().items;
      assert.ok(mails.length > 0);

      const exported = (await staff('POST', '/api/persons/export', { email: address })).body.bookings[0];
      assert.deepEqual(exported.texts.map(({ text }: { text: string }) => text).sort(), [goodwill, ill].sort());

      assert.equal((await erase()).bookings, 1);
      await runJobs();
      assert.deepEqual(await placesOf(who), []);
      assert.deepEqual(await placesOf(address), []);
      assert.ok(!(await csv()).includes(who));
      const shown = (await staff('GET', `/api/bookings/${bookingId}`)).body;
      assert.deepEqual(
        shown.refunds.map(({ reason }: { reason: string }) => reason),
        ['(erased)', '(erased)'],
      );
      assert.equal((await staff('GET', `/api/tickets/${first.ticketId}`)).body.reason, '(erased)');
      assert.equal((await staff('GET', receiptUrl)).body.reason, null);
      assert.equal((await staff('GET', `/api/tickets/${second.ticketId}`)).body.status, 'Sold');
      await office.assertSound();
    },
  );

  test(
    'by whatever way it came: the whole booking, the link of the mail, staff, a gift, a wish while the card is at the bank',
    needs('database'),
    async () => {
      const ways: string[] = [];
      const whole = await buy();
      await send(
        'DELETE',
        `/api/bookings/${whole.bookingId}?reason=${encodeURIComponent(`whole ${who}`)}`,
        office.owner(whole.held),
      );
      ways.push(`whole ${who}`);
      const byStaff = await buy();
      await staff('DELETE', `/api/bookings/${byStaff.bookingId}?reason=${encodeURIComponent(`staff ${who}`)}`);
      ways.push(`staff ${who}`);
      const linked = await buy();
      await runJobs();
      const { orderNumber } = (await send('GET', `/api/bookings/${linked.bookingId}`, office.owner(linked.held))).body;
      const [mail] = await app.database.query<{ text: string }>(
        'SELECT body_text AS text FROM kept_mails WHERE recipient = $1 AND position($2 IN body_text) > 0',
        [address, orderNumber],
      );
      const [, token] = /\/order\/(\S+)/.exec(mail!.text)!;
      await send('DELETE', `/api/orders/${token}?reason=${encodeURIComponent(`link ${who}`)}`, {});
      ways.push(`link ${who}`);
      const { show } = await buy();
      const [{ ticketTypeId }] = show.ticketTypes;
      await staff('POST', '/api/bookings/complimentary', {
        ...{ eventId: show.eventId, ticketTypeId, quantity: 1, customerEmail: address },
        reason: `gift for ${who}`,
      });
      ways.push(`gift for ${who}`);
      const { eventId } = await office.show();
      const held = await office.hold({ eventId, quantity: 1, customerName: who, customerEmail: address });
      const challenged = await office.pay(held, { card: 'tok_3ds', key: 'a-key-that-nobody-guesses-1' });
      assert.equal(challenged.status, 202, challenged.text);
      const wished = await office.send(
        'DELETE',
        `/api/bookings/${challenged.body.bookingId}?reason=${encodeURIComponent(`wish ${who}`)}`,
        office.owner(held),
      );
      assert.equal(wished.status, 202, wished.text);
      ways.push(`wish ${who}`);
      const { bookings } = (await staff('POST', '/api/persons/export', { email: address })).body;
      const texts = bookings.flatMap((booking: { texts: { text: string }[] }) => booking.texts.map(({ text }) => text));
      assert.deepEqual(texts.sort(), ways.sort());
      await runJobs();
      await erase();
      await runJobs();
      assert.deepEqual(await placesOf(who), []);
      await office.assertSound();
    },
  );
});

describe('what staff typed about tickets', () => {
  test('goes with whoever it names, and with whoever got the tickets', needs('database'), async () => {
    const { show } = await buy();
    const { eventId } = show;
    const listed = (await staff('GET', `/api/tickets/event/${eventId}?status=Available`)).body.items;
    const [one, two, three, four] = listed.map(({ ticketId }: { ticketId: string }) => ticketId) as string[];
    const read = async (ticketId: string) => (await staff('GET', `/api/tickets/${ticketId}`)).body.reason;
    await staff('POST', '/api/tickets/block', { eventId, ticketIds: [one, two], reason: `kept for ${who}` });
    assert.equal(await read(one!), `kept for ${who}`);
    await staff('POST', '/api/tickets/unblock', { eventId, ticketIds: [two], reason: `${who} does not come` });
    await staff('POST', '/api/tickets/block', { eventId, ticketIds: [three], reason: 'for the aunt' });
    await staff('POST', '/api/bookings/complimentary', {
      ...{ eventId, ticketIds: [three], customerEmail: address },
      reason: 'her aunt’s birthday',
    });
    await staff('POST', '/api/tickets/block', { eventId, ticketIds: [four], reason: 'a camera stands there' });
    const made = await staff('POST', `/api/events/${eventId}/allocations`, {
      name: `Press: ${who}`,
      note: `call ${who} before noon`,
      ticketIds: [two],
    });
    const { allocationId } = made.body;
    await staff('PUT', `/api/allocations/${allocationId}`, { note: `called ${who}` });
    assert.ok((await csv()).includes(`Press: ${who}`));
    const { mentions, bookings } = (await staff('POST', '/api/persons/export', { email: address })).body;
    assert.ok(mentions.some(({ text }: { text: string }) => text === `kept for ${who}`));
    assert.ok(
      bookings
        .flatMap(({ texts }: { texts: { text: string }[] }) => texts)
        .some(({ text }: { text: string }) => text === 'for the aunt'),
    );
    await erase();
    await runJobs();
    assert.deepEqual(await placesOf(who), []);
    assert.deepEqual(await placesOf('aunt'), []);
    assert.deepEqual([await read(one!), await read(four!)], ['(erased)', 'a camera stands there']);
    const { body: allocation } = await staff('GET', `/api/allocations/${allocationId}`);
    assert.deepEqual([allocation.name, allocation.note, allocation.kept], ['(erased)', null, 1]);
    const released = await staff('POST', `/api/allocations/${allocationId}/release`);
    assert.equal(released.body.kept, 0, 'it still knows its tickets');
    await office.assertSound();
  });
});

describe('what is about others', () => {
  test('stays when a person goes, unless it names the person', needs('database'), async () => {
    const { show } = await buy();
    const { eventId } = show;
    const listed = (await staff('GET', `/api/tickets/event/${eventId}?status=Available`)).body.items;
    const [one, two] = listed.map(({ ticketId }: { ticketId: string }) => ticketId) as string[];
    const made = await staff('POST', `/api/events/${eventId}/allocations`, {
      name: 'The mayor',
      ticketIds: [one, two],
    });
    const gift = { eventId, ticketIds: [one], customerEmail: address, reason: 'comes for the mayor' };
    await staff('POST', '/api/bookings/complimentary', gift);
    const [name, mail] = [who, address];
    address = `other-${address}`;
    who = 'Somebody Else';
    const other = await buy();
    const url = `/api/bookings/${other.bookingId}`;
    await staff('DELETE', `${url}?reason=${encodeURIComponent(`sits beside ${name}`)}`);
    const { mentions } = (await staff('POST', '/api/persons/export', { email: mail })).body;
    assert.deepEqual(
      mentions.map(({ text }: { text: string }) => text),
      [`sits beside ${name}`],
    );
    await staff('POST', '/api/persons/erase', { email: mail });
    await runJobs();
    assert.deepEqual(await placesOf(name), []);
    assert.match((await staff('GET', `/api/tickets/${two}`)).body.reason, /^Kept back for The mayor/);
    assert.equal((await staff('GET', `/api/allocations/${made.body.allocationId}`)).body.name, 'The mayor');
    assert.equal((await staff('GET', url)).body.customer.name, who);
    await office.assertSound();
  });

  test('how a review of money ended is exported and erased with its booking', needs('database'), async () => {
    const { bookingId } = await buy();
    await app.database.query(
      `INSERT INTO payment_reviews (review_id, organizer_id, kind, subject, booking_id, facts, created_at, updated_at)
       VALUES (gen_random_uuid(), 1, 'DISPUTE', $1::text, $1::uuid, '{}', now(), now())`,
      [bookingId],
    );
    const [review] = (await staff('GET', '/api/payments/reviews')).body.items;
    await staff('POST', `/api/payments/reviews/${review.reviewId}/resolve`, { resolution: 'she wrote to her bank' });
    const { bookings } = (await staff('POST', '/api/persons/export', { email: address })).body;
    assert.deepEqual(
      bookings[0].texts.map(({ text }: { text: string }) => text),
      ['she wrote to her bank'],
    );
    await erase();
    assert.deepEqual(await placesOf('she wrote to her bank'), []);
  });
});

describe('a person', () => {
  const spellings = {
    'hannes.m\u00f6ller@k\u00e4se.example': [
      'hannes.mo\u0308ller@k\u00e4se.example',
      'Hannes.M\u00d6LLER@xn--kse-qla.example',
    ],
    'rosa.mu\u0308ller@xn--kse-qla.example': [
      'rosa.m\u00fcller@k\u00e4se.example',
      'ROSA.MU\u0308LLER@ka\u0308se.example',
    ],
    'G\u00dcNTER@K\u00c4SE.example': ['g\u00fcnter@k\u00e4se.example', 'gu\u0308nter@xn--kse-qla.example'],
  };
  for (const [stored, typed] of Object.entries(spellings)) {
    test(`is found, exported and erased in every spelling of ${stored}`, needs('database'), async () => {
      const { eventId } = await office.show();
      const held = await office.hold({ eventId, quantity: 1, customerEmail: stored });
      assert.equal((await office.pay(held)).status, 201);
      const open = await office.hold({ eventId, quantity: 1, customerEmail: stored });
      await runJobs();
      for (const email of [...typed, stored]) {
        const listed = await staff('GET', `/api/bookings?email=${encodeURIComponent(email)}`);
        assert.equal(listed.body.items.length, 1, email);
        assert.equal((await staff('POST', '/api/persons/export', { email })).body.bookings.length, 1, email);
      }
      const erased = await staff('POST', '/api/persons/erase', { email: typed[0] });
      assert.equal(erased.body.bookings, 1);
      await runJobs();
      assert.deepEqual(await placesOf(stored), []);
      assert.equal((await office.look(open)).status, 404, 'nothing is held for nobody');
    });
  }

  test('is found by what the version before wrote, too', needs('database'), async () => {
    const { bookingId } = await buy();
    await app.database.query('UPDATE booking_contacts SET email = $2, email_key = lower($2) WHERE booking_id = $1', [
      bookingId,
      'Z\u00f6e@k\u00e4se.example',
    ]);
    for (const email of ['zo\u0308e@xn--kse-qla.example', 'Z\u00d6E@ka\u0308se.example']) {
      const { body } = await staff('GET', `/api/bookings?email=${encodeURIComponent(email)}`);
      assert.equal(body.items.length, 1, email);
    }
  });
});

describe('what was typed', () => {
  test('is forgotten when the show is long over', needs('clock', 'database'), async () => {
    const { bookingId, held } = await buy();
    await send('DELETE', `/api/bookings/${bookingId}?reason=because`, office.owner(held));
    await runJobs();
    const kept = async () =>
      (await app.database.query('SELECT FROM kept_texts WHERE booking_id = $1', [bookingId])).length;
    assert.equal(await kept(), 1);
    app.clock.advance(1_000 * 86_400_000);
    await app.runJobs();
    assert.equal(await kept(), 1);
    app.clock.advance(200 * 86_400_000);
    await app.runJobs();
    assert.equal(await kept(), 0);
  });
});
