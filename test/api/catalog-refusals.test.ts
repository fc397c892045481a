import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestApp } from '../support/app.ts';
import { catalogClient, simpleShow } from '../support/catalog-client.ts';
import { needs } from '../support/needs.ts';
import { samplePlan } from '../support/sample-plan.ts';

const testApp = await startTestApp();
const { app, database } = testApp;
const { staff, guest, show, buy } = catalogClient(testApp);
const withType = (type: object) => ({ ticketTypes: [{ name: 'A', price: 1, capacity: 1, ...type }] });
const nul = String.fromCharCode(0);
const loneSurrogate = String.fromCharCode(0xd800);

/** What is wrong with a new event, the code, and the field it is at. */
const wrongEvents: readonly (readonly [string, object, string, string])[] = [
  ['a title of 201 characters', { title: 'x'.repeat(201) }, 'VALIDATION_FAILED', '/title'],
  ['an empty title', { title: '' }, 'VALIDATION_FAILED', '/title'],
  ['a title of spaces', { title: '   ' }, 'VALIDATION_FAILED', '/title'],
  ['a NUL in the title', { title: `a${nul}b` }, 'VALIDATION_FAILED', '/title'],
  ['a lone surrogate in the description', { description: loneSurrogate }, 'VALIDATION_FAILED', '/description'],
  ['a description of 5,001 characters', { description: 'x'.repeat(5001) }, 'VALIDATION_FAILED', '/description'],
  ['an unknown field', { colour: 'red' }, 'VALIDATION_FAILED', '/colour'],
  ['a day without a time', { eventDate: '2027-05-01' }, 'VALIDATION_FAILED', '/eventDate'],
  ['a date that is not in the calendar', { eventDate: '2027-02-30T20:00:00Z' }, 'VALIDATION_FAILED', '/eventDate'],
  ['the year 275760', { eventDate: '+275760-09-13T00:00:00Z' }, 'VALIDATION_FAILED', '/eventDate'],
  ['a past date', { eventDate: '2020-01-01T20:00:00Z' }, 'EVENT_IN_PAST', '/eventDate'],
  ['two starts', { startsAt: '2027-05-02T20:00:00Z' }, 'DATES_CONTRADICT', '/eventDate'],
  ['an end before the start', { endsAt: '2027-02-28T20:00:00Z' }, 'DATES_CONTRADICT', '/endsAt'],
  ['doors after the start', { doorsAt: '2027-03-01T20:00:01Z' }, 'DATES_CONTRADICT', '/doorsAt'],
  [
    'an on-sale window that ends before it begins',
    { onSaleFrom: '2027-02-02T00:00:00Z', onSaleUntil: '2027-02-01T00:00:00Z' },
    'DATES_CONTRADICT',
    '/onSaleUntil',
  ],
  ['an unknown time zone', { timeZone: 'Europe/Atlantis' }, 'TIME_ZONE_UNKNOWN', '/timeZone'],
  ['an unknown currency', { currency: 'XQQ' }, 'CURRENCY_UNKNOWN', '/currency'],
  ['a currency in small letters', { currency: 'eur' }, 'VALIDATION_FAILED', '/currency'],
  ['a hold of 61 minutes', { holdMinutes: 61 }, 'VALIDATION_FAILED', '/holdMinutes'],
  ['a hold of 0 minutes', { holdMinutes: 0 }, 'VALIDATION_FAILED', '/holdMinutes'],
  ['a hold of 1.5 minutes', { holdMinutes: 1.5 }, 'VALIDATION_FAILED', '/holdMinutes'],
  ['a limit of 101', { limitPerReservation: 101 }, 'VALIDATION_FAILED', '/limitPerReservation'],
  ['a limit as text', { limitPerReservation: '2' }, 'VALIDATION_FAILED', '/limitPerReservation'],
  ['an image that is no web address', { imageUrl: 'javascript:alert(1)' }, 'VALIDATION_FAILED', '/imageUrl'],
  ['an unknown venue', { venueId: 999 }, 'VENUE_UNKNOWN', '/venueId'],
  ['a venue id beyond 2^31', { venueId: 2 ** 31 }, 'VALIDATION_FAILED', '/venueId'],
  ['a venue id beyond 2^63', { venueId: 2 ** 64 }, 'VALIDATION_FAILED', '/venueId'],
  ['no venue', { venue: undefined }, 'FIELD_MISSING', '/venue'],
  ['no date', { eventDate: undefined }, 'FIELD_MISSING', '/startsAt'],
  ['an unknown performer', { performerIds: [999] }, 'PERFORMER_UNKNOWN', '/performerIds/0'],
  ['a performer without name and id', { performers: ['A', {}] }, 'FIELD_MISSING', '/performers/1'],
  ['an unknown plan', { seatingPlanId: 999 }, 'SEATING_PLAN_UNKNOWN', '/seatingPlanId'],
  ['an unknown series', { seriesId: 999 }, 'SERIES_UNKNOWN', '/seriesId'],
  ['an unknown status', { status: 'sold out' }, 'VALIDATION_FAILED', '/status'],
  ['a negative price', withType({ price: -1 }), 'VALIDATION_FAILED', '/ticketTypes/0/price'],
  ['three decimals in EUR', withType({ price: 1.001 }), 'TOO_MANY_DECIMALS', '/ticketTypes/0/price'],
  ['a decimal in JPY', { currency: 'JPY', ...withType({ price: 1.5 }) }, 'TOO_MANY_DECIMALS', '/ticketTypes/0/price'],
  [
    'four decimals in KWD',
    { currency: 'KWD', ...withType({ price: 1.0001 }) },
    'TOO_MANY_DECIMALS',
    '/ticketTypes/0/price',
  ],
  ['a price of 10^21', withType({ price: 1e21 }), 'AMOUNT_OUT_OF_RANGE', '/ticketTypes/0/price'],
  ['a price as text', withType({ price: '5' }), 'VALIDATION_FAILED', '/ticketTypes/0/price'],
  ['no price', withType({ price: undefined }), 'FIELD_MISSING', '/ticketTypes/0/price'],
  ['no capacity', withType({ capacity: undefined }), 'FIELD_MISSING', '/ticketTypes/0/capacity'],
  ['a negative capacity', withType({ capacity: -1 }), 'VALIDATION_FAILED', '/ticketTypes/0/capacity'],
  ['half a place', withType({ capacity: 0.5 }), 'VALIDATION_FAILED', '/ticketTypes/0/capacity'],
  ['a million places', withType({ capacity: 1_000_000 }), 'VALIDATION_FAILED', '/ticketTypes/0/capacity'],
  [
    'a price that is not the first rate',
    withType({ rates: [{ name: 'a', price: 2 }] }),
    'PRICE_CONTRADICTS',
    '/ticketTypes/0/price',
  ],
  [
    'two rates of one name',
    withType({
      price: undefined,
      rates: [
        { name: 'a', price: 2 },
        { name: 'a', price: 3 },
      ],
    }),
    'RATES_REPEAT',
    '/ticketTypes/0/rates/1/name',
  ],
  ['seats without a plan', withType({ categories: ['Front'] }), 'CATEGORY_UNKNOWN', '/ticketTypes/0/categories'],
  [
    'a sales window that ends before it begins',
    withType({ salesFrom: '2027-02-02T00:00:00Z', salesUntil: '2027-02-01T00:00:00Z' }),
    'DATES_CONTRADICT',
    '/ticketTypes/0/salesUntil',
  ],
];

