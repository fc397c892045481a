import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { boxOffice, type Held, type Reply } from '../support/box-office.ts';

/** Attacks by concurrency (ACIDRain): what happens at the same moment happens one after the other, or not at all. */
async function open(capacity: number) {
  const app = await startTestApp();
  const office = boxOffice(app);
  const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 25.5, capacity }] });
  const buy = async (quantity = 1) => {
    const held = await office.hold({ eventId: show.eventId, quantity });
    const { status, body, text } = await office.pay(held);
    assert.equal(status, 201, text);
    return { held, bookingId: body.bookingId as string };
  };
  const cancel = (held: Held, bookingId: string) =>
    office.send('DELETE', `/api/bookings/${bookingId}`, office.owner(held));
  const byStaff = (bookingId: string) => office.send('DELETE', `/api/bookings/${bookingId}`, office.staff);
  const cancelTicket = (held: Held, ticketId: string) =>
    office.send('POST', `/api/tickets/${ticketId}/cancel`, office.owner(held));
  const refund = (bookingId: string, payload: object) =>
    office.send('POST', `/api/payments/${bookingId}/refund`, office.staff, { reason: 'goodwill', ...payload });
  const money = async (bookingId: string) => {
    const { body } = await office.send('GET', `/api/bookings/${bookingId}`, office.staff);
    return Math.round((body.refunded + body.refundDue) * 100);
  };
  /** The jobs that give money back run beside everything else, as in a server. */
  const settle = async () => {
    await app.runJobs();
    await office.assertSound();
  };
  return { app, office, show, buy, cancel, byStaff, cancelTicket, refund, money, settle };
}

const statuses = (replies: readonly Reply[]) => [...new Set(replies.map(({ status }) => status))].sort();

describe('at the same moment', () => {
  test('buyer, staff and single tickets cancel the same booking: refunded once', async () => {
    const { buy, cancel, byStaff, cancelTicket, money, settle, office, show } = await open(3);
    const { held, bookingId } = await buy(3);
    const replies = await Promise.all([
      ...held.tickets.map(({ ticketId }) => cancelTicket(held, ticketId)),
      ...Array.from({ length: 10 }, () => cancel(held, bookingId)),
      ...Array.from({ length: 10 }, () => byStaff(bookingId)),
      ...held.tickets.map(({ ticketId }) => cancelTicket(held, ticketId)),
    ]);
    assert.deepEqual(statuses(replies), [200]);
    assert.equal(await money(bookingId), 7650);
    assert.equal((await office.availability(show.eventId)).availableCapacity, 3);
    await settle();
  });

  test('a cancelled place is sold to one of many, never to two', async () => {
    const { app, office, show, buy, cancel, settle } = await open(1);
    let owner = await buy();
    for (let round = 0; round < 5; round++) {
      let winners: Held[] = [];
      const hunt = async () => {
        const reply = await office.reserve({ eventId: show.eventId, quantity: 1 });
        if (reply.status === 201) winners.push(reply.body);
        else assert.equal(reply.status, 409, reply.text);
      };
      await Promise.all([
        ...Array.from({ length: 10 }, hunt),
        cancel(owner.held, owner.bookingId),
        ...Array.from({ length: 10 }, hunt),
      ]);
      while (winners.length === 0) await hunt();
      assert.equal(winners.length, 1);
      const bought = await office.pay(winners[0]!);
      assert.equal(bought.status, 201, bought.text);
      owner = { held: winners[0]!, bookingId: bought.body.bookingId };
      winners = [];
    }
    const rows = await app.database.query<{ status: string; count: number }>(
      'SELECT status, count(*) AS count FROM tickets WHERE event_id = $1 GROUP BY status ORDER BY status',
      [show.eventId],
    );
    assert.deepEqual(rows, [
      { status: 'Cancelled', count: 5 },
      { status: 'Sold', count: 1 },
    ]);
    await settle();
  });

  test('cancel against refund: never more than was paid', async () => {
    const { buy, cancel, refund, money, settle } = await open(20);
    for (let round = 0; round < 5; round++) {
      const { held, bookingId } = await buy(2);
      const replies = await Promise.all([
        refund(bookingId, { amount: 40 }),
        cancel(held, bookingId),
        refund(bookingId, {}),
        refund(bookingId, { amount: 12.34 }),
      ]);
      for (const { status, text } of replies) assert.ok([200, 201, 409].includes(status), text);
      assert.ok((await money(bookingId)) <= 5100);
      assert.equal((await cancel(held, bookingId)).body.status, 'cancelled');
      assert.equal(await money(bookingId), 5100);
    }
    await settle();
  });

  test('the same refund asked for fifty times: made once', async () => {
    const { buy, refund, money, settle } = await open(5);
    const { bookingId } = await buy(2);
    const replies = await Promise.all(Array.from({ length: 50 }, () => refund(bookingId, { amount: 30 })));
    assert.equal(replies.filter(({ status }) => status === 201).length, 1);
    assert.equal(await money(bookingId), 3000);
    await settle();
  });

  test('the cart changed during the checkout: what was paid for is what was held', async () => {
    const { office, show, settle } = await open(10);
    for (let round = 0; round < 5; round++) {
      const held = await office.hold({ eventId: show.eventId, quantity: 2 });
      const [bought, ...others] = await Promise.all([
        office.pay(held),
        office.release(held),
        office.renew(held),
        office.reserve({ eventId: show.eventId, quantity: 2 }, office.owner(held)),
        office.pay(held, { card: 'tok_declined' }),
      ]);
      for (const { status, text } of [bought, ...others]) assert.ok(status < 500, text);
      if (bought.status === 201) {
        assert.equal(bought.body.totalPrice, 51);
        assert.deepEqual(
          bought.body.tickets.map(({ ticketId }: { ticketId: string }) => ticketId).sort(),
          held.tickets.map(({ ticketId }) => ticketId).sort(),
        );
        await office.send('DELETE', `/api/bookings/${bought.body.bookingId}`, office.owner(held));
      }
      const second = others[2]!;
      if (second.status === 201) await office.release({ ...second.body, sessionToken: held.sessionToken });
    }
    await settle();
  });

  test('a show is called off while its buyers cancel and pay: each is refunded once', async () => {
    const { app, office, show, buy, cancel, money, settle } = await open(30);
    const sold = await Promise.all(Array.from({ length: 10 }, () => buy()));
    const paying = await Promise.all(
      Array.from({ length: 10 }, () => office.hold({ eventId: show.eventId, quantity: 1 })),
    );
    const replies = await Promise.all([
      ...paying.map((held) => office.pay(held)),
      office.send('PUT', `/api/events/${show.eventId}`, office.staff, { status: 'cancelled' }),
      ...sold.slice(0, 5).map(({ held, bookingId }) => cancel(held, bookingId)),
      app.runJobs(),
    ]);
    for (const reply of replies) if (reply) assert.ok(reply.status < 500, reply.text);
    for (let i = 0; i < 4; i++) await app.runJobs();
    const rows = await app.database.query<{ id: string; status: string }>(
      `SELECT booking_id AS id, status FROM bookings WHERE event_id = $1 AND transaction_id IS NOT NULL`,
      [show.eventId],
    );
    assert.ok(rows.length >= 10);
    for (const { id, status } of rows) assert.deepEqual([status, await money(id)], ['cancelled', 2550]);
    await settle();
  });
});
