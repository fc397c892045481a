import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { totpCode } from '../../src/features/identity/domain/totp.ts';
import { accountDesk, fromBase32 } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { mailsTo } from '../support/kept-mails.ts';
import { needs } from '../support/needs.ts';

let desk: TestApp;
let accounts: ReturnType<typeof accountDesk>;
before(async () => {
  desk = await startTestApp();
  accounts = accountDesk(desk);
});

type Member = Awaited<ReturnType<typeof accounts.member>>;

const password = 'trois petits cochons';
const ask = (member: Member, email: string, more: object = {}) =>
  accounts.send('POST', '/api/auth/mail/change', { email, password, ...more }, accounts.bearer(member));
const confirm = (token: string) => accounts.send('POST', '/api/auth/mail/confirm', { token });
const linkTo = (email: string) => desk.mailedToken(email, 'mail-address');

/** What was written to an address, newest first. */
async function subjectsTo(email: string, awaited: number): Promise<string[]> {
  return (await mailsTo(desk, email, awaited)).map(({ subject }) => subject).toReversed();
}

const asked = 'Your account is to have another mail address';
const changed = 'Your account has another mail address now';

describe('another mail address', () => {
  test('is asked for with the password, and counts once its own mail came back: every login ends', async () => {
    const member = await accounts.member('before@mail-address.test');
    const office = boxOffice(desk);
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 5 }] });
    const held = await office.hold({
      eventId,
      quantity: 1,
      customer: { name: 'Guest', email: 'after@mail-address.test' },
    });
    const { bookingId } = (await office.pay(held)).body;
    const answer = await ask(member, 'After@mail-address.test');
    assert.equal(answer.status, 202, answer.text);
    assert.equal((await accounts.me(member)).body.email, 'before@mail-address.test', 'nothing has changed yet');
    const token = await linkTo('After@mail-address.test');
    assert.ok((await subjectsTo('before@mail-address.test', 2)).includes(asked));
    const done = await confirm(token);
    assert.equal(done.status, 200, done.text);
    assert.match(done.body.message, /1 earlier booking is yours now/);
    assert.equal((await accounts.me(member)).status, 401);
    assert.equal((await accounts.refresh(member)).status, 401);
    assert.ok((await subjectsTo('before@mail-address.test', 3)).includes(changed));
    assert.equal((await accounts.login('before@mail-address.test', password)).body.code, 'LOGIN_FAILED');
    const { body: tokens } = await accounts.login('after@mail-address.test', password);
    const { email, emailVerified } = (await accounts.me(tokens)).body;
    assert.deepEqual([email, emailVerified], ['After@mail-address.test', true]);
    const booking = await accounts.send('GET', `/api/bookings/${bookingId}`, undefined, accounts.bearer(tokens));
    assert.equal(booking.status, 200, 'what was booked there as a guest is the account’s');

    assert.equal((await confirm(token)).body.code, 'MAIL_TOKEN_INVALID', 'a link is good once');
    assert.equal((await accounts.send('POST', '/api/auth/register', { email: member.email, password })).status, 201);
    await accounts.send('POST', '/api/auth/verify', { token: await desk.mailedToken(member.email, 'verify') });
    assert.equal((await accounts.login(member.email, password)).status, 200, 'the address of before is free');
  });

  test('nobody learns by asking whether an address has an account: only its owner gets a mail', async () => {
    const member = await accounts.member('curious@mail-address.test');
    await accounts.member('somebody@mail-address.test');
    const free = await ask(member, 'free@mail-address.test');
    const old = await linkTo('free@mail-address.test');
    const taken = await ask(member, 'SOMEBODY@mail-address.test');
    assert.deepEqual([taken.status, taken.body], [free.status, free.body]);
    const subjects = await subjectsTo('somebody@mail-address.test', 2);
    assert.ok(subjects.includes('You already have an account'));
    assert.ok(!subjects.includes('Confirm your new mail address'));
    assert.equal((await confirm(old)).body.code, 'MAIL_TOKEN_INVALID', 'who asks again means the later address');
  });

  test('who was faster with the address keeps it, and both hear so', async () => {
    const member = await accounts.member('slow@mail-address.test');
    await ask(member, 'wanted@mail-address.test');
    const token = await linkTo('wanted@mail-address.test');
    const other = await accounts.member('wanted@mail-address.test');
    const refused = await confirm(token);
    assert.deepEqual([refused.status, refused.body.code], [409, 'MAIL_TAKEN']);
    assert.equal((await accounts.me(member)).body.email, 'slow@mail-address.test', 'its login lives on');
    assert.equal((await accounts.me(other)).body.email, 'wanted@mail-address.test');
  });

  test('a thief who has the password gets nowhere where a second factor is, nor once it is turned on', async () => {
    const member = await accounts.member('careful@mail-address.test');
    await ask(member, 'thief@mail-address.test');
    const early = await linkTo('thief@mail-address.test');
    const url = '/api/auth/second-factor';
    const { body: begun } = await accounts.send('POST', url, { password }, accounts.bearer(member));
    const serverNow = Date.parse(member.expiresAt) - member.expiresIn * 1_000;
    const code = totpCode(fromBase32(begun.secret), Math.floor(serverNow / 30_000));
    const { body: on } = await accounts.send('POST', `${url}/confirm`, { code }, accounts.bearer(member));
    assert.equal((await confirm(early)).body.code, 'MAIL_TOKEN_INVALID', 'it was asked for by the password alone');
    assert.equal((await ask(member, 'thief@mail-address.test')).body.code, 'SECOND_FACTOR_NEEDED');
    assert.equal((await ask(member, 'thief@mail-address.test', { code: '000000' })).body.code, 'SECOND_FACTOR_WRONG');
    assert.equal((await ask(member, 'mine@mail-address.test', { code: on.recoveryCodes[0] })).status, 202);
    assert.equal((await confirm(await linkTo('mine@mail-address.test'))).status, 200);
    assert.equal((await accounts.login('mine@mail-address.test', password)).body.code, 'SECOND_FACTOR_NEEDED');
  });

  test('whoever reads that a change was asked for ends it by a new password', async () => {
    const member = await accounts.member('robbed@mail-address.test');
    await ask(member, 'robber@mail-address.test');
    await accounts.send('POST', '/api/auth/password/forgot', { email: member.email });
    const token = await desk.mailedToken(member.email, 'reset');
    await accounts.send('POST', '/api/auth/password/reset', { token, password: 'quatre petits cochons' });
    assert.equal((await confirm(await linkTo('robber@mail-address.test'))).body.code, 'MAIL_TOKEN_INVALID');
    assert.equal((await accounts.login(member.email, 'quatre petits cochons')).status, 200);
  });

  test('links that went to the address of before open nothing once it has changed', async () => {
    const member = await accounts.member('left@mail-address.test');
    await accounts.send('POST', '/api/auth/password/forgot', { email: member.email });
    const reset = await desk.mailedToken(member.email, 'reset');
    await ask(member, 'arrived@mail-address.test');
    await confirm(await linkTo('arrived@mail-address.test'));
    const body = { token: reset, password: 'quatre petits cochons' };
    assert.equal((await accounts.send('POST', '/api/auth/password/reset', body)).body.code, 'MAIL_TOKEN_INVALID');
  });

  test('of an account that was erased a link changes nothing, and of one that was locked out neither', async () => {
    const erased = await accounts.member('going@mail-address.test');
    await ask(erased, 'gone@mail-address.test');
    await accounts.send('POST', '/api/me/erase', { confirm: true, password }, accounts.bearer(erased));
    assert.equal((await confirm(await linkTo('gone@mail-address.test'))).body.code, 'MAIL_TOKEN_INVALID');
    const locked = await accounts.member('locking@mail-address.test');
    await ask(locked, 'locked@mail-address.test');
    await accounts.send('POST', `/api/accounts/${locked.accountId}/disable`, undefined, desk.staff);
    assert.equal((await confirm(await linkTo('locked@mail-address.test'))).body.code, 'MAIL_TOKEN_INVALID');
  });

  test('wrong passwords, impossible addresses and other links are refused with a code', async () => {
    const member = await accounts.member('wrong@mail-address.test');
    assert.equal(
      (await ask(member, 'x@mail-address.test', { password: 'wrong password' })).body.code,
      'PASSWORD_WRONG',
    );
    assert.equal((await ask(member, '\u0430nn@mail-address.test')).status, 400);
    assert.equal((await ask(member, 'ann@127.0.0.1')).status, 400);
    const anybody = await accounts.send('POST', '/api/auth/mail/change', { email: 'x@mail-address.test', password });
    assert.deepEqual([anybody.status, anybody.body.code], [401, 'LOGIN_NEEDED']);
    await accounts.send('POST', '/api/auth/password/forgot', { email: member.email });
    assert.equal((await confirm(await desk.mailedToken(member.email, 'reset'))).body.code, 'MAIL_TOKEN_INVALID');
    const stranger = await accounts.send('POST', '/api/auth/register', {
      email: 'verifying@mail-address.test',
      password,
    });
    assert.equal(stranger.status, 201);
    const verify = await desk.mailedToken('verifying@mail-address.test', 'verify');
    assert.equal((await confirm(verify)).body.code, 'MAIL_TOKEN_INVALID');
  });

  test('nobody fills a box by asking: after some mails it is refused, whichever addresses are named', async () => {
    const member = await accounts.member('busy@mail-address.test');
    const codes: (string | undefined)[] = [];
    for (let i = 0; i < 7; i++) codes.push((await ask(member, `box-${i}@mail-address.test`)).body.code);
    assert.equal(codes[0], undefined);
    assert.equal(codes.at(-1), 'TOO_MANY_MAILS');
    const reset = await accounts.send('POST', '/api/auth/password/forgot', { email: member.email });
    assert.equal(reset.status, 202, 'its owner still gets a new password');
  });

  test('two links at once give an account one of the addresses, and two accounts never the same', async () => {
    const members = await Promise.all(['one', 'two'].map((name) => accounts.member(`${name}@race.example`)));
    const tokens: string[] = [];
    for (const member of members) {
      await ask(member, 'goal@race.example');
      tokens.push(await linkTo('goal@race.example'));
    }
    const answers = await Promise.all(tokens.map(confirm));
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409]);
  });

  test(
    'what happened stands in the history without an address, and an address that waits goes after a day',
    needs('clock', 'database'),
    async () => {
      const member = await accounts.member('history@mail-address.test');
      await ask(member, 'late@mail-address.test');
      const late = await linkTo('late@mail-address.test');
      desk.clock.advance(24 * 3_600_000 + 1);
      assert.equal((await confirm(late)).body.code, 'MAIL_TOKEN_INVALID');
      const { body: again } = await accounts.login(member.email, password);
      await ask({ ...member, ...again }, 'next@mail-address.test');
      await confirm(await linkTo('next@mail-address.test'));
      const history = await accounts.history(member.accountId);
      assert.deepEqual(
        history.filter((type) => type.startsWith('MailChange')),
        ['MailChangeRequested', 'MailChangeRequested', 'MailChanged'],
      );
      const [row] = await desk.database.query<{ text: string }>(
        `SELECT string_agg(data::text || metadata::text, ' ') AS text FROM event_store WHERE stream LIKE 'account-%'`,
      );
      assert.doesNotMatch(row!.text, /@|cochons/);
    },
  );

  test('whoever is erased is erased where others wanted the address too', needs('database'), async () => {
    const member = await accounts.member('mistaken@mail-address.test');
    await ask(member, 'Erased.Person@mail-address.test');
    const person = await accounts.member('erased.person@mail-address.test');
    const waiting = () => desk.database.query(`SELECT 1 FROM mail_tokens WHERE email ILIKE 'erased.person@%'`);
    assert.equal((await waiting()).length, 1);
    await accounts.send('POST', '/api/me/erase', { confirm: true, password }, accounts.bearer(person));
    assert.equal((await waiting()).length, 0);
  });
});
