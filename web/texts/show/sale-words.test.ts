import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventBody, TicketTypeBody } from '../../../src/contract/catalog.ts';
import type { AvailabilityAnswer } from '../../../src/contract/inventory.ts';
import { createFormats } from '../../../src/kernel/formats.ts';
import { texts as german } from '../de/event.ts';
import { texts as english } from '../en/event.ts';
import { describeSale } from './sale-words.ts';
import { describeShow, paragraphsOf } from './show-words.ts';

const language = { event: english, ...createFormats('en-GB') };
const now = Date.parse('2027-01-15T12:00:00Z');

const rate = (name: string, totalPrice: number) => ({ name, price: totalPrice, totalPrice, serviceFee: 0, tax: 0 });
const type = (ticketTypeId: number, changes: Partial<TicketTypeBody> = {}) =>
  ({
    ticketTypeId,
    name: `Type ${ticketTypeId}`,
    description: null,
    price: 10 * ticketTypeId,
    rates: [rate('Adult', 10 * ticketTypeId)],
    currency: 'EUR',
    capacity: 100,
    availableCount: 100,
    salesFrom: null,
    salesUntil: null,
    isActive: true,
    isHidden: false,
    ...changes,
  }) as TicketTypeBody;
const show = (changes: Partial<EventBody> = {}) =>
  ({
    eventId: 1,
    title: 'Show',
    description: 'First.\n\nSecond.',
    type: 'MusicEvent',
    status: 'published',
    startsAt: '2027-02-01T20:00:00Z',
    endsAt: '2027-02-01T22:00:00Z',
    doorsAt: null,
    previousStartsAt: null,
    timeZone: 'Europe/Lisbon',
    venue: 'Hall',
    venueAddress: 'Main Street 1, Porto',
    venueDetails: { city: 'Porto', postalCode: '4000', country: 'PT', latitude: 41.1, longitude: -8.6 },
    performers: [],
    seatingPlanId: null,
    currency: 'EUR',
    onSaleFrom: null,
    onSaleUntil: null,
    holdMinutes: 15,
    limitPerReservation: 10,
    limitPerCustomer: null,
    guestsAllowed: true,
    serviceFee: null,
    tax: null,
    cancellation: null,
    totalCapacity: 100,
    ticketTypes: [type(1)],
    ...changes,
  }) as EventBody;
const numbers = (available: number, held: number, reserved: number, nextExpiryAt: string | null = null) =>
  ({
    availableCapacity: available,
    ticketTypes: [
      {
        ticketTypeId: 1,
        capacity: 100,
        available,
        held,
        reserved,
        sold: 100 - available - held - reserved,
        nextExpiryAt,
        nextExpiryInSeconds: null,
      },
    ],
  }) as unknown as AvailabilityAnswer;
const sale = (changes: Partial<EventBody> = {}, availability: AvailabilityAnswer | null = null) =>
  describeSale({ event: show(changes), availability, unlocked: null, now }, language);

test('sold out is said only where all is paid for', () => {
  const cases = [
    [numbers(50, 0, 0), 'open', 'on sale', '50 left'],
    [numbers(9, 0, 0), 'open', 'few left', 'Only 9 left'],
    [numbers(0, 4, 1, '2027-01-15T12:03:10Z'), 'held', 'held', '0 free, 4 held'],
    [numbers(0, 0, 2), 'paying', 'paying', '0 free, 2 being paid for or kept'],
    [numbers(0, 0, 0), 'sold out', 'sold out', 'Sold out'],
  ] as const;
  for (const [availability, state, typeState, words] of cases) {
    const said = sale({}, availability);
    assert.deepEqual([said.state, said.types[0]!.state, said.types[0]!.words], [state, typeState, words]);
    assert.equal(said.why === '', state === 'open');
  }
  assert.equal(sale({}, cases[2][0]).types[0]!.returnsAt, now + 190_000);
});

test('what stands in the way of buying is named, the strongest first', () => {
  assert.equal(sale({ status: 'cancelled' }).state, 'called off');
  assert.equal(sale({ status: 'postponed', startsAt: '2026-01-01T00:00:00Z', endsAt: null }).state, 'postponed');
  assert.equal(sale({ startsAt: '2027-01-15T09:00:00Z', endsAt: '2027-01-15T12:00:00Z' }).state, 'over');
  assert.equal(sale({ onSaleUntil: '2027-01-15T12:00:00Z' }).state, 'closed');
  assert.equal(sale({ ticketTypes: [] }).state, 'nothing');
  const early = sale({ onSaleFrom: '2027-01-16T10:00:00Z' });
  assert.deepEqual([early.state, early.opensAt], ['not yet', Date.parse('2027-01-16T10:00:00Z')]);
  assert.equal(early.why, 'The sale opens Sat 16 Jan 2027, 10:00.');
});

