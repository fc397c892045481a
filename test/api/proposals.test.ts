import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice, type Reply } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { samplePlan } from '../support/sample-plan.ts';

const brief = ({ status, body }: Reply) => (status < 300 ? String(status) : `${status} ${body.code}`);
interface Ticket {
  readonly ticketId: string;
  readonly seat: { readonly guid: string; readonly row: string } | null;
  readonly price: number;
  readonly totalPrice: number;
}

describe('asking before holding', () => {
  let app: TestApp;
  let office: BoxOffice;
  before(async () => {
    app = await startTestApp();
    office = boxOffice(app);
  });

  const bestSeats = (eventId: number, body: object, headers: Record<string, string> = {}) =>
    office.send('POST', `/api/events/${eventId}/best-seats`, headers, body);
  const quote = (eventId: number, body: object, headers: Record<string, string> = {}) =>
    office.send('POST', `/api/events/${eventId}/quote`, headers, body);

  /** Two rows of four seats, and standing places at two rates; with a fee and a tax. */
  async function show(more: object = {}) {
    const plan = await office.send('POST', '/api/seating-plans', office.staff, samplePlan({ rows: 2, seats: 4 }));
    assert.equal(plan.status, 201, plan.text);
    const rates = [
      { name: 'adult', price: 20 },
      { name: 'child', price: 7.5 },
    ];
    const { eventId, ticketTypes } = await office.show({
      seatingPlanId: plan.body.seatingPlanId,
      ticketTypes: [
        { name: 'Front', price: 40, categories: ['Front'] },
        { name: 'Back', price: 30, categories: ['Back'] },
        { name: 'Standing', rates, capacity: 6 },
      ],
      serviceFee: { perTicket: 1, paidBy: 'buyer' },
      tax: { name: 'VAT', percent: 10, included: false },
      ...more,
    });
    const [front, back, standing] = ticketTypes.map((type: { ticketTypeId: number }) => type.ticketTypeId);
    return { eventId: eventId as number, front, back, standing };
  }

  test('proposes the seats that a hold would choose, at the price with fee and tax, and holds none', async () => {
    const { eventId, front } = await show();
    const before = await office.availability(eventId);
    const { status, body, headers } = await bestSeats(eventId, { ticketTypeId: front, quantity: 3 });
    assert.equal(status, 200, JSON.stringify(body));
    const { tickets, ...rest } = body as { tickets: Ticket[] };
    assert.deepEqual(rest, {
      eventId,
      version: before.version,
      partial: false,
      together: true,
      quantity: 3,
      totalPrice: 135.3,
      priceBreakdown: {
        tickets: 120,
        discount: 0,
        serviceFee: 3,
        serviceFeePaidBy: 'buyer',
        net: 123,
        tax: 12.3,
        taxName: 'VAT',
        taxPercent: 10,
        taxIncluded: false,
        total: 135.3,
        promoCode: null,
      },
      currency: 'EUR',
    });
    assert.deepEqual(
      tickets.map(({ price, totalPrice }) => [price, totalPrice]),
      [
        [40, 45.1],
        [40, 45.1],
        [40, 45.1],
      ],
    );
    assert.equal(headers['x-session-token'], undefined, 'looking needs no session');
    assert.deepEqual(await office.availability(eventId), before);
    const ticketIds = tickets.map(({ ticketId }) => ticketId);
    const held = await office.hold({ eventId, ticketIds });
    assert.deepEqual(
      held.tickets.map(({ ticketId }) => ticketId),
      ticketIds,
    );
  });

  test('a basket of several types and rates is priced in one call', async () => {
    const { eventId, front, standing } = await show();
    const items = [
      { ticketTypeId: front, quantity: 1 },
      { ticketTypeId: standing, quantity: 2, rate: 'child' },
    ];
    const quoted = await quote(eventId, { items });
    assert.equal(quoted.status, 200, quoted.text);
    const held = await office.reserve({ eventId, items });
    const { totalPrice, priceBreakdown, currency } = held.body;
    assert.deepEqual(
      [quoted.body.totalPrice, quoted.body.priceBreakdown, quoted.body.currency],
      [totalPrice, priceBreakdown, currency],
    );
    assert.equal(quoted.body.together, false);
  });

  test('says what of some tickets is still free, also after the hold of them has expired', needs('clock'), async () => {
    const { eventId, front } = await show();
    const held = await office.hold({ eventId, ticketTypeId: front, quantity: 3 });
    const ticketIds = held.tickets.map(({ ticketId }) => ticketId);
    app.clock.advance(15 * 60_000);
    assert.equal(brief(await office.look(held)), '410 RESERVATION_EXPIRED');
    await office.hold({ eventId, ticketIds: [ticketIds[1]] });
    const rest = await quote(eventId, { ticketIds, partial: true });
    assert.deepEqual(
      [rest.status, rest.body.partial, rest.body.tickets.map(({ ticketId }: Ticket) => ticketId)],
      [200, true, [ticketIds[0], ticketIds[2]]],
    );
    const whole = await quote(eventId, { ticketIds });
    assert.deepEqual([brief(whole), whole.body.ids], ['409 SEATS_TAKEN', [ticketIds[1]]]);
    assert.equal('alternative' in whole.body, false, 'three are nowhere together any more');
    const two = await office.reserve({ eventId, ticketIds: ticketIds.slice(0, 2) });
    assert.deepEqual([brief(two), two.body.ids], ['409 SEATS_TAKEN', [ticketIds[1]]]);
    const instead = two.body.alternative as Ticket[];
    assert.deepEqual([instead.length, new Set(instead.map(({ seat }) => seat?.row)).size], [2, 1]);
    await office.hold({ eventId, ticketIds: instead.map(({ ticketId }) => ticketId) });
  });

  test('the event says what a ticket of each rate costs with fee and tax, as a quote does', async () => {
    const { eventId, standing } = await show();
    const { body } = await office.send('GET', `/api/events/${eventId}`, {});
    const { rates } = body.ticketTypes.find((type: { ticketTypeId: number }) => type.ticketTypeId === standing);
    assert.deepEqual(rates, [
      { name: 'adult', price: 20, totalPrice: 23.1, serviceFee: 1, tax: 2.1 },
      { name: 'child', price: 7.5, totalPrice: 9.35, serviceFee: 1, tax: 0.85 },
    ]);
    assert.deepEqual([body.lowestPrice, body.lowestTotalPrice], [7.5, 9.35]);
    for (const { name, totalPrice } of rates) {
      const quoted = await quote(eventId, { ticketTypeId: standing, quantity: 1, rate: name });
      assert.equal(quoted.body.totalPrice, totalPrice);
    }
    const sent = await office.send('PUT', `/api/events/${eventId}/ticket-types/${standing}`, office.staff, { rates });
    assert.equal(sent.status, 200, 'what is read may be sent back');
  });

  test('takes a promo code, uses nothing of it up, and counts those that do not exist as guesses', async () => {
    const { eventId, front } = await show();
    const url = `/api/events/${eventId}/promo-codes`;
    const made = await office.send('POST', url, office.staff, { code: 'HALF', percentOff: 50, maxUses: 1 });
    assert.equal(made.status, 201, made.text);
    for (let i = 0; i < 3; i++) {
      const { status, body } = await quote(eventId, { ticketTypeId: front, quantity: 1, promoCode: 'half' });
      assert.deepEqual([status, body.priceBreakdown.discount, body.totalPrice], [200, 20, 23.1]);
    }
    const guest = (await office.send('POST', '/api/auth/guest', {}, {})).body.sessionToken;
    const guess = () =>
      quote(eventId, { ticketTypeId: front, quantity: 1, promoCode: 'NONE' }, { 'x-session-token': guest });
    for (let i = 0; i < 20; i++) assert.equal(brief(await guess()), '404 PROMO_CODE_UNKNOWN');
    assert.equal(brief(await guess()), '429 TOO_MANY_GUESSES');
  });

  test('is refused as the hold would be', needs('clock'), async () => {
    const { eventId, front, back, standing } = await show({ limitPerReservation: 6 });
    await office.hold({ eventId, ticketTypeId: front, quantity: 3 });
    const few = await bestSeats(eventId, { ticketTypeId: front, quantity: 2 });
    const { available, held, nextExpiryAt, ticketTypeIds } = few.body;
    assert.deepEqual(
      [brief(few), available, held, nextExpiryAt, ticketTypeIds],
      ['409 NOT_ENOUGH_TICKETS', 1, 3, new Date(app.clock.now() + 15 * 60_000).toISOString(), [front]],
    );
    const cases: [object, string][] = [
      [{ quantity: 1 }, '400 TICKET_TYPE_NEEDED'],
      [{}, '400 SELECTION_UNCLEAR'],
      [{ ticketTypeId: back, quantity: 7 }, '409 LIMIT_PER_RESERVATION'],
      [{ ticketTypeId: standing, quantity: 1, rate: 'senior' }, '400 RATE_UNKNOWN'],
      [{ ticketTypeId: 999_999, quantity: 1 }, '404 TICKET_TYPE_UNKNOWN'],
      [{ ticketTypeId: back, quantity: 0 }, '400 VALIDATION_FAILED'],
      [{ ticketIds: ['0199aaaa-0000-7000-8000-00000000beef'] }, '400 VALIDATION_FAILED'],
    ];
    for (const [body, expected] of cases)
      assert.equal(brief(await bestSeats(eventId, body)), expected, JSON.stringify(body));
    assert.equal(brief(await bestSeats(999_999, { quantity: 1 })), '404 EVENT_NOT_FOUND');
    const draft = await office.send('POST', '/api/events', office.staff, {
      title: 'Draft',
      startsAt: '2027-06-01T20:00:00Z',
      venue: 'Somewhere',
      status: 'draft',
      ticketTypes: [{ name: 'Entry', price: 1, capacity: 1 }],
    });
    assert.equal(brief(await quote(draft.body.eventId, { quantity: 1 })), '404 EVENT_NOT_FOUND');
  });
});
