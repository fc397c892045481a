import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { MyTicketAnswer } from '../../src/contract/booking.ts';
import { verifyRedis } from '../../src/features/verify/index.ts';
import { accountDesk } from '../support/account-desk.ts';
import { boxOffice } from '../support/box-office.ts';
import { twoProcessesOnRedis } from '../support/redis-of-app.ts';
import { until, withoutRedis } from '../support/redis-servers.ts';

const dayMs = 86_400_000;

/** Somebody with an account who buys in one process and reads in another. */
async function openScene() {
  const { server, here, there } = await twoProcessesOnRedis();
  const [office, elsewhere, desk] = [boxOffice(here), boxOffice(there), accountDesk(here)];
  const show = await office.show({ eventDate: new Date(here.clock.now() + 30 * dayMs).toISOString() });

  async function member(email: string) {
    const made = await desk.member(email);
    const headers = desk.bearer(made);
    const { body } = await office.send('GET', '/api/auth/me', headers);
    return {
      headers,
      name: `shop:event_tickets:${body.accountId ?? body.account?.accountId}`,
      password: made.password,
    };
  }

  async function buy(headers: Record<string, string>, customerName = 'Ana Abadia') {
    const contact = { customerEmail: 'ana@example.test', customerName };
    const reserved = await office.reserve({ eventId: show.eventId, quantity: 1, ...contact }, headers);
    assert.equal(reserved.status, 201, reserved.text);
    const payment = { provider: 'sandbox', token: 'tok_ok' };
    const { reservationId } = reserved.body;
    const bought = await office.send('POST', '/api/bookings', headers, { reservationId, payment });
    assert.equal(bought.status, 201, bought.text);
    return { bookingId: bought.body.bookingId as string, tickets: reserved.body.tickets as { ticketId: string }[] };
  }

  /** What the other process answers, and whether it had to read the tables for it. */
  async function read(headers: Record<string, string>, query = '') {
    const counts = there.core.platform.metrics.caches.myTickets;
    const before = counts.missed;
    const { status, text, body } = await elsewhere.send('GET', `/api/me/tickets${query}`, headers);
    assert.equal(status, 200, text);
    return { items: body.items, nextCursor: body.nextCursor, isRead: counts.missed > before };
  }

  const kept = (name: string) => server.command('get', name);
  async function untilKept(name: string): Promise<string> {
    await until(async () => (await kept(name)) !== '');
    return kept(name);
  }
  return { server, here, there, office, elsewhere, show, member, buy, read, kept, untilKept };
}

