import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

async function buy(customerEmail: string) {
  const show = await office.show();
  const held = await office.hold({ eventId: show.eventId, quantity: 1, customerEmail });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  const path = `/api/bookings/${bought.body.bookingId}`;
  const { orderNumber } = (await office.send('GET', path, office.owner(held))).body;
  return { path, orderNumber: orderNumber as string, owner: office.owner(held) };
}
const find = (email: string, orderNumber: string) =>
  office.send('POST', '/api/orders/find', {}, { email, orderNumber });
async function requested(kind: string, to: string): Promise<number> {
  const [row] = await app.database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM outbox o JOIN booking_contacts c ON c.booking_id = (o.payload->'facts'->>'bookingId')::uuid
     WHERE o.topic = 'mail.requested' AND o.payload->>'kind' = $1 AND o.payload->>'cause' ~ '(resent|found)' AND c.email = $2`,
    [kind, to],
  );
  return row!.count;
}

describe('mails about orders', { tags: needs('clock', 'database').tags, skip: needs('clock', 'database').skip }, () => {
  test('tickets are sent once more for whoever has them, so often and no more', async () => {
    const { path, owner } = await buy('again@example.org');
    assert.equal((await office.send('POST', `${path}/resend`, {})).status, 404);
    assert.equal((await office.send('POST', `${path}/resend`, (await buy('b@example.org')).owner)).status, 404);
    for (let i = 0; i < 5; i++) {
      assert.equal((await office.send('POST', `${path}/resend`, owner)).status, 202);
      app.clock.advance(1_000);
    }
    const refused = await office.send('POST', `${path}/resend`, owner);
    assert.deepEqual([refused.status, refused.body.code], [429, 'TOO_MANY_MAILS']);
    assert.equal(await requested('booking-confirmed', 'again@example.org'), 5);
  });

  test('of a cancelled order there is nothing to send', async () => {
    const { path, owner } = await buy('gone@example.org');
    await office.send('DELETE', path, owner);
    const refused = await office.send('POST', `${path}/resend`, owner);
    assert.deepEqual([refused.status, refused.body.code], [409, 'TICKETS_NONE']);
  });

  test('an order is found by address and number, and the answer gives nothing away', async () => {
    const { orderNumber } = await buy('Find@Example.org');
    const right = await find('find@example.org', orderNumber.toLowerCase().replace('-', ' '));
    const answers = [
      right,
      await find('find@example.org', '2222-2222'),
      await find('other@example.org', orderNumber),
      await find('find@example.org', '?'),
    ];
    for (const answer of answers) assert.deepEqual([answer.status, answer.body], [202, right.body]);
    assert.equal(await requested('guest-order', 'Find@Example.org'), 1);
  });
});
