import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, goesBack } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { mailedOrder } from '../support/order-address.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

const policy = { hoursBefore: 24, feePercent: 10, feePerTicket: 1 };

async function buy(show: { eventId: number }, more: { customerEmail: string; [more: string]: unknown }) {
  const held = await office.hold({ eventId: show.eventId, ...more });
  const bought = await office.pay(held);
  assert.equal(bought.status, 201, bought.text);
  const bookingId = bought.body.bookingId as string;
  const tickets = bought.body.tickets as { ticketId: string; rate: string }[];
  const link = await mailedOrder(app, more.customerEmail);
  return { link, tickets, owner: office.owner(held), path: `/api/bookings/${bookingId}` };
}

describe('what comes back, asked before it is given back', () => {
  test('says for a ticket, and for all, what the cancellation then does, and changes nothing', async () => {
    const show = await office.show({
      cancellation: { allowed: true, ...policy },
      ticketTypes: [{ name: 'E', price: 20, capacity: 5 }],
    });
    const { path, link, tickets, owner } = await buy(show, { quantity: 3, customerEmail: 'three@example.org' });
    const before = (await office.send('GET', path, owner)).body;
    const one = [tickets[1]!.ticketId];
    const preview = await office.send('POST', `${path}/cancellation`, owner, { ticketIds: one });
    assert.equal(preview.status, 200, preview.text);
    const { tickets: named, isWhole, amount, kept, currency, until } = preview.body;
    assert.deepEqual(
      named.map(({ ticketId, paid }: { ticketId: string; paid: number }) => [ticketId, paid]),
      [[one[0], 20]],
    );
    assert.deepEqual([isWhole, amount, kept, currency], [false, 17, 3, before.currency]);
    assert.equal(Date.parse(until), Date.parse(before.show.startsAt) - 24 * 3_600_000);
    assert.deepEqual((await office.send('GET', path, owner)).body, before);

    const byLink = await office.send('POST', `${link}/cancellation`, {}, { ticketIds: one });
    assert.deepEqual(byLink.body, preview.body);
    const done = await office.send('POST', `${link}/cancel`, {}, { ticketIds: one });
    assert.equal(done.status, 200, done.text);
    assert.equal(goesBack(done.body), amount);
    assert.deepEqual(
      done.body.tickets.map(({ status }: { status: string }) => status),
      ['Sold', 'Cancelled', 'Sold'],
    );

    const rest = (await office.send('POST', `${path}/cancellation`, owner)).body;
    assert.deepEqual([rest.tickets.length, rest.isWhole, rest.amount, rest.kept], [2, true, 34, 6]);
    const whole = await office.send('POST', `${path}/cancel`, owner);
    assert.deepEqual([whole.status, goesBack(whole.body)], [200, 51]);
    assert.match(whole.body.status, /^(cancelled|refunded)$/);
    const nothing = (await office.send('POST', `${link}/cancellation`, {})).body;
    assert.deepEqual([nothing.tickets, nothing.isWhole, nothing.amount, nothing.kept], [[], true, 0, 0]);
  });

  test('is refused as the cancellation would be', needs('clock'), async () => {
    const rates = [
      { name: 'Adult', price: 10 },
      { name: 'Child', price: 1, onlyWith: 'Adult' },
    ];
    const startsAt = new Date(app.clock.now() + 48 * 3_600_000).toISOString();
    const ticketTypes = [{ name: 'Entry', rates, capacity: 20 }];
    const show = await office.show({ cancellation: { allowed: true, ...policy }, eventDate: startsAt, ticketTypes });
    const { ticketTypeId } = show.ticketTypes[0];
    const items = ['Adult', 'Child'].map((rate) => ({ ticketTypeId, quantity: 1, rate }));
    const { link, tickets, owner, path } = await buy(show, { items, customerEmail: 'family@example.org' });
    const ask = async (ticketIds: string[]) => {
      const [own, byLink] = [
        await office.send('POST', `${path}/cancellation`, owner, { ticketIds }),
        await office.send('POST', `${link}/cancellation`, {}, { ticketIds }),
      ];
      assert.equal(own.body.code, byLink.body.code);
      return [own.status, own.body.code, own.body.tickets?.length];
    };
    const adult = tickets.find(({ rate }) => rate === 'Adult')!.ticketId;
    assert.deepEqual(await ask([adult]), [409, 'CANCELLATION_BREAKS_RATE', 1]);
    const alone = await office.send('POST', `${link}/cancel`, {}, { ticketIds: [adult] });
    assert.deepEqual([alone.status, alone.body.code], [409, 'CANCELLATION_BREAKS_RATE']);
    assert.deepEqual(await ask(tickets.map(({ ticketId }) => ticketId)), [200, undefined, 2]);
    assert.deepEqual(await ask([crypto.randomUUID()]), [404, 'TICKET_UNKNOWN', undefined]);
    const foreign = await office.send('POST', `${path}/cancellation`, {}, {});
    assert.deepEqual([foreign.status, foreign.body.code], [404, 'BOOKING_UNKNOWN']);
    const noLink = await office.send('POST', `${link.slice(0, -3)}abc/cancellation`, {}, {});
    assert.deepEqual([noLink.status, noLink.body.code], [404, 'ORDER_LINK_UNKNOWN']);
    for (const body of [{ ticketIds: [] }, { ticketIds: ['x'] }, { refund: 'none' }, { reason: 'no' }]) {
      assert.equal((await office.send('POST', `${link}/cancellation`, {}, body)).status, 400, JSON.stringify(body));
    }
    const bold = await office.send('POST', `${path}/cancellation`, owner, { refund: 'full' });
    assert.deepEqual([bold.status, bold.body.code], [403, 'SCOPE_MISSING']);
    app.clock.advance(25 * 3_600_000);
    assert.deepEqual((await ask([adult])).slice(0, 2), [409, 'CANCELLATION_TOO_LATE']);

    const staff = await office.send('POST', `${path}/cancellation`, office.staff, { ticketIds: [adult] });
    assert.deepEqual([staff.status, staff.body.amount, staff.body.kept, staff.body.until], [200, 10, 0, null]);
    const none = { ticketIds: [adult], refund: 'none' };
    const keeping = await office.send('POST', `${path}/cancellation`, office.staff, none);
    assert.deepEqual([keeping.body.amount, keeping.body.kept], [0, 10]);
  });
});
