import assert from 'node:assert/strict';
import { test } from 'node:test';
import { appendEvents } from '../../src/platform/event-store/append-events.ts';
import { requestMail } from '../../src/platform/mail/request-mail.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { mailsTo } from '../support/kept-mails.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { app, database, staff } = testApp;
const office = boxOffice(testApp);
let people = 0;

/** A guest with a mail address who buys two seats in the stalls. */
async function buy(card = 'tok_ok') {
  const email = `ana${++people}@mails.test`;
  const { eventId } = await office.show({ title: 'Bodas de <sangre>' });
  const held = await office.hold({ eventId, quantity: 2, customerName: 'Ana & Co', customerEmail: email });
  const paid = await office.pay(held, { card });
  return { email, eventId, held, paid };
}

/** As staff, as it goes through a gateway. */
const readMail = (mailId: string, query = '') =>
  app.inject({ url: `/dev/mail/${mailId}${query}`, headers: { ...staff, accept: query === '' ? '*/*' : 'text/html' } });

test('who buys gets one mail with the tickets as text, however often the jobs run', async () => {
  const { email, paid } = await buy();
  assert.equal(paid.status, 201, paid.text);
  await mailsTo(testApp, email, 1);
  for (let i = 0; i < 2; i++) await testApp.runJobs();
  const [mail, ...others] = await mailsTo(testApp, email);
  assert.deepEqual(others, []);
  assert.equal(mail!.subject, 'Your 2 tickets for Bodas de <sangre>');
  const text = (await readMail(mail!.mailId)).body;
  for (const { ticketNumber } of paid.body.tickets) assert(text.includes(ticketNumber), text);
  assert(text.includes('Hello Ana & Co,'));
  const { orderNumber } = (await office.send('GET', `/api/bookings/${paid.body.bookingId}`, office.staff)).body;
  assert(text.includes(`Order: ${orderNumber}`), text);
  assert(!text.includes(paid.body.bookingId), text);
  assert.match(text, /^Message-ID: <[0-9a-f-]{36}@localhost>$/m);
});

test('who is signed in and says nothing more gets the mails at the account’s address', async () => {
  const accounts = accountDesk(testApp);
  const { eventId } = await office.show({ title: 'Yerma' });
  const owner = accounts.bearer(await accounts.member('eva@mails.test'));
  const held = await office.send('POST', '/api/tickets/reserve', owner, { eventId, quantity: 1 });
  const { reservationId } = held.body;
  const paid = await office.send('POST', '/api/tickets/purchase', owner, {
    reservationId,
    payment: { token: 'tok_ok' },
  });
  assert.equal(paid.status, 201, paid.text);
  await office.send('DELETE', `/api/bookings/${paid.body.bookingId}`, owner);
  // Of the account, of the tickets, of the cancellation, of the money.
  const subjects = (await mailsTo(testApp, 'eva@mails.test', 4)).map(({ subject }) => subject);
  assert(subjects.includes('Your ticket for Yerma'), subjects.join(', '));
  assert(
    subjects.some((subject) => /cancel/i.test(subject)),
    subjects.join(', '),
  );
});

test('the HTML of a mail escapes what people wrote and may run nothing', async () => {
  const { email } = await buy();
  const [mail] = await mailsTo(testApp, email, 1);
  const answer = await readMail(mail!.mailId, '?format=html');
  assert.match(String(answer.headers['content-type']), /^text\/html/);
  assert.match(String(answer.headers['content-security-policy']), /default-src 'none'.*sandbox/);
  assert(answer.body.includes('Bodas de &lt;sangre&gt;') && answer.body.includes('Ana &amp; Co'));
  assert(!answer.body.includes('<sangre>'));
});

test('a declined card brings no mail', async () => {
  const { email } = await buy('tok_declined');
  await testApp.runJobs();
  assert.deepEqual(await mailsTo(testApp, email), []);
});

