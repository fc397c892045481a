import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { InjectOptions, LightMyRequestResponse as Response } from 'fastify';
import { pino } from 'pino';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { finishOnsale, freshDataDir, serveOnsale } from '../support/onsale-process.ts';

// A walk through everything that takes or hands out a secret, at the most talkative log level; afterwards the log, every
// error answer and the whole database are searched for the secrets themselves.

let log = '';
const sink = new Writable({
  write(chunk, _encoding, done) {
    log += chunk;
    done();
  },
});
const testApp = await startTestApp({ logger: pino({ level: 'trace' }, sink) });
const { app, database, staff, ownerKey } = testApp;
const accounts = accountDesk(testApp);
const office = boxOffice(testApp);

/** Secrets by what they are; where each may be found: the tables that need it, or an answer that hands it out. */
const secrets = new Map<string, { readonly text: string; readonly tables: readonly string[] }>();
const refusals: { url: string; body: string }[] = [];

function keep<T extends string>(what: string, text: T, tables: readonly string[] = []): T {
  assert(text.length >= 12, `${what} is a secret worth searching for`);
  secrets.set(what, { text, tables });
  return text;
}

const inject = app.inject.bind(app) as (request: InjectOptions) => Promise<Response>;
app.inject = (async (request: InjectOptions) => {
  const answer = await inject(request);
  if (answer.statusCode >= 400) refusals.push({ url: String(request.url), body: answer.body });
  return answer;
}) as typeof app.inject;

/** The part of a token that proves it: what stands before is an id. */
function signatureOf(token: string): string {
  return token.split('.').at(-1)!;
}

const password = keep('password', 'marker-Zebra7-quilt-lantern');
const newPassword = keep('new password', 'marker-Otter9-velvet-harbour');
const wrongPassword = keep('guessed password', 'marker-Wrong5-guess-of-a-stranger');
const email = 'marker.person@example.test';

test('the walk: accounts', async () => {
  keep('owner key', ownerKey);
  const send = accounts.send;
  await send('POST', '/api/auth/register', { email, password, name: 'Marker' });
  // The mail itself must hold it; nothing else.
  const verifying = keep('token of the mail', await accounts.mailedToken(email), ['kept_mails']);
  await send('POST', '/api/auth/verify', { token: `${verifying}x` });
  for (let i = 0; i < 2; i++) await testApp.runJobs();
  await send('POST', '/api/auth/verify', { token: verifying });
  await accounts.login(email, wrongPassword);
  await accounts.login('nobody@example.test', wrongPassword);
  const { body: first } = await accounts.login(email, password);
  keep('access token', signatureOf(first.accessToken));
  keep('refresh token', first.refreshToken);
  const { body: second } = await accounts.refresh(first);
  keep('second refresh token', second.refreshToken);
  const browser = await accounts.login(email, password, { browser: true });
  const cookie = String(browser.headers['set-cookie']).split(';', 1)[0]!;
  keep('refresh cookie', cookie.split('=')[1]!);
  await send('POST', '/api/auth/refresh', undefined, { cookie });
  await send('GET', '/api/auth/me', undefined, { authorization: `Bearer ${second.accessToken}tampered` });
  const changed = await send('POST', '/api/auth/password/change', { password, newPassword }, accounts.bearer(second));
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  await send('POST', '/api/auth/password/forgot', { email });
  const reset = keep('reset token', await accounts.mailedToken(email), ['kept_mails']);
  for (let i = 0; i < 2; i++) await testApp.runJobs();
  await send('POST', '/api/auth/password/reset', { token: reset, password: '' });
  await send('POST', '/api/auth/password/reset', { token: reset, password });
  // A body that cannot be read, and a schema that is broken, both around a password.
  await app.inject({
    method: 'POST',
    url: '/api/auth/login',
    headers: { 'content-type': 'application/json' },
    payload: `{"email": "${email}", "password": "${wrongPassword}" oops`,
  });
  await send('POST', '/api/auth/login', { email, password: wrongPassword, pass: wrongPassword });
  await send('POST', '/api/auth/login', { email, password: [wrongPassword] });
});

