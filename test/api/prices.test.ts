import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, type Held, type Reply } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const brief = ({ status, body }: Reply) => (status < 300 ? String(status) : `${status} ${body.code}`);

describe('what buyers pay', () => {
  let desk: TestApp;
  let office: BoxOffice;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
  });

  const codesOf = (eventId: number, kind = 'promo') => `/api/events/${eventId}/${kind}-codes`;
  async function code(eventId: number, body: object, kind = 'promo') {
    const made = await office.send('POST', codesOf(eventId, kind), office.staff, body);
    assert.equal(made.status, 201, made.text);
    return made.body;
  }
  async function show(more: object = {}) {
    const made = await office.show({ ticketTypes: [{ name: 'Entry', price: 20, capacity: 60 }], ...more });
    return { eventId: made.eventId as number, ticketTypeId: made.ticketTypes[0].ticketTypeId as number };
  }

  test(
    'the breakdown says how the total came about, in the reservation, the purchase and the booking',
    needs('database'),
    async () => {
      const { eventId, ticketTypeId } = await show({
        serviceFee: { perTicket: 1.5 },
        tax: { name: 'IVA', percent: 21, included: false },
      });
      await code(eventId, { code: 'tenOff', percentOff: 10 });
      const held = await office.hold({ eventId, ticketTypeId, quantity: 2, promoCode: ' TENOFF ' });
      const breakdown = {
        tickets: 40,
        discount: 4,
        serviceFee: 3,
        serviceFeePaidBy: 'buyer',
        net: 39,
        tax: 8.19,
        taxName: 'IVA',
        taxPercent: 21,
        taxIncluded: false,
        total: 47.19,
        promoCode: 'TENOFF',
      };
      const look = await office.look(held);
      assert.deepEqual(look.body.priceBreakdown, breakdown);
      assert.equal(look.body.totalPrice, 47.19);
      const paid = await office.pay(held);
      assert.equal(paid.status, 201, paid.text);
      assert.deepEqual([paid.body.totalPrice, paid.body.priceBreakdown], [47.19, breakdown]);
      assert.deepEqual(
        paid.body.tickets.map(({ price }: { price: number }) => price),
        [20, 20],
      );
      const booking = await office.send('GET', `/api/bookings/${paid.body.bookingId}`, office.owner(held));
      assert.deepEqual(booking.body.priceBreakdown, breakdown);
      const [payment] = await desk.database.query('SELECT amount_minor FROM payments WHERE booking_id = $1', [
        paid.body.bookingId,
      ]);
      assert.deepEqual(payment, { amount_minor: 4719 });
      await desk.runJobs();
      await office.assertSound();
    },
  );

  test('an event shows its fee and tax, and they can be changed and taken away', async () => {
    const { eventId } = await show({ serviceFee: { percent: 5, paidBy: 'organizer' }, tax: { percent: 7 } });
    const put = (body: object) => office.send('PUT', `/api/events/${eventId}`, office.staff, body);
    const first = await office.send('GET', `/api/events/${eventId}`, {});
    assert.deepEqual(
      [first.body.serviceFee, first.body.tax],
      [
        { perTicket: null, percent: 5, paidBy: 'organizer' },
        { name: null, percent: 7, included: true },
      ],
    );
    const again = await put(first.body);
    assert.deepEqual([again.status, again.body.version], [200, first.body.version], 'sent back unchanged');
    const changed = await put({ serviceFee: { perTicket: 0.99 }, tax: null });
    assert.deepEqual(
      [changed.body.serviceFee, changed.body.tax],
      [{ perTicket: 0.99, percent: null, paidBy: 'buyer' }, null],
    );
    for (const [body, refusal] of [
      [{ serviceFee: {} }, '400 FEE_UNCLEAR'],
      [{ serviceFee: { percent: 1, perTicket: 1 } }, '400 FEE_UNCLEAR'],
      [{ serviceFee: { perTicket: 0.001 } }, '400 TOO_MANY_DECIMALS'],
      [{ tax: { percent: 1.00001 } }, '400 PERCENT_INVALID'],
      [{ tax: { percent: 101 } }, '400 VALIDATION_FAILED'],
    ] as const) {
      assert.equal(brief(await put(body)), refusal, JSON.stringify(body));
    }
  });

  test('in another currency the amounts stay the same decimals, or are refused', async () => {
    const { eventId } = await show({ serviceFee: { perTicket: 2 } });
    const made = await code(eventId, { code: 'FIVE', amountOff: 5 });
    const put = (body: object) => office.send('PUT', `/api/events/${eventId}`, office.staff, body);
    const yen = await put({ currency: 'JPY' });
    assert.deepEqual([yen.status, yen.body.serviceFee.perTicket], [200, 2], yen.text);
    const one = `/api/promo-codes/${made.promoCodeId}`;
    const seen = await office.send('GET', one, office.staff);
    assert.deepEqual([seen.body.amountOff, seen.body.currency], [5, 'JPY']);
    const { ticketTypeId } = yen.body.ticketTypes[0];
    const held = await office.hold({ eventId, ticketTypeId, quantity: 1, promoCode: 'FIVE' });
    assert.equal((await office.look(held)).body.totalPrice, 17);
    assert.equal((await put({ currency: 'EUR' })).status, 200);
    await office.send('PUT', one, office.staff, { amountOff: 0.5 });
    assert.equal(brief(await put({ currency: 'JPY' })), '400 TOO_MANY_DECIMALS');
  });

  test('a code for the whole price needs no payment', async () => {
    const { eventId, ticketTypeId } = await show({ serviceFee: { perTicket: 2 } });
    await code(eventId, { code: 'FREE', percentOff: 100 });
    const held = await office.hold({ eventId, ticketTypeId, quantity: 2, promoCode: 'FREE' });
    const paid = await office.send('POST', '/api/tickets/purchase', office.owner(held), {
      reservationId: held.reservationId,
    });
    assert.deepEqual([paid.status, paid.body.totalPrice, paid.body.status], [201, 0, 'completed']);
  });

  test('codes of no event, of another event and of another organiser are unknown alike', async () => {
    const { eventId, ticketTypeId } = await show();
    const other = await show();
    await code(other.eventId, { code: 'OTHERS', percentOff: 50 });
    await code(eventId, { code: 'FANS' }, 'access');
    const reserve = (more: object) => office.reserve({ eventId, ticketTypeId, quantity: 1, ...more });
    for (const promoCode of ['NEVER', 'OTHERS', 'FANS', '☃', 'a b'])
      assert.equal(brief(await reserve({ promoCode })), '404 PROMO_CODE_UNKNOWN', promoCode);
    assert.equal(brief(await reserve({ accessCode: 'NEVER' })), '404 ACCESS_CODE_UNKNOWN');
    assert.equal(brief(await reserve({ promoCode: '' })), '400 VALIDATION_FAILED');
    await office.hasFree(eventId, 60);
  });

  test(
    'a code has its window, its types and its number of uses, and gives them back with the hold',
    needs('clock', 'database'),
    async () => {
      const made = await office.show({
        ticketTypes: [
          { name: 'Stalls', price: 30, capacity: 20 },
          { name: 'Balcony', price: 20, capacity: 20 },
        ],
      });
      const { eventId } = made;
      const [stalls, balcony] = made.ticketTypes.map((type: { ticketTypeId: number }) => type.ticketTypeId);
      const promo = await code(eventId, {
        code: 'TWICE',
        amountOff: 5,
        ticketTypeIds: [stalls],
        validFrom: '2027-01-15T13:00:00Z',
        validUntil: '2027-01-15T14:00:00Z',
        maxUses: 2,
      });
      const reserve = (ticketTypeId: number) =>
        office.reserve({ eventId, ticketTypeId, quantity: 1, promoCode: 'TWICE' });
      assert.equal(brief(await reserve(stalls)), '409 PROMO_CODE_NOT_VALID');
      desk.clock.advance(3_600_000);
      assert.equal(brief(await reserve(balcony)), '409 PROMO_CODE_NOT_APPLICABLE');
      const first = await reserve(stalls);
      assert.equal(first.body.totalPrice, 25);
      const second = await reserve(stalls);
      const third = await reserve(stalls);
      assert.deepEqual([brief(third), third.body.held], ['409 PROMO_CODE_USED_UP', 2]);
      await office.release(first.body as Held);
      const fourth = await reserve(stalls);
      assert.equal(brief(fourth), '201', 'given back with the hold');
      assert.equal((await office.pay(fourth.body as Held)).status, 201);
      desk.clock.advance(15 * 60_000);
      const fifth = await reserve(stalls);
      assert.equal(brief(fifth), '201', `given back as ${second.body.reservationId} expired`);
      assert.equal((await office.pay(fifth.body as Held, { card: 'tok_declined' })).status, 402);
      assert.equal(brief(await reserve(stalls)), '409 PROMO_CODE_USED_UP', 'the declined hold is still there');
      assert.equal((await office.pay(fifth.body as Held)).status, 201);
      const used = await office.send('GET', `/api/promo-codes/${promo.promoCodeId}`, office.staff);
      assert.deepEqual([used.body.uses, used.body.maxUses], [2, 2]);
      desk.clock.advance(45 * 60_000);
      assert.equal(brief(await reserve(stalls)), '409 PROMO_CODE_NOT_VALID', 'over');
      desk.clock.advance(-2 * 3_600_000);
      await office.assertSound();
    },
  );

  test('staff make, list, change and take back codes; a code that is made up cannot be guessed', async () => {
    const { eventId, ticketTypeId } = await show();
    const made = await code(eventId, { percentOff: 12.5, note: 'for the press' });
    assert.match(made.code, /^[2-9A-HJ-NP-Z]{16}$/);
    assert.deepEqual([made.percentOff, made.amountOff, made.note, made.uses], [12.5, null, 'for the press', 0]);
    const one = `/api/promo-codes/${made.promoCodeId}`;
    const changed = await office.send('PUT', one, office.staff, { code: 'press', percentOff: null, amountOff: 3 });
    assert.deepEqual(
      [changed.body.code, changed.body.percentOff, changed.body.amountOff, changed.body.version],
      ['PRESS', null, 3, 2],
    );
    for (let i = 0; i < 3; i++) await code(eventId, { code: `GUEST-${i}`, percentOff: 100 });
    const page = await office.send('GET', `${codesOf(eventId)}?limit=3`, office.staff);
    assert.equal(page.body.items.length, 3);
    const rest = await office.send('GET', `${codesOf(eventId)}?limit=3&cursor=${page.body.nextCursor}`, office.staff);
    assert.deepEqual([rest.body.items.length, rest.body.nextCursor], [1, null]);
    assert.equal((await office.send('DELETE', one, office.staff)).status, 200);
    assert.equal(
      brief(await office.reserve({ eventId, ticketTypeId, quantity: 1, promoCode: 'PRESS' })),
      '404 PROMO_CODE_UNKNOWN',
    );
    assert.equal(brief(await office.send('DELETE', one, office.staff)), '404 CODE_NOT_FOUND');
    assert.equal((await code(eventId, { code: 'PRESS', percentOff: 1 })).code, 'PRESS', 'the spelling is free again');
    for (const [body, refusal] of [
      [{ code: 'PRESS', percentOff: 5 }, '409 CODE_TAKEN'],
      [{ code: 'x y', percentOff: 5 }, '400 CODE_INVALID'],
      [{ code: 'NONE' }, '400 DISCOUNT_UNCLEAR'],
      [{ code: 'BOTH', percentOff: 5, amountOff: 5 }, '400 DISCOUNT_UNCLEAR'],
      [{ code: 'FINE', amountOff: 0.001 }, '400 TOO_MANY_DECIMALS'],
      [{ code: 'FINE', percentOff: 0 }, '400 VALIDATION_FAILED'],
      [{ code: 'TYPE', percentOff: 5, ticketTypeIds: [999_999] }, '400 TICKET_TYPE_FOREIGN'],
      [
        { code: 'WHEN', percentOff: 5, validFrom: '2027-02-01T00:00:00Z', validUntil: '2027-01-01T00:00:00Z' },
        '400 DATES_CONTRADICT',
      ],
      [{ code: 'MORE', percentOff: 5, surprise: 1 }, '400 VALIDATION_FAILED'],
    ] as const) {
      assert.equal(
        brief(await office.send('POST', codesOf(eventId), office.staff, body)),
        refusal,
        JSON.stringify(body),
      );
    }
    assert.equal((await office.send('POST', codesOf(eventId), {}, { percentOff: 5 })).status, 401);
    assert.equal((await office.send('GET', codesOf(eventId), {})).status, 401);
    assert.equal(brief(await office.send('GET', codesOf(999_999), office.staff)), '404 EVENT_NOT_FOUND');
    const tickets = await office.keyWith('tickets');
    assert.equal(brief(await office.send('POST', codesOf(eventId), tickets, { percentOff: 5 })), '403 SCOPE_MISSING');
  });

  test('a hidden type is unknown to who does not name a code that unlocks it', async () => {
    const made = await office.show({
      ticketTypes: [
        { name: 'Entry', price: 30, capacity: 20 },
        { name: 'Friends', price: 20, capacity: 20, isHidden: true },
      ],
    });
    const { eventId } = made;
    assert.equal(made.ticketTypes[1].isHidden, true);
    const friends = made.ticketTypes[1].ticketTypeId;
    const page = await office.send('GET', `/api/events/${eventId}`, {});
    assert.deepEqual(
      page.body.ticketTypes.map(({ name }: { name: string }) => name),
      ['Entry'],
    );
    assert.equal(page.body.lowestPrice, 30);
    const types = await office.availability(eventId);
    assert.equal(types.ticketTypes.length, 1);
    await code(eventId, { code: 'ALL', percentOff: 10 });
    await code(eventId, { code: 'FRIEND', percentOff: 10, ticketTypeIds: [friends] });
    await code(eventId, { code: 'DOOR', ticketTypeIds: [friends] }, 'access');
    const reserve = (more: object = {}) => office.reserve({ eventId, ticketTypeId: friends, quantity: 1, ...more });
    assert.equal(brief(await reserve()), '404 TICKET_TYPE_UNKNOWN');
    assert.equal(brief(await reserve({ promoCode: 'ALL' })), '404 TICKET_TYPE_UNKNOWN');
    const unlock = (text: string) => office.send('POST', `/api/events/${eventId}/unlock`, {}, { code: text });
    const names = (reply: Reply) => reply.body.items.map(({ name }: { name: string }) => name);
    assert.deepEqual([names(await unlock('friend')), names(await unlock('ALL'))], [['Friends'], ['Entry']]);
    const kinds = await Promise.all(['friend', 'all', 'door'].map(async (text) => (await unlock(text)).body.kind));
    assert.deepEqual(kinds, ['promo', 'promo', 'access'], 'says as which one reserves with it');
    assert.equal(brief(await unlock('NEVER')), '404 PROMO_CODE_UNKNOWN');
    assert.equal((await reserve({ promoCode: 'FRIEND' })).body.totalPrice, 18);
    assert.equal((await reserve({ accessCode: 'DOOR' })).body.totalPrice, 20);
  });

  test(
    'an access code opens a sale before its time; who does not need it does not use it up',
    needs('clock'),
    async () => {
      const { eventId, ticketTypeId } = await show({ onSaleFrom: '2027-01-16T12:00:00Z' });
      const access = await code(
        eventId,
        { code: 'EARLY', maxUses: 1, validFrom: '2027-01-15T10:00:00Z', validUntil: '2027-01-20T00:00:00Z' },
        'access',
      );
      const reserve = (more: object = {}) => office.reserve({ eventId, ticketTypeId, quantity: 1, ...more });
      assert.equal(brief(await reserve()), '409 EVENT_NOT_ON_SALE');
      const early = await reserve({ accessCode: 'early' });
      assert.equal(brief(early), '201');
      assert.equal(brief(await reserve({ accessCode: 'EARLY' })), '409 ACCESS_CODE_USED_UP');
      assert.equal((await office.pay(early.body as Held)).status, 201);
      desk.clock.advance(86_400_000);
      assert.equal(brief(await reserve({ accessCode: 'EARLY' })), '201', 'not needed any more');
      const seen = await office.send('GET', `/api/access-codes/${access.accessCodeId}`, office.staff);
      assert.equal(seen.body.uses, 1);
      desk.clock.advance(-86_400_000);
    },
  );

  test('rates have their limits: at most two children, and none without an adult', async () => {
    const rates = [
      { name: 'adult', price: 20 },
      { name: 'child', price: 5, limitPerReservation: 2, onlyWith: 'adult' },
    ];
    const { eventId, ticketTypeId } = await show({ ticketTypes: [{ name: 'Entry', rates, capacity: 20 }] });
    const event = await office.send('GET', `/api/events/${eventId}`, office.staff);
    assert.deepEqual(
      event.body.ticketTypes[0].rates,
      rates.map((rate) => ({ ...rate, totalPrice: rate.price, serviceFee: 0, tax: 0 })),
    );
    const again = await office.send('PUT', `/api/events/${eventId}/ticket-types/${ticketTypeId}`, office.staff, {
      rates,
    });
    assert.equal(again.body.version, event.body.ticketTypes[0].version, 'sent back unchanged');
    const reserve = (adults: number, children: number) => {
      const items = [
        { ticketTypeId, quantity: adults, rate: 'adult' },
        { ticketTypeId, quantity: children, rate: 'child' },
      ].filter(({ quantity }) => quantity > 0);
      return office.reserve({ eventId, items });
    };
    assert.equal(brief(await reserve(0, 1)), '409 RATE_NOT_ALONE');
    assert.equal(brief(await reserve(1, 3)), '409 LIMIT_PER_RATE');
    assert.equal(brief(await reserve(1, 2)), '201');
    const self = { rates: [{ name: 'child', price: 5, onlyWith: 'child' }] };
    const url = `/api/events/${eventId}/ticket-types/${ticketTypeId}`;
    assert.equal(brief(await office.send('PUT', url, office.staff, self)), '400 RATE_NEEDS_ITSELF');
  });

  test('exact tickets may each have their own rate', async () => {
    const rates = [
      { name: 'adult', price: 20 },
      { name: 'child', price: 5, onlyWith: 'adult' },
    ];
    const { eventId } = await show({ ticketTypes: [{ name: 'Entry', rates, capacity: 4 }] });
    const listed = await office.send('GET', `/api/tickets/event/${eventId}`, office.staff);
    const ticketIds = listed.body.items.slice(0, 2).map(({ ticketId }: { ticketId: string }) => ticketId);
    const both = await office.reserve({ eventId, ticketIds, rates: ['child', 'adult'] });
    assert.equal(both.body.totalPrice, 25);
    for (const body of [{ rates: ['child'] }, { rates: ['child', 'adult'], rate: 'adult' }])
      assert.equal(brief(await office.reserve({ eventId, ticketIds, ...body })), '400 SELECTION_UNCLEAR');
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await desk.runJobs();
    await office.assertSound();
  });
});
