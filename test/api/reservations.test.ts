import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, type Reply } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { plainPrice } from '../support/plain-price.ts';
import { samplePlan } from '../support/sample-plan.ts';

const minute = 60_000;
const brief = ({ status, body }: Reply) => (status < 300 ? String(status) : `${status} ${body.code}`);

describe('reserving', () => {
  let desk: TestApp;
  let office: BoxOffice;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
  });

  /** Seats in two categories, standing places with two rates, and a type that is switched off. */
  async function mixedShow() {
    const plan = await office.send('POST', '/api/seating-plans', office.staff, samplePlan({ rows: 2, seats: 4 }));
    assert.equal(plan.status, 201, plan.text);
    const rates = [
      { name: 'adult', price: 20 },
      { name: 'child', price: 7.5 },
    ];
    const show = await office.show({
      seatingPlanId: plan.body.seatingPlanId,
      ticketTypes: [
        { name: 'Front', price: 40, categories: ['Front'] },
        { name: 'Back', price: 30, categories: ['Back'] },
        { name: 'Standing', rates, capacity: 6 },
        { name: 'Later', price: 10, capacity: 5, isActive: false },
      ],
    });
    const [front, back, standing, later] = show.ticketTypes.map((type: { ticketTypeId: number }) => type.ticketTypeId);
    return { eventId: show.eventId as number, front, back, standing, later };
  }

  test('answers what is held, for how much, and how long', needs('clock'), async () => {
    const { eventId, ticketTypes } = await office.show();
    const { ticketTypeId } = ticketTypes[0];
    const { status, body, headers } = await office.reserve({ eventId, ticketTypeId, quantity: 2 });
    const { reservationId, tickets, sessionToken, ...rest } = body;
    assert.equal(status, 201);
    assert.deepEqual(rest, {
      success: true,
      message: '2 tickets are held for you.',
      eventId,
      status: 'active',
      partial: false,
      quantity: 2,
      reservedAt: '2027-01-15T12:00:00.000Z',
      customerName: null,
      customerEmail: null,
      customerPhone: null,
      notes: null,
      totalPrice: 51,
      priceBreakdown: plainPrice(51),
      currency: 'EUR',
      expiresAt: '2027-01-15T12:15:00.000Z',
      expiresInSeconds: 900,
      timeRemaining: '00:15:00',
      canRenew: true,
      attemptsLeft: 5,
    });
    assert.match(reservationId, /^RES_20270115120000_[0-9A-Z]{8,}$/);
    assert.equal(headers['x-session-token'], sessionToken);
    for (const { ticketId, ...ticket } of tickets) {
      assert.match(ticketId, /^[0-9a-f-]{36}$/);
      assert.deepEqual(ticket, { seat: null, ticketTypeId, ticketType: 'Entry', rate: 'standard', price: 25.5 });
    }
    desk.clock.advance(1_000);
    const look = await office.look(body);
    assert.deepEqual(
      [look.status, look.body.timeRemaining, look.body.expiresInSeconds, look.body.tickets],
      [200, '00:14:59', 899, tickets],
    );
    assert.equal('sessionToken' in look.body, false);
  });

  test('a basket of several types and rates is one reservation and one purchase', async () => {
    const { eventId, front, standing } = await mixedShow();
    const items = [
      { ticketTypeId: front, quantity: 2 },
      { ticketTypeId: standing, quantity: 1, rate: 'child' },
      { ticketTypeId: standing, quantity: 2 },
    ];
    const held = await office.hold({ eventId, items });
    assert.deepEqual(
      held.tickets.map((ticket) => {
        const { ticketType, rate, price } = ticket as unknown as Record<string, unknown>;
        return [ticketType, rate, price];
      }),
      [
        ['Front', 'standard', 40],
        ['Front', 'standard', 40],
        ['Standing', 'child', 7.5],
        ['Standing', 'adult', 20],
        ['Standing', 'adult', 20],
      ],
    );
    const bought = await office.pay(held);
    assert.deepEqual([bought.status, bought.body.totalPrice], [201, 127.5]);
  });

  test('a basket is held whole or not at all, unless part of it will do', async () => {
    const { eventId, front, standing } = await mixedShow();
    const items = [
      { ticketTypeId: standing, quantity: 2 },
      { ticketTypeId: front, quantity: 6 },
    ];
    const whole = await office.reserve({ eventId, items });
    assert.deepEqual(
      [brief(whole), whole.body.available, whole.body.held, whole.body.requested],
      ['409 NOT_ENOUGH_TICKETS', 4, 0, 6],
    );
    assert.equal((await office.availability(eventId)).ticketTypes[2].held, 0);
    const part = await office.reserve({ eventId, items, partial: true });
    assert.deepEqual([part.status, part.body.partial, part.body.tickets.length], [201, true, 6], part.text);
    assert.match(part.body.message, /fewer than you asked for/);
  });

  test('exact seats by ticket id or by seat guid; taken ones are named', async () => {
    const { eventId, front, back } = await mixedShow();
    const byGuid = await office.reserve({ eventId, seatGuids: ['1-1', '2-4'] });
    assert.equal(byGuid.status, 201, byGuid.text);
    assert.deepEqual(
      byGuid.body.tickets.map(({ seat, ticketTypeId }: Record<string, unknown>) => [seat, ticketTypeId]),
      [
        [{ guid: '1-1', zone: 'Parquet', row: '1', number: '1' }, front],
        [{ guid: '2-4', zone: 'Parquet', row: '2', number: '4' }, back],
      ],
    );
    const ticketIds = byGuid.body.tickets.map(({ ticketId }: { ticketId: string }) => ticketId);
    const byId = await office.reserve({ eventId, ticketIds });
    assert.deepEqual([brief(byId), new Set(byId.body.ids)], ['409 SEATS_TAKEN', new Set(ticketIds)]);
    assert.equal((await office.release(byGuid.body)).status, 200);
    assert.equal((await office.reserve({ eventId, ticketIds })).status, 201);
    const foreign = await office.reserve({ eventId: (await office.show()).eventId, ticketIds });
    assert.equal(brief(foreign), '404 TICKET_UNKNOWN');
    assert.equal(brief(await office.reserve({ eventId, seatGuids: ['9-9'] })), '404 TICKET_UNKNOWN');
  });

  test('seats of one request lie side by side', async () => {
    const { eventId, back } = await mixedShow();
    const { tickets } = await office.hold({ eventId, ticketTypeId: back, quantity: 3 });
    const numbers = tickets.map((ticket) => Number((ticket as unknown as { seat: { number: string } }).seat.number));
    numbers.sort();
    assert.deepEqual(numbers, [numbers[0], numbers[0]! + 1, numbers[0]! + 2]);
  });

  test('what is not clear, not known or not on sale is refused, each in its own word', async () => {
    const { eventId, front, standing, later } = await mixedShow();
    const refusal = async (payload: object) => brief(await office.reserve(payload));
    assert.equal(await refusal({ eventId }), '400 SELECTION_UNCLEAR');
    assert.equal(await refusal({ eventId, quantity: 1 }), '400 TICKET_TYPE_NEEDED');
    assert.equal(await refusal({ eventId, ticketTypeId: front }), '400 SELECTION_UNCLEAR');
    assert.equal(
      await refusal({ eventId, quantity: 1, ticketTypeId: front, seatGuids: ['1-1'] }),
      '400 SELECTION_UNCLEAR',
    );
    assert.equal(await refusal({ eventId, ticketTypeId: 2_000_000_000, quantity: 1 }), '404 TICKET_TYPE_UNKNOWN');
    assert.equal(await refusal({ eventId: 2_000_000_000, quantity: 1 }), '404 EVENT_NOT_FOUND');
    assert.equal(await refusal({ eventId, ticketTypeId: later, quantity: 1 }), '409 TICKET_TYPE_NOT_ON_SALE');
    assert.equal(await refusal({ eventId, ticketTypeId: standing, quantity: 1, rate: 'dog' }), '400 RATE_UNKNOWN');
    for (const quantity of [0, 101, 1.5, '2', -1]) {
      assert.equal(await refusal({ eventId, ticketTypeId: front, quantity }), '400 VALIDATION_FAILED');
    }
    assert.equal(await refusal({ eventId, ticketTypeId: front, quantity: null }), '400 SELECTION_UNCLEAR');
    assert.equal(await refusal({ eventId, ticketTypeId: front, quantity: 11 }), '409 LIMIT_PER_RESERVATION');
    const draft = await office.show({ status: 'draft' });
    assert.equal(await refusal({ eventId: draft.eventId, quantity: 1 }), '404 EVENT_NOT_FOUND');
    const early = await office.show({ onSaleFrom: '2027-02-01T10:00:00Z' });
    const notYet = await office.reserve({ eventId: early.eventId, quantity: 1 });
    assert.deepEqual([brief(notYet), notYet.body.reason], ['409 EVENT_NOT_ON_SALE', 'not_yet']);
  });

  test('the limit of a reservation and of a customer', async () => {
    const { eventId } = await office.show({ limitPerReservation: 3, limitPerCustomer: 4 });
    const first = await office.hold({ eventId, quantity: 3 });
    const tooMany = await office.reserve({ eventId, quantity: 4 });
    assert.deepEqual([brief(tooMany), tooMany.body.limit], ['409 LIMIT_PER_RESERVATION', 3]);
    assert.equal((await office.pay(first, { customerEmail: 'ada@example.org' })).status, 201);
    const second = await office.reserve({ eventId, quantity: 2 }, office.owner(first));
    assert.deepEqual([brief(second), second.body.limit, second.body.already], ['409 LIMIT_PER_CUSTOMER', 4, 3]);
    assert.equal((await office.reserve({ eventId, quantity: 1 }, office.owner(first))).status, 201);
  });

  test('renewing starts the time again, once', needs('clock'), async () => {
    const { eventId } = await office.show({ holdMinutes: 5 });
    const held = await office.hold({ eventId, quantity: 1 });
    desk.clock.advance(4 * minute);
    const renewed = await office.renew(held);
    assert.deepEqual(
      [renewed.status, renewed.body.timeRemaining, renewed.body.canRenew],
      [200, '00:05:00', false],
      renewed.text,
    );
    assert.equal(brief(await office.renew(held)), '409 ALREADY_RENEWED');
    desk.clock.advance(5 * minute - 1);
    assert.equal((await office.look(held)).body.timeRemaining, '00:00:00');
    desk.clock.advance(1);
    assert.equal(brief(await office.renew(held)), '410 RESERVATION_EXPIRED');
  });

  test('released tickets are free at once, and the reservation is gone', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 10 });
    await office.hasFree(eventId, 0);
    assert.equal((await office.release(held)).status, 200);
    await office.hasFree(eventId, 10);
    assert.equal(brief(await office.look(held)), '404 RESERVATION_UNKNOWN');
    assert.equal(brief(await office.release(held)), '404 RESERVATION_UNKNOWN');
    assert.equal(brief(await office.pay(held)), '404 RESERVATION_UNKNOWN');
  });

  test('at its deadline a reservation is expired and its tickets are free, swept or not', needs('clock'), async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 10 });
    desk.clock.advance(15 * minute - 1);
    assert.equal(brief(await office.reserve({ eventId, quantity: 1 })), '409 NOT_ENOUGH_TICKETS');
    desk.clock.advance(1);
    assert.equal((await office.reserve({ eventId, quantity: 10 })).status, 201);
    for (const reply of [await office.look(held), await office.renew(held), await office.release(held)]) {
      assert.equal(brief(reply), '410 RESERVATION_EXPIRED');
    }
  });

  test('a stranger sees, renews and releases nothing; staff may look', needs('process'), async () => {
    const { eventId } = await office.show();
    const [held, stranger] = [await office.hold({ eventId, quantity: 1 }), await office.hold({ eventId, quantity: 1 })];
    const url = `/api/tickets/reservation/${held.reservationId}`;
    for (const headers of [office.owner(stranger), {}, await office.keyWith('catalog')]) {
      assert.equal(brief(await office.send('GET', url, headers)), '404 RESERVATION_UNKNOWN');
      assert.equal(brief(await office.send('POST', `${url}/renew`, headers)), '404 RESERVATION_UNKNOWN');
      assert.equal(brief(await office.send('DELETE', url, headers)), '404 RESERVATION_UNKNOWN');
    }
    assert.equal((await office.look(held)).body.canRenew, true);
    assert.equal((await office.send('GET', url, await office.keyWith('tickets'))).status, 200);
  });

  test('“sold out” is said only when nothing can come back', async () => {
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 5, capacity: 4 }] });
    const three = await office.hold({ eventId, quantity: 3 });
    const want = async (quantity: number) => {
      const reply = await office.reserve({ eventId, quantity });
      const { available, held, nextExpiryAt } = reply.body;
      return [brief(reply), available, held, nextExpiryAt];
    };
    const instant = (at: unknown) => (at === null ? null : new Date(at as number | string).getTime());
    const few = await want(2);
    assert.deepEqual(
      [...few.slice(0, 3), instant(few[3])],
      ['409 NOT_ENOUGH_TICKETS', 1, 3, Date.parse(three.expiresAt)],
    );
    const one = await office.hold({ eventId, quantity: 1 });
    assert.deepEqual((await want(1)).slice(0, 3), ['409 NOT_ENOUGH_TICKETS', 0, 4]);
    assert.equal((await office.pay(three)).status, 201);
    assert.deepEqual((await want(1)).slice(0, 3), ['409 NOT_ENOUGH_TICKETS', 0, 1]);
    assert.equal((await office.pay(one)).status, 201);
    assert.equal((await want(1))[0], '409 SOLD_OUT');
  });

  test('the short names of other designs reserve, look, renew and release the same way', async () => {
    const { eventId } = await office.show();
    const first = await office.send('POST', '/api/ticket/reserve', {}, { eventId, quantity: 1 });
    assert.equal(first.status, 201, first.text);
    const url = `/api/ticket/reservation/${first.body.reservationId}`;
    const headers = office.owner(first.body);
    assert.equal((await office.send('GET', url, headers)).body.reservationId, first.body.reservationId);
    assert.equal((await office.send('POST', `${url}/renew`, headers)).status, 200);
    const [{ ticketId }] = first.body.tickets;
    const taken = await office.send('POST', '/booking/reserve', {}, { ticketId });
    assert.equal(brief(taken), '409 SEATS_TAKEN');
    assert.equal((await office.send('DELETE', url, headers)).status, 200);
    const one = await office.send('POST', '/booking/reserve', {}, { ticketId });
    assert.deepEqual([one.status, one.body.tickets.length, one.body.tickets[0].ticketId], [201, 1, ticketId]);
    assert.equal((await office.look(one.body)).status, 200);
  });

  test('after all of it the database keeps every promise', needs('database'), async () => {
    await desk.runJobs();
    await office.assertSound();
  });
});