test('the walk: buying as a guest', async () => {
  const { eventId } = await office.show();
  const held = await office.hold({ eventId, quantity: 1, customerEmail: email });
  keep('guest session', signatureOf(held.sessionToken));
  const headers = { cookie: `onsale_session=${held.sessionToken}`, origin: 'http://localhost' };
  await app.inject({ method: 'POST', url: '/api/tickets/reserve', headers, payload: { eventId, quantity: 1 } });
  await office.reserve({ eventId, quantity: 99_999 }, office.owner(held));
  const unknownCard = keep('card', 'tok_marker_of_a_card_we_do_not_know');
  const number = keep('card number', '4242 4242 4242 4242');
  for (const card of [unknownCard, number]) assert.equal((await office.pay(held, { card })).status, 400);
  assert.equal((await office.pay(held, { card: 'tok_declined' })).status, 402);
  const paid = await office.pay(held, { key: 'marker-key-of-this-order' });
  assert.equal(paid.status, 201, paid.text);
  for (let i = 0; i < 2; i++) await testApp.runJobs();
  // Something that breaks inside: the error goes to the log.
  await database.query('ALTER TABLE bookings RENAME TO bookings_away');
  const broken = await app.inject({ url: `/api/bookings/${paid.body.bookingId}`, headers: office.owner(held) });
  await database.query('ALTER TABLE bookings_away RENAME TO bookings');
  assert.equal(broken.statusCode, 500);
});

test('the walk: staff and their keys', async () => {
  const made = await office.send('POST', '/api/organizers/onsale/keys', staff, { name: 'till', scopes: ['tickets'] });
  assert.equal(made.status, 201, made.text);
  keep('API key', made.body.key);
  const headers = { authorization: `Bearer ${made.body.key}` };
  await office.send('GET', '/api/events?limit=no', headers);
  await office.send('POST', '/api/events', headers, { title: 'Not mine to make' });
  await office.send('GET', '/api/bookings', { authorization: `Bearer ${made.body.key}x` });
});

test('afterwards the log says what happened and holds none of it', () => {
  assert.match(log, /"msg":"request"/);
  assert.match(log, /request failed/);
  const found = [...secrets].filter(([, { text }]) => log.includes(text)).map(([what]) => what);
  assert.deepEqual(found, []);
});

test('no refusal repeats a secret', () => {
  assert(refusals.length >= 12);
  for (const [what, { text }] of secrets) {
    assert.deepEqual(
      refusals.filter(({ body }) => body.includes(text)).map(({ url }) => `${what} in ${url}`),
      [],
    );
  }
});

test('no table holds a secret in the clear, but where it must be read from', async () => {
  const tables = await database.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') ORDER BY 1`,
  );
  assert(tables.length > 20);
  const found: string[] = [];
  for (const { name } of tables) {
    for (const [what, { text, tables: allowed }] of secrets) {
      if (allowed.includes(name)) continue;
      const rows = await database.query(`SELECT 1 FROM "${name}" t WHERE strpos(t::text, $1) > 0 LIMIT 1`, [text]);
      if (rows.length > 0) found.push(`${what} in ${name}`);
    }
  }
  assert.deepEqual(found, []);
});

test('events hold ids of people, not what they are called or where they get their mail', async () => {
  const rows = await database.query(`SELECT type, data FROM event_store WHERE strpos(data::text, 'marker.person') > 0`);
  assert.deepEqual(rows, []);
});

test('a whole server at trace prints none of the secrets it was started with, nor those of its visitors', async () => {
  const env = {
    LOG_LEVEL: 'trace',
    SMTP_URL: 'smtp://postman:marker-smtp-password@127.0.0.1:1',
    INTERNAL_SECRET: 'marker-internal-secret-0123456789abcdefghij',
  };
  const server = await serveOnsale(await freshDataDir(), { env });
  const headers = { 'content-type': 'application/json' };
  const account = JSON.stringify({ email, password });
  await fetch(`${server.url}/api/auth/register`, { method: 'POST', headers, body: account });
  await fetch(`${server.url}/api/auth/login`, { method: 'POST', headers, body: account });
  const bearer = { authorization: 'Bearer onsale_marker-of-an-unknown-key' };
  await fetch(`${server.url}/api/bookings?q=marker-in-an-address`, { headers: bearer });
  await new Promise((done) => setTimeout(done, 1_500));
  assert.equal(await server.stop(), 0);
  const said = server.stdout() + server.stderr();
  assert(!said.includes('marker-'), String(/.*marker-.*/.exec(said)));
  const refused = await finishOnsale(['serve', '--port', 'x'], { env });
  assert(!(refused.stdout + refused.stderr).includes('marker-'));
});
