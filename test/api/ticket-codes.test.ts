import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { verifyCode } from '../../src/features/ticket-codes/domain/ticket-code.ts';
import { rotateTicketKey } from '../../src/features/ticket-codes/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { orderAddress } from '../support/order-address.ts';

let app: TestApp;
let office: BoxOffice;
let desk: ReturnType<typeof accountDesk>;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
  desk = accountDesk(app);
});

interface Ticket {
  readonly ticketId: string;
  readonly status: string;
  readonly code: string | null;
}

async function buy(quantity = 2) {
  const show = await office.show();
  const held = await office.hold({ eventId: show.eventId, quantity, customerEmail: 'guest@codes.test' });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  const bookingId = bought.body.bookingId as string;
  return { eventId: show.eventId, bookingId, bought, path: `/api/bookings/${bookingId}`, owner: office.owner(held) };
}
async function ticketsAt(path: string, headers: Record<string, string> = {}): Promise<readonly Ticket[]> {
  const { status, text, body } = await office.send('GET', path, headers);
  assert.equal(status, 200, text);
  return body.tickets ?? body.items;
}
/** As a door does it: with nothing but the published keys. */
async function check(code: string) {
  const { body, headers } = await office.send('GET', '/.well-known/ticket-keys.json', {});
  assert.equal(headers['cache-control'], 'public, max-age=60');
  const keys = body.keys as readonly { kid: number; publicKey: string }[];
  return verifyCode(code, (no) => {
    const key = keys.find(({ kid }) => kid === no);
    return key && new Uint8Array(Buffer.from(key.publicKey, 'base64url'));
  });
}
const context = () => ({ actor: 'system', correlationId: 'test', now: app.clock.now(), organizerId: 1 });