for (const [what, parts, code, field] of wrongEvents) {
  test(`an event with ${what} is refused`, async () => {
    const venue = `For ${what}`;
    const { status, body } = await staff('POST', '/api/events', { ...simpleShow, venue, ...parts });
    assert.deepEqual([status, body.code, body.errors?.[0].field], [400, code, field], JSON.stringify(body));
  });
}

test('nothing is kept of the events that were refused', needs('database'), async () => {
  const [kept] = await database.query(
    "SELECT count(*) AS events, (SELECT count(*) FROM venues WHERE name LIKE 'For %') AS venues FROM events",
  );
  assert.deepEqual(kept, { events: 0, venues: 0 });
});

test('a public event without anything to sell, and one that is over, cannot be published', needs('clock'), async () => {
  const empty = await staff('POST', '/api/events', { ...simpleShow, ticketTypes: [], status: 'draft' });
  const url = `/api/events/${empty.body.eventId}/publish`;
  assert.equal((await staff('POST', url)).body.code, 'NOTHING_TO_SELL');
  const none = await show({ status: 'draft', ticketTypes: [{ name: 'A', price: 1, capacity: 0 }] });
  assert.equal((await staff('POST', `/api/events/${none.eventId}/publish`)).body.code, 'NOTHING_TO_SELL');
  const soon = await show({ status: 'draft', eventDate: '2027-01-15T12:30:00Z' });
  testApp.clock.advance(3_600_000);
  const late = await staff('POST', `/api/events/${soon.eventId}/publish`);
  assert.deepEqual([late.status, late.body.code], [409, 'EVENT_OVER']);
});

test('a published event cannot go back to being a draft, or into the past', async () => {
  const { eventId } = await show();
  const url = `/api/events/${eventId}`;
  const draft = await staff('PUT', url, { status: 'draft' });
  assert.deepEqual([draft.status, draft.body.code], [409, 'STATUS_CHANGE_FORBIDDEN']);
  assert.deepEqual(draft.body.allowed, ['postponed', 'cancelled']);
  const past = await staff('PUT', url, { startsAt: '2026-01-01T00:00:00Z' });
  assert.deepEqual([past.status, past.body.code, past.body.errors[0].field], [400, 'EVENT_IN_PAST', '/startsAt']);
});

