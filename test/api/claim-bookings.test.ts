import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const password = 'trois petits cochons';

describe('claiming what was booked as a guest', () => {
  let desk: TestApp;
  let accounts: ReturnType<typeof accountDesk>;
  let office: BoxOffice;
  let eventId: number;
  before(async () => {
    desk = await startTestApp();
    accounts = accountDesk(desk);
    office = boxOffice(desk);
    ({ eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 200 }] }));
  });

  async function bookAsGuest(email: string): Promise<{ bookingId: string; guest: Record<string, string> }> {
    const held = await office.hold({ eventId, quantity: 1, customer: { name: 'Guest', email } });
    const paid = await office.pay(held);
    assert.equal(paid.status, 201, paid.text);
    return { bookingId: paid.body.bookingId, guest: office.owner(held) };
  }
  const see = async (bookingId: string, headers: Record<string, string>) =>
    (await accounts.send('GET', `/api/bookings/${bookingId}`, undefined, headers)).status;

  test('whoever proves the address has the bookings made under it, and no others', async () => {
    const mine = await bookAsGuest('Buyer@Claims.test');
    const tagged = await bookAsGuest('buyer+x@claims.test');
    const dotted = await bookAsGuest('b.uyer@claims.test');
    await accounts.send('POST', '/api/auth/register', { email: 'buyer@claims.test', password });
    const early = accounts.bearer((await accounts.login('buyer@claims.test', password)).body);
    assert.equal(await see(mine.bookingId, early), 404);
    const refused = await accounts.send('POST', '/api/auth/claim-bookings', undefined, early);
    assert.deepEqual([refused.status, refused.body.code], [403, 'MAIL_UNVERIFIED']);

    const verified = await accounts.send('POST', '/api/auth/verify', {
      token: await accounts.mailedToken('buyer@claims.test'),
    });
    assert.match(verified.body.message, /1 earlier booking is yours now/);
    assert.equal(await see(mine.bookingId, early), 200);
    for (const other of [tagged, dotted]) assert.equal(await see(other.bookingId, early), 404);
  });

  test('later bookings come with the next login or when asked for, once', needs('database'), async () => {
    const member = await accounts.member('regular@claims.test');
    const headers = accounts.bearer(member);
    const first = await bookAsGuest(member.email);
    assert.equal(await see(first.bookingId, headers), 404);
    await accounts.login(member.email, password);
    assert.equal(await see(first.bookingId, headers), 200);
    const second = await bookAsGuest(member.email);
    const claim = () => accounts.send('POST', '/api/auth/claim-bookings', undefined, headers);
    const claims = await Promise.all([claim(), claim(), claim()]);
    assert.equal(
      claims.reduce((sum, { body }) => sum + body.claimed, 0),
      1,
    );
    assert.equal(await see(second.bookingId, headers), 200);
    assert((await accounts.history(member.accountId)).includes('BookingsClaimed'));
    await office.assertSound();
  });

  test('an account’s own bookings are never claimed by another', async () => {
    const thief = await accounts.member('thief@claims.test');
    const buyer = await accounts.member('other@claims.test');
    const held = await office.hold(
      { eventId, quantity: 1, customer: { name: 'x', email: thief.email } },
      accounts.bearer(buyer),
    );
    const headers = { ...accounts.bearer(buyer), ...(held.sessionToken && office.owner(held)) };
    const payload = { reservationId: held.reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } };
    const paid = await office.send('POST', '/api/tickets/purchase', headers, payload);
    assert.equal(paid.status, 201, paid.text);
    const claimed = await accounts.send('POST', '/api/auth/claim-bookings', undefined, accounts.bearer(thief));
    assert.deepEqual(claimed.body, { claimed: 0 });
    assert.equal(await see(paid.body.bookingId, accounts.bearer(thief)), 404);
    assert.equal(await see(paid.body.bookingId, accounts.bearer(buyer)), 200);
  });
});