test(
  'a mail asked for twice for one cause is sent once, and not at all if the change was undone',
  needs('clock', 'database'),
  async () => {
    const mail = (cause: string) => ({
      cause,
      kind: 'reset-password' as const,
      organizerId: 1,
      to: 'eva@example.test',
      facts: { link: '/account/reset#t=1', expiresAt: testApp.clock.now() },
    });
    await database.transaction((tx) => requestMail(tx, mail('reset-1')));
    await database.transaction((tx) => requestMail(tx, mail('reset-1')));
    await assert.rejects(
      database.transaction(async (tx) => {
        await requestMail(tx, mail('reset-2'));
        throw new Error('undone');
      }),
    );
    for (let i = 0; i < 2; i++) await testApp.runJobs();
    const mails = await mailsTo(testApp, 'eva@example.test');
    assert.equal(mails.length, 1);
    assert.match(mails[0]!.text, /http:\/\/localhost:3000\/account\/reset#t=1/);
  },
);

test('once sent, what could open an account is kept only where it is read', needs('database'), async () => {
  const rows = await database.query(`SELECT * FROM mails WHERE cause = 'reset-1'`);
  assert.deepEqual([rows[0]!.state, rows[0]!.facts], ['sent', {}]);
  assert.deepEqual(await database.query(`SELECT 1 FROM outbox WHERE topic = 'mail.requested'`), []);
});

test('every kind about a booking finds its address and its words by itself', needs('database'), async () => {
  const { email, eventId, paid } = await buy();
  const { bookingId, tickets } = paid.body;
  const ask = { organizerId: 1 } as const;
  const startsAtBefore = Date.UTC(2027, 3, 1, 19);
  await database.transaction(async (tx) => {
    const all = tickets.map(({ ticketId }: { ticketId: string }) => ticketId);
    await requestMail(tx, {
      ...ask,
      cause: `${bookingId}-1`,
      kind: 'booking-cancelled',
      facts: { bookingId, ticketIds: all, isWhole: true, refundMinor: 9_000 },
    });
    const ticketIds = [tickets[0].ticketId];
    await requestMail(tx, {
      ...ask,
      cause: `${bookingId}-2`,
      kind: 'booking-cancelled',
      facts: { bookingId, ticketIds, isWhole: false },
    });
    await requestMail(tx, {
      ...ask,
      cause: `${bookingId}-3`,
      kind: 'refund',
      facts: { bookingId, amountMinor: 9_000, currency: 'EUR' },
    });
    await requestMail(tx, {
      ...ask,
      cause: `${bookingId}-4`,
      kind: 'event-moved',
      facts: { bookingId, startsAtBefore, reason: 'Storm' },
    });
    await requestMail(tx, { ...ask, cause: `${bookingId}-5`, kind: 'event-cancelled', facts: { bookingId } });
    await requestMail(tx, {
      ...ask,
      cause: `${bookingId}-6`,
      kind: 'guest-order',
      facts: { bookingId, link: '/orders/x' },
    });
    // A booking that is not the organiser's, or has no address: no mail, and nothing waits for ever.
    await requestMail(tx, {
      ...ask,
      organizerId: 2,
      cause: `${bookingId}-7`,
      kind: 'event-cancelled',
      facts: { bookingId },
    });
  });
  for (let i = 0; i < 2; i++) await testApp.runJobs();
  const subjects = (await mailsTo(testApp, email)).map(({ subject }) => subject).sort();
  assert.deepEqual(subjects, [
    'Bodas de <sangre> has a new date or place',
    'Bodas de <sangre> is cancelled',
    'Refund of €90.00 for Bodas de <sangre>',
    'Tickets for Bodas de <sangre> were cancelled',
    'Your 2 tickets for Bodas de <sangre>',
    'Your booking for Bodas de <sangre> was cancelled',
    'Your order for Bodas de <sangre>',
  ]);
  assert(eventId > 0);
  assert.deepEqual(await database.query(`SELECT 1 FROM mails WHERE state <> 'sent'`), []);
});

test(
  'kept mails are for this machine: through a proxy or under another name there is nothing',
  needs('process'),
  async () => {
    const ask = (headers: Record<string, string>, remoteAddress = '127.0.0.1') =>
      app.inject({ url: '/dev/mail', headers, remoteAddress }).then(({ statusCode }) => statusCode);
    assert.equal(await ask({}), 200);
    assert.equal(await ask({}, '::1'), 200);
    assert.equal(await ask({}, '192.0.2.1'), 404);
    assert.equal(await ask({ 'x-forwarded-for': '127.0.0.1' }), 404);
    assert.equal(await ask({ forwarded: 'for=127.0.0.1' }), 404);
    assert.equal(await ask({ host: 'evil.example.test' }), 404);
    assert.equal(await ask(staff, '192.0.2.1'), 200);
    assert.equal(await ask(await office.keyWith('reports'), '192.0.2.1'), 404);
  },
);

test('a mail that does not exist is a problem, and so is an id that is none', async () => {
  assert.equal((await readMail('01900000-0000-7000-8000-000000000001')).statusCode, 404);
  assert.equal((await readMail('none')).statusCode, 400);
});

test('an organiser writes under its own name, from its own address if it has one', needs('database'), async () => {
  const senderOf = async () => {
    const { email } = await buy();
    const [mail] = await mailsTo(testApp, email, 1);
    return (await readMail(mail!.mailId, '?format=json')).json();
  };
  await database.query(
    `INSERT INTO organizer_settings (organizer_id, mail_sender_name) VALUES (1, 'Teatro, Santa Cruz')`,
  );
  assert.equal((await senderOf()).from, 'Teatro, Santa Cruz <tickets@localhost>');
  await database.query(`UPDATE organizer_settings SET mail_sender_address = 'hola@teatro.example.test'`);
  const { from, messageId } = await senderOf();
  assert.equal(from, 'Teatro, Santa Cruz <hola@teatro.example.test>');
  assert.match(messageId, /@teatro\.example\.test$/);
});

test('who pays by a card that is reserved first is written to once', needs('clock', 'database'), async () => {
  const { email, paid } = await buy('tok_ok');
  const { bookingId } = paid.body;
  const context = { actor: 'system', correlationId: 'test', now: testApp.clock.now(), organizerId: 1 };
  await testApp.runJobs();
  await appendEvents(database, [{ stream: `booking-${bookingId}`, type: 'PaymentAuthorized', data: {} }], context);
  await testApp.runJobs();
  assert.equal((await mailsTo(testApp, email)).length, 1);
});

test('the mail of a cancellation lists what it cancelled, and nothing that was cancelled before', async () => {
  const { email, held, paid } = await buy();
  const { bookingId, tickets } = paid.body;
  const owner = office.owner(held);
  await office.send('POST', `/api/tickets/${tickets[0].ticketId}/cancel`, owner, {});
  await office.send('DELETE', `/api/bookings/${bookingId}`, owner);
  // Of the tickets, of each cancellation, and of the money of each.
  const mails = await mailsTo(testApp, email, 5);
  const texts = mails.filter(({ subject }) => /cancelled/.test(subject)).map(({ text }) => text);
  const listed = texts.map((text) => tickets.map((one: { ticketNumber: string }) => text.includes(one.ticketNumber)));
  assert.deepEqual(listed.sort(), [
    [false, true],
    [true, false],
  ]);
  assert.match(texts.find((text) => text.includes(tickets[1].ticketNumber))!, /your booking for .* was cancelled/);
});

test('a confirmation carries the code of each ticket as a picture, attached and shown', async () => {
  const { email, paid, held } = await buy();
  const [mail] = await mailsTo(testApp, email, 1);
  const { attachments } = (await readMail(mail!.mailId, '?format=json')).json();
  assert.deepEqual(
    attachments
      .slice(0, 2)
      .map(({ name, contentType, contentId }: Record<string, string>) => [name, contentType, contentId]),
    [
      ['code-1.png', 'image/png', 'code-1'],
      ['code-2.png', 'image/png', 'code-2'],
    ],
  );
  const page = (await readMail(mail!.mailId, '?format=html')).body;
  assert.equal(page.split('src="data:image/png;base64,').length, 3);
  assert(!page.includes('cid:'));
  assert(attachments[0].base64 !== attachments[1].base64);
  const [calendar, ...others] = attachments.slice(2);
  assert.match(calendar.name, /^tickets-.*\.ics$/);
  assert.match(
    Buffer.from(calendar.base64, 'base64').toString(),
    /^BEGIN:VCALENDAR\r\n[\s\S]*SUMMARY:Bodas de <sangre>/,
  );
  assert.deepEqual(others, []);
  await office.send('DELETE', `/api/bookings/${paid.body.bookingId}`, office.owner(held));
  const cancelled = (await mailsTo(testApp, email, 2)).find(({ subject }) => subject.includes('cancelled'))!;
  const without = (await readMail(cancelled.mailId, '?format=json')).json();
  assert.deepEqual(without.attachments, []);
});