test('another currency keeps the prices, until somebody has booked', async () => {
  const event = await show();
  const url = `/api/events/${event.eventId}`;
  const yen = await staff('PUT', url, { currency: 'JPY' });
  assert.deepEqual([yen.status, yen.body.code], [400, 'TOO_MANY_DECIMALS']);
  const dinar = await staff('PUT', url, { currency: 'KWD' });
  assert.deepEqual([dinar.body.currency, dinar.body.ticketTypes[0].price], ['KWD', 25.5]);
  await buy(event, 1);
  assert.equal((await staff('PUT', url, { currency: 'EUR' })).body.code, 'CURRENCY_FIXED');
});

test('a plan that lacks the categories sold is refused', async () => {
  const { body: plan } = await staff('POST', '/api/seating-plans', { plan: samplePlan() });
  const { body: other } = await staff('POST', '/api/seating-plans', {
    plan: samplePlan({ name: 'Other', categories: ['Balcony'] }),
  });
  const event = await show({
    status: 'draft',
    seatingPlanId: plan.seatingPlanId,
    ticketTypes: [{ name: 'Front', price: 5, categories: ['Front'] }],
  });
  const refused = await staff('PUT', `/api/events/${event.eventId}`, { seatingPlanId: other.seatingPlanId });
  assert.deepEqual([refused.status, refused.body.errors[0].field], [400, '/seatingPlanId']);
});

test('changes need a key of the catalogue; what does not exist is 404', async () => {
  const changes = [
    ['POST', '/api/events'],
    ['PUT', '/api/events/1'],
    ['DELETE', '/api/events/1'],
    ['POST', '/api/events/1/publish'],
    ['POST', '/api/events/1/reactivate'],
    ['POST', '/api/events/1/ticket-types'],
    ['DELETE', '/api/events/1/ticket-types/1'],
    ['POST', '/api/venues'],
    ['DELETE', '/api/performers/1'],
    ['PUT', '/api/series/1'],
  ] as const;
  for (const [method, url] of changes) assert.equal((await guest(method, url, {})).status, 401, `${method} ${url}`);
  const unknown = [
    ['GET', '/api/events/999999', undefined],
    ['PUT', '/api/events/999999', {}],
    ['DELETE', '/api/events/999999', undefined],
    ['POST', '/api/events/999999/publish', undefined],
    ['POST', '/api/events/999999/reactivate', undefined],
    ['GET', '/api/events/999999/ticket-types', undefined],
    ['POST', '/api/events/999999/ticket-types', { name: 'A', price: 1, capacity: 1 }],
    ['PUT', '/api/events/999999/ticket-types/1', {}],
    ['GET', '/api/venues/999999', undefined],
    ['PUT', '/api/venues/999999', {}],
    ['PUT', '/api/performers/999999', {}],
    ['DELETE', '/api/series/999999', undefined],
  ] as const;
  for (const [method, url, payload] of unknown) {
    assert.equal((await staff(method, url, payload)).status, 404, `${method} ${url}`);
  }
});

test('an id beyond the integers, a bad cursor, a wrong page size or an unknown parameter is refused', async () => {
  const wrong = [
    '/api/events/2147483648',
    '/api/events/9223372036854775808',
    '/api/events/0',
    '/api/events/-1',
    '/api/events/abc',
    '/api/events?cursor=abc',
    `/api/events?cursor=${Buffer.from('[1e300,1]').toString('base64url')}`,
    `/api/events?cursor=${Buffer.from('[0.5,1]').toString('base64url')}`,
    `/api/venues?cursor=${Buffer.from('[-1]').toString('base64url')}`,
    '/api/events?limit=0',
    '/api/events?limit=51',
    '/api/events?limit=ten',
    '/api/events?status=open',
    '/api/events?upcoming=perhaps',
    '/api/events?page=2',
    '/api/events?venueId=1&venueId=2',
    '/api/performers?term=x',
  ];
  for (const url of wrong) assert.equal((await guest('GET', url)).status, 400, url);
});

test('a command without a body may say that its body is JSON', async () => {
  const { eventId } = await show({ status: 'draft' });
  for (const payload of ['{}', undefined]) {
    const headers = { ...testApp.staff, ...(payload && { 'content-type': 'application/json' }) };
    const url = `/api/events/${eventId}/publish`;
    const answer = await app.inject({ method: 'POST', url, headers, ...(payload && { payload }) });
    assert.equal(answer.statusCode, 200, answer.body);
  }
});

test('half a coordinate and an unknown zone are no venue', async () => {
  const half = await staff('POST', '/api/venues', { name: 'Here', latitude: 28 });
  assert.deepEqual([half.status, half.body.errors[0].field], [400, '/longitude']);
  const zone = await staff('POST', '/api/venues', { name: 'Here', timeZone: '+01:00' });
  assert.deepEqual([zone.status, zone.body.code], [400, 'TIME_ZONE_UNKNOWN']);
});
