import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const office = boxOffice(testApp);
const { staff, database } = testApp;
const url = '/api/organizers/onsale/legal';
const publish = (kind: string, text: string, language = 'en', headers: Record<string, string> = staff) =>
  office.send('POST', url, headers, { kind, language, text });

async function buy(more: object, email = 'ana@example.test') {
  const { eventId } = await office.show({ title: 'Yerma' });
  const held = await office.hold({ eventId, quantity: 1 });
  return { held, ...(await office.pay(held, { customerName: 'Ana', customerEmail: email, ...more })) };
}

test('texts are published as versions, and every version stays readable by anybody', async () => {
  assert.deepEqual((await office.send('GET', url, {})).body, { items: [] });
  const first = await publish('terms', 'First words.');
  assert.deepEqual([first.status, first.body.version], [201, 1], first.text);
  const same = await publish('terms', 'First words.');
  assert.deepEqual([same.status, same.body], [200, first.body]);
  assert.equal((await publish('terms', 'Erste Worte.', 'de')).body.version, 2);
  assert.equal((await publish('terms', 'Second words.')).body.version, 3);
  assert.equal((await publish('privacy', 'We keep little.')).body.version, 1);
  const now = (await office.send('GET', url, {})).body.items;
  assert.deepEqual(
    now.map((one: Record<string, unknown>) => [one.kind, one.language, one.version, one.text]),
    [
      ['privacy', 'en', 1, 'We keep little.'],
      ['terms', 'de', 2, 'Erste Worte.'],
      ['terms', 'en', 3, 'Second words.'],
    ],
  );
  const old = (await office.send('GET', `${url}?kind=terms&version=1`, {})).body.items;
  assert.deepEqual(old, [first.body]);
  assert.match(first.body.since, /^\d{4}-.*Z$/);
});

test('only those who may speak for the organiser publish, and only what is a text', async () => {
  assert.equal((await publish('terms', 'Mine.', 'en', {})).status, 401);
  assert.equal((await publish('terms', 'Mine.', 'en', await office.keyWith('reports'))).status, 403);
  assert.equal(
    (await office.send('POST', '/api/organizers/nobody/legal', staff, { kind: 'terms', language: 'en', text: 'x' }))
      .status,
    404,
  );
  for (const [kind, text, language] of [
    ['terms', ' ', 'en'],
    ['rules', 'x', 'en'],
    ['terms', 'x', 'fr'],
    ['terms', 'a\0b', 'en'],
  ] as const) {
    const refused = await publish(kind, text, language);
    assert.deepEqual([refused.status, refused.body.code], [400, 'VALIDATION_FAILED'], refused.text);
  }
  assert.equal((await office.send('GET', '/api/organizers/nobody/legal', {})).status, 404);
});

test('a published text cannot be changed, whoever asks', needs('database'), async () => {
  await assert.rejects(database.query(`UPDATE legal_texts SET body = 'other'`), /never changed/);
});

test('what a buyer agreed to is kept with the booking; who says nothing buys as before', async () => {
  const paid = await buy({ consent: { terms: 3, privacy: 1 } });
  assert.equal(paid.status, 201, paid.text);
  const booking = (await office.send('GET', `/api/bookings/${paid.body.bookingId}`, office.owner(paid.held))).body;
  assert.deepEqual(booking.consent, { terms: 3, privacy: 1 });
  const silent = await buy({});
  assert.equal(silent.status, 201, silent.text);
  const other = (await office.send('GET', `/api/bookings/${silent.body.bookingId}`, office.owner(silent.held))).body;
  assert.equal(other.consent, undefined);
});

test('nobody agrees to what does not exist', async () => {
  const refused = await buy({ consent: { terms: 99 } });
  assert.deepEqual([refused.status, refused.body.code], [400, 'LEGAL_VERSION_UNKNOWN'], refused.text);
  const again = await office.pay(refused.held, { customerEmail: 'ana@example.test', consent: { terms: 1 } });
  assert.equal(again.status, 201, again.text);
  assert.equal((await buy({ consent: { terms: 0 } })).body.code, 'VALIDATION_FAILED');
  assert.equal((await buy({ consent: { imprint: 1 } })).body.code, 'VALIDATION_FAILED');
});

test('a company and its VAT id stand on the receipt, and go with the person', async () => {
  const paid = await buy({ companyName: 'Müller & <Söhne>', vatId: 'de 123 456 789' }, 'firma@example.test');
  assert.equal(paid.status, 201, paid.text);
  const owner = office.owner(paid.held);
  const { bookingId } = paid.body;
  const { customer } = (await office.send('GET', `/api/bookings/${bookingId}`, owner)).body;
  assert.deepEqual([customer.companyName, customer.vatId], ['Müller & <Söhne>', 'DE123456789']);
  const path = `/api/bookings/${bookingId}/receipt`;
  const receipt = (await office.send('GET', path, owner)).body;
  assert.deepEqual([receipt.companyName, receipt.vatId, receipt.customer], ['Müller & <Söhne>', 'DE123456789', 'Ana']);
  assert.match(
    (await office.send('GET', `${path}?format=text`, owner)).text,
    /To: Müller & <Söhne>\n {4}Ana\n {4}VAT id: DE123456789/,
  );
  const page = (await office.send('GET', `${path}?format=html`, owner)).text;
  assert(page.includes('Müller &amp; &lt;Söhne&gt;') && page.includes('VAT id: DE123456789'), page);
  const erased = await office.send('POST', '/api/persons/erase', staff, { email: 'firma@example.test' });
  assert.equal(erased.status, 200, erased.text);
  const after = (await office.send('GET', path, owner)).body;
  assert.deepEqual([after.companyName, after.vatId, after.customer], [null, null, null]);
});

test('a VAT id of the wrong shape is refused', async () => {
  for (const vatId of ['DE12', '123456789', '__proto__', '']) {
    const refused = await buy({ companyName: 'X', vatId });
    assert.deepEqual([refused.status, refused.body.code], [400, 'VALIDATION_FAILED'], refused.text);
  }
});
