import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp } from '../support/app.ts';
import { simpleShow } from '../support/catalog-client.ts';
import { needs } from '../support/needs.ts';

const testApp = await startTestApp();
const { staff, clock, database } = testApp;
const desk = accountDesk(testApp);
const { send, bearer, mailedToken } = desk;

const bands = '/api/organizers/bands';
await send('POST', '/api/organizers', { name: 'Bands', adminMail: 'ada@bands.example' }, staff);
await send('POST', '/api/organizers', { name: 'Plays' }, staff);

async function join(email: string, as?: { readonly accessToken: string }) {
  const account = as ?? (await desk.member(email));
  const answer = await send('POST', '/api/invitations/accept', { token: await invitationFor(email) }, bearer(account));
  return { account, answer };
}

const invitationFor = (email: string) => desk.mailedToken(email, 'invitation');

const ada = await join('ada@bands.example');

describe('an invitation', () => {
  test('makes the account that brings its token a member', () => {
    assert.equal(ada.answer.status, 200, JSON.stringify(ada.answer.body));
    assert.deepEqual(ada.answer.body, { organizer: 'bands', organizerName: 'Bands', role: 'admin' });
  });

  test('counts at once, without another login', async () => {
    const answer = await send('GET', `${bands}/members`, undefined, bearer(ada.account as never));
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
  });

  test('is of no use to whom the mail was passed on', async () => {
    const invited = { email: 'eve@bands.example', role: 'admin' };
    const made = await send('POST', '/api/organizers/plays/invitations', invited, staff);
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const stranger = await desk.member('stranger@bands.example');
    const { answer } = await join('eve@bands.example', stranger);
    assert.deepEqual([answer.status, answer.body.code], [403, 'INVITATION_OF_OTHERS']);
    assert.equal((await join('eve@bands.example')).answer.status, 200);
  });

  test('is accepted once', async () => {
    const other = await desk.member('second@bands.example');
    const again = await send(
      'POST',
      '/api/invitations/accept',
      { token: await invitationFor('ada@bands.example') },
      bearer(other),
    );
    assert.deepEqual([again.status, again.body.code, again.body.state], [409, 'INVITATION_CLOSED', 'accepted']);
  });

  test('needs somebody signed in, and a token of ours', async () => {
    const token = 'x'.repeat(32);
    assert.equal((await send('POST', '/api/invitations/accept', { token })).status, 401);
    const unknown = await send('POST', '/api/invitations/accept', { token }, bearer(ada.account as never));
    assert.deepEqual([unknown.status, unknown.body.code], [404, 'INVITATION_NOT_FOUND']);
    assert.equal((await send('POST', '/api/invitations/accept', { token }, staff)).status, 403);
  });

  test('can be taken back, and runs out after a week', needs('clock'), async () => {
    for (const [email, end] of [
      ['late@bands.example', async () => clock.advance(7 * 24 * 3_600_000)],
      [
        'unwanted@bands.example',
        async (id: string) =>
          assert.equal((await send('DELETE', `${bands}/invitations/${id}`, undefined, staff)).status, 200),
      ],
    ] as const) {
      const invited = await send('POST', `${bands}/invitations`, { email, role: 'clerk' }, staff);
      assert.deepEqual([invited.status, invited.body.state], [201, 'open']);
      await end(invited.body.invitationId);
      const { answer } = await join(email);
      assert.deepEqual([answer.status, answer.body.code], [409, 'INVITATION_CLOSED']);
    }
    const { body } = await send('GET', `${bands}/invitations`, undefined, staff);
    assert.deepEqual(
      body.items.map(({ email, state }: { email: string; state: string }) => `${email} ${state}`).toSorted(),
      ['ada@bands.example accepted', 'late@bands.example expired', 'unwanted@bands.example revoked'],
    );
  });

  test('leaves no address and no token in history', needs('database'), async () => {
    const rows = await database.query<{ type: string }>(
      `SELECT type FROM event_store WHERE (data::text || metadata::text) ~ 'bands.example' AND stream LIKE 'organizer-%'`,
    );
    assert.deepEqual(rows, []);
  });
});