test('a code shows hidden types and opens what it is for before its time', () => {
  const hidden = type(2, { isHidden: true });
  const later = type(1, { salesFrom: '2027-01-20T10:00:00Z' });
  const event = show({ ticketTypes: [later] });
  const without = describeSale({ event, availability: null, unlocked: null, now }, language);
  assert.deepEqual([without.state, without.types.length], ['not yet', 1]);
  const said = describeSale(
    { event, availability: null, unlocked: { kind: 'access', items: [hidden, later] }, now },
    language,
  );
  assert.deepEqual(
    said.types.map(({ id, state, isByCode, rank }) => [id, state, isByCode, rank]),
    [
      [1, 'on sale', true, 2],
      [2, 'on sale', true, 1],
    ],
  );
  const promo = describeSale(
    { event, availability: null, unlocked: { kind: 'promo', items: [hidden, later] }, now },
    language,
  );
  assert.deepEqual(
    promo.types.map(({ id, state }) => [id, state]),
    [
      [1, 'opens'],
      [2, 'on sale'],
    ],
    'a promo code opens nothing before its time',
  );
});

test('prices are those that are paid, and say what is in them', () => {
  const said = sale({
    serviceFee: { perTicket: 2.4, percent: null, paidBy: 'buyer' },
    tax: { name: 'VAT', percent: 6, included: true },
    ticketTypes: [
      type(1, { rates: [rate('Adult', 40.4), rate('Child', 21.4)] }),
      type(2, { rates: [rate('Adult', 0)], isActive: false }),
    ],
  });
  assert.equal(said.from, 'from €21.40');
  assert.deepEqual(
    [said.types.length, said.types[0]!.price, said.types[0]!.rates],
    [1, '€40.40', 'Adult · Child €21.40'],
  );
  assert.match(
    said.terms,
    /^Prices are what you pay: ticket, €2\.40 service fee and 6\u00a0% VAT\. Up to 10 per order\./,
  );
  assert.equal(sale({ ticketTypes: [type(1, { rates: [rate('All', 0)] })] }).from, 'Free');
});

test('when tickets come back, and a show that moved, are said in words', () => {
  const of = (changes: Partial<EventBody>, words: typeof language = language) =>
    describeShow(show(changes), 'open', false, words);
  const policy = (hoursBefore: number, feePercent: number, feePerTicket = 0, allowed = true) =>
    of({ cancellation: { allowed, hoursBefore, feePercent, feePerTicket } }).giveBack;
  assert.equal(of({}).giveBack.title, 'Give tickets back until the start');
  assert.equal(policy(48, 10).title, 'Give tickets back until 30 January, 20:00');
  assert.match(policy(48, 10).text, /^You get 90\u00a0% of what you paid\./);
  assert.match(policy(0, 0, 2).text, /less €2\.00 a ticket/);
  assert.equal(policy(0, 0, 0, false).title, 'Tickets can’t be given back');
  const moved = of({ previousStartsAt: '2027-01-25T20:00:00Z' });
  assert.deepEqual([moved.whenBefore, moved.notice?.title], ['Monday 25 January 2027, 20:00', english.moved.title]);
  const open = of({ status: 'postponed' });
  assert.deepEqual([open.when, open.whenBefore], ['New date not known yet', 'Monday 1 February 2027, 20:00']);
  assert.equal(of({}).address, 'Main Street 1, Porto');
  assert.equal(of({}).map, 'https://www.openstreetmap.org/?mlat=41.1&mlon=-8.6#map=17/41.1/-8.6');
  const spoken = of({}, { event: german, ...createFormats('de') });
  assert.equal(spoken.when, 'Montag 1. Februar 2027, 20:00 Uhr');
});

test('a text is its paragraphs', () => {
  assert.deepEqual(paragraphsOf(' a \n\n\n b\nc\n'), ['a', 'b', 'c']);
  assert.deepEqual(paragraphsOf(''), []);
});
