import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { useCodesAgain } from '../../src/features/booking/store/late-payment.ts';
import { accountDesk } from '../support/account-desk.ts';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, type Held, type Reply } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const brief = ({ status, body }: Reply) => (status < 300 ? String(status) : `${status} ${body.code}`);
const tally = (replies: readonly Reply[]) => {
  const counts: Record<string, number> = {};
  for (const reply of replies) counts[brief(reply)] = (counts[brief(reply)] ?? 0) + 1;
  return counts;
};

describe('how many tickets one customer may have', () => {
  let desk: TestApp;
  let office: BoxOffice;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
  });

  async function limited(limitPerCustomer: number, more: object = {}) {
    const ticketTypes = [{ name: 'Entry', price: 20, capacity: 200 }];
    const made = await office.show({ limitPerCustomer, ticketTypes, ...more });
    return { eventId: made.eventId as number, ticketTypeId: made.ticketTypes[0].ticketTypeId as number };
  }
  /** The same database, in a process that knows nothing yet. */
  async function restarted() {
    await desk.core.drain();
    const again = await startTestApp({ database: desk.database });
    again.clock.advance(desk.clock.now() - again.clock.now());
    return { desk: again, office: boxOffice(again) };
  }
  const mailOf = (customerEmail: string) => ({ customerEmail });

  test(
    'a hundred requests of one customer at once never get one too many, also after a restart',
    needs('clock', 'database', 'process'),
    async () => {
      const show = await limited(4);
      const first = await office.hold({ ...show, quantity: 1 });
      const mine = office.owner(first);
      const rush = await Promise.all(Array.from({ length: 100 }, () => office.reserve({ ...show, quantity: 1 }, mine)));
      assert.deepEqual(tally(rush), { 201: 3, '409 LIMIT_PER_CUSTOMER': 97 });
      const got = rush
        .filter(({ status }) => status === 201)
        .map(({ body }) => ({ ...body, ...first, ...body }) as Held);
      const held = got.map((one) => ({ ...one, sessionToken: first.sessionToken }));
      const paid = await Promise.all(held.slice(0, 2).map((one) => office.pay(one, mailOf('rush@limits.test'))));
      assert.deepEqual(tally(paid), { 201: 2 });
      assert.equal(brief(await office.reserve({ ...show, quantity: 1 }, mine)), '409 LIMIT_PER_CUSTOMER');

      const { office: later } = await restarted();
      const after = await Promise.all(Array.from({ length: 100 }, () => later.reserve({ ...show, quantity: 1 }, mine)));
      assert.deepEqual(tally(after), { '409 LIMIT_PER_CUSTOMER': 100 }, 'two bought, two held');
      await later.release({ ...first, sessionToken: first.sessionToken });
      const freed = await Promise.all(Array.from({ length: 50 }, () => later.reserve({ ...show, quantity: 1 }, mine)));
      assert.deepEqual(tally(freed), { 201: 1, '409 LIMIT_PER_CUSTOMER': 49 });
      await later.assertSound();
    },
  );

  test(
    'a mail address counts what was bought with it, whatever it looks like and whoever holds',
    needs('clock', 'database', 'process'),
    async () => {
      const show = await limited(3);
      const spellings = ['ada.l@gmail.com', 'Ada.L+show@googlemail.com', 'аdal@gmail.com'];
      for (const [i, spelling] of spellings.entries()) {
        const held = await office.hold({ ...show, quantity: 1 });
        assert.equal((await office.pay(held, mailOf(spelling))).status, 201, `${i}`);
      }
      const stranger = await office.hold({ ...show, quantity: 1 });
      assert.equal(brief(await office.pay(stranger, mailOf('adal@gmail.com'))), '409 LIMIT_PER_CUSTOMER');
      assert.equal(
        brief(await office.reserve({ ...show, quantity: 1, ...mailOf('a.dal@gmail.com') })),
        '409 LIMIT_PER_CUSTOMER',
      );
      assert.equal((await office.pay(stranger, mailOf('bob@limits.test'))).status, 201, 'the hold is still there');

      const { office: later } = await restarted();
      const next = await later.hold({ ...show, quantity: 1 });
      assert.equal(brief(await later.pay(next, mailOf('ada.l@gmail.com'))), '409 LIMIT_PER_CUSTOMER');
      assert.equal((await later.pay(next, mailOf('cyd@limits.test'))).status, 201);
      await later.assertSound();
    },
  );

  test('where a limit per customer counts, nobody buys without an account or a mail address', async () => {
    const show = await limited(2);
    const held = await office.hold({ ...show, quantity: 2 });
    assert.equal(brief(await office.pay(held)), '400 MAIL_OR_ACCOUNT_NEEDED');
    assert.equal(brief(await office.pay(held, { customerName: 'Ada' })), '400 MAIL_OR_ACCOUNT_NEEDED');
    // The same hold, and the same key: nothing was refused for good.
    assert.equal(brief(await office.pay(held, { key: 'once', ...mailOf('new@limits.test') })), '201');
    const named = await office.hold({ ...show, quantity: 1, ...mailOf('reserve@limits.test') });
    assert.equal(brief(await office.pay(named)), '201', 'the address of the reservation will do');
    const accounts = accountDesk(desk);
    const account = accounts.bearer(await accounts.member('known@limits.test'));
    const mine = await office.reserve({ ...show, quantity: 1 }, account);
    const bought = await office.send('POST', '/api/tickets/purchase', account, {
      reservationId: mine.body.reservationId,
      payment: { token: 'tok_ok' },
    });
    assert.equal(brief(bought), '201');
  });

  test('nor with a code that counts its customers; at the counter staff sell to whom they see', async () => {
    const { eventId, ticketTypeId } = await limited(50, { limitPerCustomer: null });
    const code = { code: 'ONCE', percentOff: 10, maxUsesPerCustomer: 1 };
    const made = await office.send('POST', `/api/events/${eventId}/promo-codes`, office.staff, code);
    assert.equal(made.status, 201, made.text);
    const withCode = await office.hold({ eventId, ticketTypeId, quantity: 1, promoCode: 'ONCE' });
    assert.equal(brief(await office.pay(withCode)), '400 MAIL_OR_ACCOUNT_NEEDED');
    assert.equal(brief(await office.pay(withCode, mailOf('coder@limits.test'))), '201');
    const without = await office.hold({ eventId, ticketTypeId, quantity: 1 });
    assert.equal(brief(await office.pay(without)), '201', 'without the code nothing is counted');
    const counter = await office.hold({ eventId, ticketTypeId, quantity: 1, promoCode: 'ONCE' });
    const key = await office.keyWith('payments');
    const sold = await office.send('POST', '/api/tickets/purchase', key, {
      reservationId: counter.reservationId,
      paymentReference: 'till-1',
    });
    assert.equal(brief(sold), '201');
  });

  test('holds with somebody else’s address use up nothing of theirs', async () => {
    const show = await limited(2);
    for (let i = 0; i < 5; i++) await office.hold({ ...show, quantity: 2, ...mailOf('victim@limits.test') });
    const theirs = await office.hold({ ...show, quantity: 2 });
    assert.equal((await office.pay(theirs, mailOf('victim@limits.test'))).status, 201);
  });

  test('payments of one address at once never buy one too many', async () => {
    const show = await limited(3);
    const holds: Held[] = [];
    for (let i = 0; i < 12; i++) holds.push(await office.hold({ ...show, quantity: 1 }));
    const paid = await Promise.all(holds.map((held) => office.pay(held, mailOf('eve@limits.test'))));
    assert.deepEqual(tally(paid), { 201: 3, '409 LIMIT_PER_CUSTOMER': 9 });
    const declined = await office.hold({ ...show, quantity: 1 });
    assert.equal((await office.pay(declined, { card: 'tok_declined', ...mailOf('fay@limits.test') })).status, 402);
    const three = await office.hold({ ...show, quantity: 3 });
    assert.equal(
      (await office.pay(three, mailOf('fay@limits.test'))).status,
      201,
      'a declined card counts for nothing',
    );
  });

  test(
    'an account counts in every session, and owns what its session held',
    needs('clock', 'database', 'process'),
    async () => {
      const show = await limited(2);
      const accounts = accountDesk(desk);
      const ann = accounts.bearer(await accounts.member('ann@limits.test'));
      const signedIn = await office.reserve({ ...show, quantity: 1 }, ann);
      assert.equal(signedIn.status, 201, signedIn.text);
      assert.equal('sessionToken' in signedIn.body, false, 'the account is enough');
      const guest = await office.hold({ ...show, quantity: 1 });
      const both = { ...ann, ...office.owner(guest) };
      assert.equal(brief(await office.reserve({ ...show, quantity: 2 }, both)), '409 LIMIT_PER_CUSTOMER');
      const look = (id: string, headers: Record<string, string>) =>
        office.send('GET', `/api/tickets/reservation/${id}`, headers);
      assert.equal((await look(signedIn.body.reservationId, ann)).status, 200);
      assert.equal((await look(signedIn.body.reservationId, both)).status, 200);
      assert.equal(brief(await look(guest.reservationId, ann)), '404 RESERVATION_UNKNOWN');
      assert.equal(brief(await look(signedIn.body.reservationId, office.owner(guest))), '404 RESERVATION_UNKNOWN');
      const pay = (id: string, headers: Record<string, string>) =>
        office.send('POST', '/api/tickets/purchase', headers, { reservationId: id, payment: { token: 'tok_ok' } });
      const bought = await pay(guest.reservationId, both);
      assert.equal(bought.status, 201, bought.text);
      assert.equal(
        (await office.send('GET', `/api/bookings/${bought.body.bookingId}`, ann)).status,
        200,
        'the account’s',
      );
      assert.equal((await pay(signedIn.body.reservationId, ann)).status, 201);
      const other = await office.hold({ ...show, quantity: 1 });
      assert.equal(
        brief(await pay(other.reservationId, { ...ann, ...office.owner(other) })),
        '409 LIMIT_PER_CUSTOMER',
        'a fresh session does not help',
      );
      const { desk: later, office: again } = await restarted();
      const annLater = accountDesk(later).bearer(
        (await accountDesk(later).login('ann@limits.test', 'trois petits cochons')).body,
      );
      assert.equal(brief(await again.reserve({ ...show, quantity: 1 }, annLater)), '409 LIMIT_PER_CUSTOMER');
      const asGuest = await again.hold({ ...show, quantity: 1 });
      assert.equal(
        brief(await again.pay(asGuest, mailOf('ann@limits.test'))),
        '409 LIMIT_PER_CUSTOMER',
        'nor does a guest',
      );
      await again.assertSound();
    },
  );

  test('a limit that comes later counts what was bought before, and a cancelled ticket counts no longer', async () => {
    const show = await limited(10);
    const held = await office.hold({ ...show, quantity: 2 });
    const mine = office.owner(held);
    const paid = await office.pay(held, mailOf('later@limits.test'));
    await office.send('PUT', `/api/events/${show.eventId}`, office.staff, { limitPerCustomer: null });
    const more = await office.reserve({ ...show, quantity: 1 }, mine);
    assert.equal((await office.pay({ ...more.body, sessionToken: held.sessionToken })).status, 201);
    await office.send('PUT', `/api/events/${show.eventId}`, office.staff, { limitPerCustomer: 3 });
    assert.equal(brief(await office.reserve({ ...show, quantity: 1 }, mine)), '409 LIMIT_PER_CUSTOMER');
    const cancelled = await office.send('DELETE', `/api/bookings/${paid.body.bookingId}`, mine);
    assert.equal(cancelled.status, 200, cancelled.text);
    assert.deepEqual(
      tally(await Promise.all(Array.from({ length: 5 }, () => office.reserve({ ...show, quantity: 1 }, mine)))),
      { 201: 2, '409 LIMIT_PER_CUSTOMER': 3 },
    );
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await desk.runJobs();
    await office.assertSound();
  });
});