describe('a member', () => {
  const login = async (email: string) => (await desk.login(email, 'trois petits cochons')).body;

  test('works for the organiser as the role says, for no other', async () => {
    const admin = bearer(await login('ada@bands.example'));
    const event = await send('POST', '/api/events', simpleShow, admin);
    assert.deepEqual([event.status, event.body.organizer?.slug], [201, 'bands'], JSON.stringify(event.body));
    const elsewhere = await send('POST', '/api/events', simpleShow, { ...admin, 'x-organizer': 'plays' });
    assert.deepEqual([elsewhere.status, elsewhere.body.code], [404, 'ORGANIZER_NOT_FOUND']);
    for (const path of ['/settings', '/members', '/keys']) {
      assert.equal((await send('GET', bands + path, undefined, admin)).status, 200, path);
      assert.equal((await send('GET', `/api/organizers/plays${path}`, undefined, admin)).status, 404, path);
    }
    assert.equal((await send('POST', '/api/organizers', { name: 'More' }, admin)).status, 403);
  });

  test('gets another role, and loses it, without a new login', needs('clock'), async () => {
    const admin = bearer(await login('ada@bands.example'));
    await send('POST', `${bands}/invitations`, { email: 'max@bands.example', role: 'manager' }, admin);
    const { account } = await join('max@bands.example');
    const max = bearer(account as never);
    const later = async () => {
      clock.advance(5_000);
      await testApp.runJobs();
    };
    await later();
    assert.equal((await send('POST', '/api/venues', { name: 'Hall' }, max)).status, 201);
    assert.equal((await send('GET', `${bands}/members`, undefined, max)).status, 403);
    const { body: members } = await send('GET', `${bands}/members`, undefined, admin);
    const found = members.items.find(({ email }: { email: string }) => email === 'max@bands.example');
    assert.equal(found.role, 'manager');
    const member = `${bands}/members/${found.accountId}`;
    assert.equal((await send('PUT', member, { role: 'door' }, admin)).status, 200);
    await later();
    assert.equal((await send('POST', '/api/venues', { name: 'Hall' }, max)).status, 403);
    assert.equal((await send('DELETE', member, undefined, admin)).status, 200);
    await later();
    assert.equal((await send('GET', '/api/bookings', undefined, { ...max, 'x-organizer': 'bands' })).status, 404);
    assert.equal((await send('DELETE', member, undefined, admin)).body.code, 'MEMBER_NOT_FOUND');
  });

  test('who is the last admin stays admin', async () => {
    const admin = bearer(await login('ada@bands.example'));
    const { body } = await send('GET', `${bands}/members`, undefined, admin);
    const { accountId } = body.items.find(({ role }: { role: string }) => role === 'admin');
    const member = `${bands}/members/${accountId}`;
    assert.equal((await send('DELETE', member, undefined, admin)).body.code, 'LAST_ADMIN');
    assert.equal((await send('PUT', member, { role: 'clerk' }, staff)).body.code, 'LAST_ADMIN');
    assert.equal((await send('PUT', member, { role: 'admin' }, admin)).status, 200);
  });
});

test('an invitation mail is written, in words', needs('database'), async () => {
  await send('POST', `${bands}/invitations`, { email: 'new@bands.example', role: 'door' }, staff);
  const token = await mailedToken('new@bands.example');
  await testApp.runJobs();
  const [mail] = await database.query<{ facts: { token: string; organizerName: string } }>(
    `SELECT facts FROM mails WHERE recipient = 'new@bands.example'`,
  );
  assert.equal(mail?.facts?.organizerName ?? 'Bands', 'Bands');
  assert.ok(token.length >= 32);
});
