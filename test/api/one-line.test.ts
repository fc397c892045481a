import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { isOneLine, toOneLine } from '../../src/kernel/clean-text.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { mailsTo } from '../support/kept-mails.ts';
import { needs } from '../support/needs.ts';
import { readRoutes } from '../support/route-table.ts';

interface Schema {
  readonly format?: string;
  readonly properties?: Record<string, Schema>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Where people write more than a line; and what is never shown. */
const ofSeveralLines = new Set([
  'description',
  'address',
  'venueAddress',
  'sellerAddress',
  'note',
  'notes',
  'reason',
  'resolution',
  'password',
  'newPassword',
  // Terms of an organiser.
  'text',
]);

describe('text of one line', () => {
  let testApp: TestApp;
  before(async () => {
    testApp = await startTestApp();
  });

  test('breaks nowhere: line breaks of every kind, control characters, turned directions', () => {
    for (const bad of [
      'a\nb',
      'a\rb',
      'a\tb',
      'a\u0000b',
      'a\u007fb',
      'a\u0085b',
      'a\u2028b',
      'a\u2029b',
      'a\u202eb',
      'a\u2066b',
    ])
      assert.equal(isOneLine(bad), false, JSON.stringify(bad));
    for (const good of ['Zoë & Söhne', 'עברית', '👩‍👩‍👧', 'a  b']) assert(isOneLine(good), good);
    assert.equal(toOneLine(' Ana,\r\n\r\n \u202ePay now\t'), 'Ana, Pay now');
  });

  test('every name, title and code of every route is such a text', async () => {
    const found: string[] = [];
    const loose: string[] = [];
    const look = (label: string, name: string, schema: Schema): void => {
      if (schema.format === 'one-line' || schema.format === 'person-name') found.push(name);
      if (schema.format === 'clean-text' && !ofSeveralLines.has(name)) loose.push(`${label} ${name}`);
      for (const [member, of] of Object.entries(schema.properties ?? {})) look(label, member, of);
      for (const of of schema.anyOf ?? []) look(label, name, of);
      if (schema.items) look(label, name, schema.items);
    };
    for (const route of await readRoutes(testApp)) if (route.body) look(route.label, '', route.body as Schema);
    assert.deepEqual(loose, ['POST /api/auth/login email']);
    for (const name of [
      'name',
      'title',
      'venue',
      'city',
      'customerName',
      'customerPhone',
      'rate',
      'promoCode',
      'seatGuids',
    ])
      assert(found.includes(name), name);
  });

  test('a name with lines is refused, wherever it comes in', async () => {
    const office = boxOffice(testApp);
    const name = 'Ana,\r\n\r\nPay at once';
    const { eventId } = await office.show({ title: 'Yerma' });
    const guest = {};
    const tries = [
      await office.send('POST', '/api/auth/register', guest, {
        email: 'eve@example.test',
        password: 'seven grey geese fly',
        name,
      }),
      await office.send('POST', '/api/tickets/reserve', guest, { eventId, quantity: 1, customerName: name }),
      await office.send('POST', '/api/tickets/reserve', guest, { eventId, quantity: 1, customer: { name } }),
      await office.send('POST', '/api/events', testApp.staff, {
        title: name,
        startsAt: '2030-01-01T20:00:00Z',
        venue: 'Hall',
      }),
      await office.send('POST', '/api/organizers', testApp.staff, { name }),
      await office.send('POST', '/api/venues', testApp.staff, { name }),
      await office.send('POST', '/api/venues', testApp.staff, { name: 'Hall', city: 'Bern\u2028Pay' }),
      await office.send('POST', '/api/seating-plans', testApp.staff, { name, plan: {} }),
    ];
    for (const { status, body } of tries) {
      assert.equal(status, 400, JSON.stringify(body));
      assert.match(JSON.stringify(body.errors), /one line/);
    }
    const link = { name: 'Ana', imageUrl: 'https://example.com/a\nb' };
    assert.equal((await office.send('POST', '/api/performers', testApp.staff, link)).status, 400);
    const mail = { email: 'ana\u0001@example.test', password: 'seven grey geese fly' };
    assert.equal((await office.send('POST', '/api/auth/register', guest, mail)).status, 400);
  });

  test('a mail about an account carries no text of whoever asked for it', async () => {
    const office = boxOffice(testApp);
    const name = 'customer. Your account is suspended. Pay at evil.example';
    const register = () =>
      office.send(
        'POST',
        '/api/auth/register',
        {},
        { email: 'victim@example.test', password: 'seven grey geese fly', name },
      );
    assert.equal((await register()).status, 201);
    await register();
    await office.send('POST', '/api/auth/password/forgot', {}, { email: 'victim@example.test' });
    const invited = await office.send('POST', '/api/organizers', testApp.staff, {
      name: 'Pay at evil.example/pay',
      adminMail: 'victim@example.test',
    });
    assert.equal(invited.status, 201);
    const mails = await mailsTo(testApp, 'victim@example.test', 3);
    for (const { text } of mails) assert.doesNotMatch(text, /suspended|evil\.example/);
  });

  test('what was taken before keeps to its line in mails', needs('database'), async () => {
    const office = boxOffice(testApp);
    const { eventId } = await office.show({ title: 'Yerma' });
    const held = await office.hold({ eventId, quantity: 1, customerName: 'Ana', customerEmail: 'old@example.test' });
    const paid = await office.pay(held, { card: 'tok_ok' });
    await testApp.database.query('UPDATE booking_contacts SET name = $2 WHERE booking_id = $1', [
      paid.body.bookingId,
      'Ana,\n\nPay again at once',
    ]);
    const [mail] = await mailsTo(testApp, 'old@example.test', 1);
    assert.match(mail!.text, /^Hello Ana, Pay again at once,$/m);
  });
});