describe('the tickets of an account, kept in Redis', { skip: withoutRedis }, () => {
  test('lie under its id until the last show is over, as JSON, without a name or a code', async () => {
    const scene = await openScene();
    const { server, here, member, buy, read, untilKept } = scene;
    const ana = await member('ana@example.test');
    const { tickets } = await buy(ana.headers);
    const first = await read(ana.headers);
    const list = JSON.parse(await untilKept(ana.name));
    assert.deepEqual(
      list.tickets.map(({ ticketId }: { ticketId: string }) => ticketId),
      [tickets[0]!.ticketId],
    );
    const [{ code }] = first.items;
    assert.match(code, /\w{20}/);
    assert(!JSON.stringify(list).includes(code));
    assert.doesNotMatch(JSON.stringify(list), /Ana|example\.test/);
    const endsAt = Date.parse(list.tickets[0].endsAt ?? list.tickets[0].startsAt) - here.clock.now();
    const leftMs = Number(await server.command('pttl', ana.name));
    assert(Math.abs(endsAt - leftMs) < 60_000, `${leftMs} of ${endsAt}`);
    const second = await read(ana.headers);
    assert.deepEqual([first.isRead, second.isRead], [true, false]);
    assert.deepEqual(second.items, first.items);
  });

  test('are those of now although whoever changed them died before it could say so', async () => {
    const { server, office, here, show, member, buy, read, kept, untilKept } = await openScene();
    const ana = await member('ana@example.test');
    const first = await buy(ana.headers);
    await read(ana.headers);
    const change = (path: string, body: object) => office.send('PUT', path, here.staff, body);
    const { body: event } = await office.send('GET', `/api/events/${show.eventId}`, {});
    const [type] = event.ticketTypes;
    const typePath = `/api/events/${show.eventId}/ticket-types/${type.ticketTypeId}`;
    const steps: Record<
      string,
      [change: () => Promise<unknown>, seen: (items: MyTicketAnswer[]) => unknown, now: unknown]
    > = {
      'a purchase': [() => buy(ana.headers), (items) => items.length, 2],
      'a cancellation': [
        () => office.send('DELETE', `/api/bookings/${first.bookingId}`, ana.headers),
        (items) => items.filter(({ when }) => when === 'cancelled').map(({ bookingId }) => bookingId),
        [first.bookingId],
      ],
      'another title': [
        () => change(`/api/events/${show.eventId}`, { title: 'Another' }),
        (items) => items[0]?.event.title,
        'Another',
      ],
      'another venue': [
        () => change(`/api/venues/${event.venueId}`, { name: 'The Barn' }),
        (items) => items[0]?.event.venue,
        'The Barn',
      ],
      'another ticket type': [() => change(typePath, { name: 'Stalls' }), (items) => items[0]?.ticketType, 'Stalls'],
      'a show called off': [
        () => change(`/api/events/${show.eventId}`, { status: 'cancelled' }),
        (items) => items.every(({ when }) => when === 'cancelled'),
        true,
      ],
    };
    for (const [what, [make, seen, now]] of Object.entries(steps)) {
      const old = await untilKept(ana.name);
      await make();
      await server.command('set', ana.name, old, 'PX', '3600000');
      // What a service would be answered that compares nothing.
      assert.equal(await kept(ana.name), old);
      const { items, isRead } = await read(ana.headers);
      assert.deepEqual([seen(items), isRead], [now, true], what);
      assert.equal((await read(ana.headers)).isRead, false, what);
    }
  });

  test('are in pages what the tables say, and with a guest session besides, what that has as well', async () => {
    const { elsewhere, member, buy, read } = await openScene();
    const ana = await member('ana@example.test');
    for (let i = 0; i < 3; i++) await buy(ana.headers);
    const { body } = await elsewhere.send('POST', '/api/auth/guest', {});
    const both = { ...ana.headers, 'x-session-token': body.sessionToken };
    for (const query of ['?limit=2', '?when=upcoming&limit=2', '?when=past', '?when=cancelled']) {
      const [listed, plain] = [await read(ana.headers, query), await read(both, query)];
      assert.deepEqual([listed.items, listed.nextCursor], [plain.items, plain.nextCursor], query);
      if (listed.nextCursor === null) continue;
      const next = `${query}&cursor=${listed.nextCursor}`;
      assert.deepEqual((await read(ana.headers, next)).items, (await read(both, next)).items, next);
      assert.equal((await read(ana.headers, next)).items.length, 1);
    }
  });

  test('are nobody else’s, and end with the account', async () => {
    const { server, office, member, buy, read, kept, untilKept } = await openScene();
    const [ana, ben] = [await member('ana@example.test'), await member('ben@example.test')];
    await buy(ana.headers);
    await read(ana.headers);
    await server.command('set', ben.name, await untilKept(ana.name), 'PX', '3600000');
    assert.deepEqual((await read(ben.headers)).items, []);
    const erased = await office.send('POST', '/api/me/erase', ana.headers, { confirm: true, password: ana.password });
    assert.equal(erased.status, 200, erased.text);
    await until(async () => (await kept(ana.name)) === '');
  });

  test('are read from the tables while Redis is away', async () => {
    const { server, there, member, buy, read } = await openScene();
    const ana = await member('ana@example.test');
    await buy(ana.headers);
    await server.kill();
    await until(() => there.core.platform.redis.degraded().length > 0);
    await buy(ana.headers);
    assert.equal((await read(ana.headers)).items.length, 2);
    await server.restart();
    await until(() => there.core.platform.redis.degraded().length === 0);
    assert.equal((await read(ana.headers)).items.length, 2);
  });

  test('that are somebody else’s or disagree with the tables under a stamp of now are found by `onsale verify`', async () => {
    const { server, here, member, buy, read, untilKept } = await openScene();
    const [ana, ben] = [await member('ana@example.test'), await member('ben@example.test')];
    for (const { headers, name } of [ana, ben]) {
      await buy(headers);
      await read(headers);
      await untilKept(name);
    }
    const find = async () => {
      const wait = async () => {};
      const found = await verifyRedis(here.database.bypassingRls, here.core.platform.redis, { wait, measure: () => 0 });
      return found.find(({ name }) => name === 'kept-tickets-follow')!;
    };
    assert.equal((await find()).count, 0);
    const list = JSON.parse(await untilKept(ana.name));
    const write = (name: string, value: object) => server.command('set', name, JSON.stringify(value), 'PX', '600000');
    await write(ana.name, { ...list, tickets: [{ ...list.tickets[0], status: 'Cancelled' }] });
    await write(ben.name, list);
    const { count, examples } = await find();
    assert.equal(count, 2);
    assert.deepEqual(examples.map(({ foreign, wrong }) => [foreign, wrong]).sort(), [
      [0, 1],
      [1, 0],
    ]);
    await write(ana.name, { ...list, tickets: [] });
    await write(ben.name, { stamp: 'of old', tickets: [] });
    assert.deepEqual(
      (await find()).examples.map(({ missing }) => missing),
      [1],
    );
  });
});