describe('a code under attack', () => {
  let desk: TestApp;
  let office: BoxOffice;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
  });

  async function coded(body: object) {
    const made = await office.show({ ticketTypes: [{ name: 'Entry', price: 20, capacity: 200 }] });
    const { eventId } = made;
    const code = await office.send('POST', `/api/events/${eventId}/promo-codes`, office.staff, {
      code: 'ONCE',
      percentOff: 50,
      ...body,
    });
    assert.equal(code.status, 201, code.text);
    const { ticketTypeId } = made.ticketTypes[0];
    return { show: { eventId, ticketTypeId, quantity: 1, promoCode: 'ONCE' } as const, codeId: code.body.promoCodeId };
  }

  test('redeemed by a hundred at once it is used as often as it may be', async () => {
    const { show, codeId } = await coded({ maxUses: 5 });
    // Where others guess codes too, their network is not this one.
    const network = { 'x-forwarded-for': '203.0.113.77' };
    const rush = await Promise.all(Array.from({ length: 100 }, () => office.reserve(show, network)));
    assert.deepEqual(tally(rush), { 201: 5, '409 PROMO_CODE_USED_UP': 95 });
    const held = rush.filter(({ status }) => status === 201).map(({ body }) => body as Held);
    const paid = await Promise.all(held.map((one) => office.pay(one)));
    assert.deepEqual(tally(paid), { 201: 5 });
    const seen = await office.send('GET', `/api/promo-codes/${codeId}`, office.staff);
    assert.equal(seen.body.uses, 5);
    const lower = await office.send('PUT', `/api/promo-codes/${codeId}`, office.staff, { maxUses: 4 });
    assert.equal(brief(lower), '409 USES_BELOW_USED');
  });

  test('one customer uses it once, whatever sessions and spellings of an address', async () => {
    const { show } = await coded({ maxUsesPerCustomer: 1 });
    const first = await office.hold(show);
    assert.equal(brief(await office.reserve(show, office.owner(first))), '409 PROMO_CODE_LIMIT');
    assert.equal((await office.pay(first, { customerEmail: 'ada@limits.test' })).status, 201);
    const other = await office.hold(show);
    assert.equal(brief(await office.pay(other, { customerEmail: 'A.D.A+x@limits.test' })), '409 PROMO_CODE_LIMIT');
    assert.equal((await office.pay(other, { customerEmail: 'bob@limits.test' })).status, 201);
  });

  test('a cancelled booking gives its use back', async () => {
    const { show } = await coded({ maxUses: 1 });
    const held = await office.hold(show);
    const paid = await office.pay(held);
    assert.equal(brief(await office.reserve(show)), '409 PROMO_CODE_USED_UP');
    await office.send('DELETE', `/api/bookings/${paid.body.bookingId}`, office.owner(held));
    assert.equal(brief(await office.reserve(show)), '201');
  });

  test(
    'a ledger that lost everything cannot sell a use twice: the database refuses it',
    needs('database', 'process'),
    async () => {
      const { show, codeId } = await coded({ maxUses: 2 });
      // Two processes that know nothing of each other's holds: each believes in both uses.
      const twin = await startTestApp({ database: desk.database });
      const there = boxOffice(twin);
      const holds = [await office.hold(show), await office.hold(show)];
      const twins = [await there.hold(show), await there.hold(show)];
      const paid = [
        ...(await Promise.all(holds.map((held) => office.pay(held)))),
        ...(await Promise.all(twins.map((held) => there.pay(held)))),
      ];
      const won = paid.filter(({ status }) => status === 201).length;
      assert.equal(won, 2, JSON.stringify(tally(paid)));
      const rows = await desk.database.query(
        'SELECT FROM promo_code_uses WHERE promo_code_id = $1 AND NOT given_back',
        [codeId],
      );
      assert.equal(rows.length, 2);
      await office.assertSound();
    },
  );

  test('raw SQL cannot use it more often either, nor move a use', needs('database'), async () => {
    const { show, codeId } = await coded({ maxUses: 1, maxUsesPerCustomer: 1 });
    const { database } = desk;
    const use = (customer: string) =>
      database.query(
        `INSERT INTO promo_code_uses (promo_code_id, booking_id, organizer_id, event_id, customer)
         VALUES ($1, gen_random_uuid(), 1, $2, $3)`,
        [codeId, show.eventId, customer],
      );
    const race = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => use(`guest-${i}`)));
    assert.equal(race.filter(({ status }) => status === 'fulfilled').length, 1);
    await assert.rejects(use('another'), /promo_code_uses_max|used up/);
    await assert.rejects(
      database.query('UPDATE promo_code_uses SET booking_id = gen_random_uuid() WHERE promo_code_id = $1', [codeId]),
      /stays as it is/,
    );
    await database.query('UPDATE promo_code_uses SET given_back = true WHERE promo_code_id = $1', [codeId]);
    await use('guest-0');
    await assert.rejects(use('guest-0'), /used up/);
    // A payment that comes late takes its use anew, if there is one.
    const [late] = await database.query<{ bookingId: string }>(
      'SELECT booking_id AS "bookingId" FROM promo_code_uses WHERE promo_code_id = $1 AND given_back',
      [codeId],
    );
    await assert.rejects(database.query(useCodesAgain, [late!.bookingId]), /used up/);
    await database.query('UPDATE promo_code_uses SET given_back = true WHERE promo_code_id = $1', [codeId]);
    await database.query(useCodesAgain, [late!.bookingId]);
    assert.equal((await office.send('GET', `/api/promo-codes/${codeId}`, office.staff)).body.uses, 1);
    await database.query('DELETE FROM promo_code_uses WHERE promo_code_id = $1', [codeId]);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await desk.runJobs();
    await office.assertSound();
  });
});