describe('codes of tickets', () => {
  test(
    'stand with sold tickets for whoever bought them or has the link, the same each time',
    needs('process'),
    async () => {
      const { eventId, bookingId, bought, path, owner } = await buy();
      assert(!bought.text.includes('"code"'), 'the purchase answers as before');
      const tickets = await ticketsAt(path, owner);
      for (const { ticketId, code } of tickets) {
        const checked = await check(code!);
        assert(checked.accepted);
        assert.deepEqual([checked.value.ticketId, checked.value.eventId], [ticketId, eventId]);
      }
      assert.notEqual(tickets[0]!.code, tickets[1]!.code);
      assert.deepEqual(await ticketsAt(path, office.staff), tickets);
      assert.deepEqual(await ticketsAt(orderAddress(app, bookingId)), tickets);
    },
  );

  test('come in the list of one’s tickets', async () => {
    const member = await desk.member('codes@codes.test');
    const headers = desk.bearer(member);
    const show = await office.show();
    const held = await office.reserve({ eventId: show.eventId, quantity: 1 }, headers);
    const payment = { provider: 'sandbox', token: 'tok_ok' };
    const { reservationId } = held.body;
    const paid = await office.send('POST', '/api/bookings', headers, { reservationId, payment });
    const [ticket] = await ticketsAt('/api/me/tickets', headers);
    assert.deepEqual(
      [ticket!.code],
      (await ticketsAt(`/api/bookings/${paid.body.bookingId}`, headers)).map((one) => one.code),
    );
    assert((await check(ticket!.code!)).accepted);
    await office.send('POST', `/api/tickets/${ticket!.ticketId}/cancel`, headers);
    const [returned] = await ticketsAt('/api/me/tickets?when=cancelled', headers);
    assert.deepEqual([returned!.ticketId, returned!.code], [ticket!.ticketId, null]);
  });

  test('go with a ticket that is given back, and stay with the others', async () => {
    const { path, owner } = await buy();
    const [first, second] = await ticketsAt(path, owner);
    await office.send('POST', `/api/tickets/${first!.ticketId}/cancel`, owner);
    assert.deepEqual(
      (await ticketsAt(path, owner)).map(({ status, code }) => [status, code]),
      [
        ['Cancelled', null],
        ['Sold', second!.code],
      ],
    );
    await office.send('DELETE', path, owner);
    assert.deepEqual(
      (await ticketsAt(path, owner)).map(({ code }) => code),
      [null, null],
    );
  });

  test('are not for strangers, nor for staff who only read reports, nor in lists', async () => {
    const { eventId, path, owner } = await buy(1);
    assert.equal((await office.send('GET', path, {})).status, 404);
    const [other] = [await buy(1)];
    assert.equal((await office.send('GET', path, other.owner)).status, 404);
    assert.deepEqual(
      (await ticketsAt(path, await office.keyWith('reports'))).map(({ code }) => code),
      [null],
    );
    const [ticket] = await ticketsAt(path, owner);
    for (const list of [
      `/api/tickets/event/${eventId}`,
      `/api/tickets/${ticket!.ticketId}`,
      `/event/${eventId}`,
      `${path}/history`,
    ]) {
      const { text } = await office.send('GET', list, office.staff);
      assert(!text.includes(ticket!.code!), list);
    }
  });

  test('a declined purchase has none', async () => {
    const show = await office.show();
    const held = await office.hold({ eventId: show.eventId, quantity: 1 });
    await office.pay(held, { card: 'tok_declined' });
    const { body } = await office.send('GET', '/api/bookings', office.owner(held));
    const tickets = await ticketsAt(`/api/bookings/${body.items[0].bookingId}`, office.owner(held));
    assert.deepEqual(
      tickets.map(({ status, code }) => [status, code]),
      [['Available', null]],
    );
  });

  test(
    'stay as they are when the key is rotated; the next orders have the next key',
    needs('clock', 'database'),
    async () => {
      const before = await buy(1);
      const [old] = await ticketsAt(before.path, before.owner);
      const rotated = await rotateTicketKey(app.database, { isLeaked: false }, context());
      assert(rotated.accepted);
      app.clock.advance(61_000);
      const { body } = await office.send('GET', '/.well-known/ticket-keys.json', {});
      assert.equal(body.keys.at(-2).validTo, body.keys.at(-1).validFrom);
      assert.equal(body.keys.at(-1).validTo, null);
      const meanwhile = await check((await ticketsAt(before.path, before.owner))[0]!.code!);
      assert(meanwhile.accepted && meanwhile.value.keyNo < rotated.value, 'the fresh key does not sign yet');
      app.clock.advance(5 * 60_000);
      const after = await buy(1);
      const [fresh] = await ticketsAt(after.path, after.owner);
      const [kept] = await ticketsAt(before.path, before.owner);
      assert.equal(kept!.code, old!.code);
      assert((await check(old!.code!)).accepted);
      const checked = await check(fresh!.code!);
      assert(checked.accepted);
      assert.equal(checked.value.keyNo, rotated.value);
    },
  );

  test(
    'are signed anew when the keys have leaked: what was printed before lets nobody in',
    needs('clock', 'database'),
    async () => {
      const { path, owner } = await buy(1);
      const [old] = await ticketsAt(path, owner);
      const rotated = await rotateTicketKey(app.database, { isLeaked: true }, context());
      assert(rotated.accepted);
      app.clock.advance(61_000);
      const [fresh] = await ticketsAt(path, owner);
      const refused = await check(old!.code!);
      assert.deepEqual(refused, { accepted: false, refusal: { code: 'CODE_KEY_UNKNOWN' } });
      const checked = await check(fresh!.code!);
      assert(checked.accepted);
      assert.deepEqual([checked.value.keyNo, checked.value.ticketId], [rotated.value, fresh!.ticketId]);
    },
  );

  test('the keys are not readable by the role of requests', needs('database'), async () => {
    const [row] = await app.database.query<{ may: boolean }>(
      "SELECT has_table_privilege('onsale_request', 'ticket_keys', 'SELECT') AS may",
    );
    assert.equal(row!.may, false);
  });
});
