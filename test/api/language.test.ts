import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemInGerman } from '../../src/contract/problems/german.ts';
import { problems } from '../../src/contract/problems.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { mailsTo } from '../support/kept-mails.ts';

const testApp = await startTestApp();
const { app } = testApp;
const office = boxOffice(testApp);

const german = { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' };

test('a problem speaks the language that is asked for, under the same code', async () => {
  const url = '/api/events/999999';
  const english = await app.inject(url);
  const answer = await app.inject({ url, headers: german });
  assert.deepEqual([answer.statusCode, answer.json().code], [english.statusCode, english.json().code]);
  assert.equal(english.json().title, 'There is no such event');
  assert.equal(answer.json().title, 'Diese Veranstaltung gibt es nicht');
  assert.deepEqual(
    [english, answer].map(({ headers }) => headers['content-language']),
    ['en', 'de'],
  );
  for (const { headers } of [english, answer]) assert.match(String(headers.vary), /accept-language/);
});

test('the sentence is made of the facts in German too; moments stay as the wire has them', async () => {
  const { eventId } = await office.show({ title: 'Yerma' });
  const held = await office.hold({ eventId, quantity: 1 });
  const paid = await app.inject({
    method: 'POST',
    url: '/api/tickets/purchase',
    headers: { ...german, 'x-session-token': held.sessionToken },
    payload: { reservationId: held.reservationId, payment: { token: 'tok_declined' } },
  });
  const { code, title, detail, expiresAt } = paid.json();
  assert.equal(code, 'PAYMENT_DECLINED', paid.body);
  assert.equal(title, 'Die Zahlung wurde abgelehnt');
  assert.equal(detail, `Ihre Karten bleiben bis ${expiresAt} vorgemerkt. Versuchen Sie es mit einer anderen Karte.`);
});

test('an address that no route has, and a body that is none, speak German too', async () => {
  const missed = await app.inject({ url: '/api/nothing', headers: german });
  assert.equal(missed.json().title, 'Hier gibt es nichts');
  const broken = await app.inject({
    method: 'POST',
    url: '/api/tickets/reserve',
    headers: { ...german, 'content-type': 'application/json' },
    payload: '{',
  });
  assert.equal(broken.json().title, 'Der Inhalt der Anfrage ist kein gültiges JSON');
});

test('answers that are no problems depend on no language, and stay prepared', async () => {
  const { eventId } = await office.show({ title: 'Bodas de sangre' });
  const plain = await app.inject(`/api/events/${eventId}`);
  const answer = await app.inject({ url: `/api/events/${eventId}`, headers: german });
  assert.equal(answer.body, plain.body);
  assert.equal(answer.headers['content-language'], undefined);
  assert.doesNotMatch(String(answer.headers.vary), /accept-language/);
});

test('no German title is the English one', () => {
  for (const code of Object.keys(problems) as (keyof typeof problems)[]) {
    assert.notEqual(problemInGerman(code).title, problems[code].title, code);
  }
});

test('a buyer is written to in the language of the purchase; said in the body it counts more than the header', async () => {
  const { eventId } = await office.show({ title: 'Doña Rosita' });
  const subjectFor = async (email: string, hold: object, holdHeaders: object, pay: object, payHeaders: object) => {
    const held = await office.hold({ eventId, quantity: 1, customerEmail: email, ...hold }, { ...holdHeaders });
    const headers = { ...office.owner(held), ...payHeaders };
    const body = { reservationId: held.reservationId, payment: { token: 'tok_ok' }, ...pay };
    const paid = await office.send('POST', '/api/tickets/purchase', headers, body);
    assert.equal(paid.status, 201, paid.text);
    return (await mailsTo(testApp, email, 1))[0]!.subject;
  };
  const english = 'Your ticket for Doña Rosita';
  const inGerman = 'Ihre Karte für Doña Rosita';
  assert.equal(await subjectFor('lang1@example.test', {}, {}, {}, {}), english);
  assert.equal(await subjectFor('lang2@example.test', {}, {}, {}, german), inGerman);
  assert.equal(await subjectFor('lang3@example.test', {}, {}, { language: 'en' }, german), english);
  // The program that pays says nothing: then the hold knows.
  assert.equal(await subjectFor('lang4@example.test', { language: 'de' }, {}, {}, {}), inGerman);
  assert.equal(await subjectFor('lang5@example.test', {}, german, {}, {}), inGerman);
  const refused = await office.reserve({ eventId, quantity: 1, language: 'fr' });
  assert.deepEqual([refused.status, refused.body.code], [400, 'VALIDATION_FAILED']);
});

test('an account is written to in its language, which it may change', async () => {
  const registered = await app.inject({
    method: 'POST',
    url: '/api/auth/register',
    headers: german,
    payload: { email: 'gerda@example.test', password: 'vier Wörter hintereinander' },
  });
  assert.equal(registered.statusCode, 201, registered.body);
  const [mail] = await mailsTo(testApp, 'gerda@example.test', 1);
  assert.equal(mail!.subject, 'Bestätigen Sie Ihre Mailadresse');
  const accounts = accountDesk(testApp);
  const member = accounts.bearer(await accounts.member('greta@example.test'));
  assert.equal((await office.send('GET', '/api/auth/me', member)).body.language, null);
  const changed = await office.send('PATCH', '/api/auth/me', member, { language: 'de' });
  assert.deepEqual([changed.status, changed.body.language], [200, 'de'], changed.text);
  assert.equal((await office.send('PATCH', '/api/auth/me', {}, { language: 'de' })).status, 401);
});
