import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openImportDesk } from '../support/import-desk.ts';
import { needs } from '../support/needs.ts';

const { app, staff, clock, bring, showPage, event, change, buyOne, send, runJobs, eventually } = await openImportDesk();
let pageCount = 0;

/** A show on sale that one person has booked, by its page. */
async function soldShow() {
  const page = { '@id': `https://sold.example/${++pageCount}`, name: `Sold ${pageCount}` };
  const pageWith = (changes: object = {}) => showPage({ ...page, ...changes });
  const { shows } = await bring(pageWith(), '?publish=true&capacity=20');
  const [eventId] = shows as number[];
  return { pageWith, eventId: eventId!, bookingId: await buyOne(eventId!) };
}

const changes: [string, object, RegExp][] = [
  ['date', { startDate: '2028-03-02T20:00:00' }, /its date from 2028-03-01T20:00:00\+01:00 to 2028-03-02T20:00:00/],
  ['hour', { startDate: '2028-03-01T19:30:00' }, /its date from/],
  [
    'place',
    { location: { name: 'New Mill', address: { addressLocality: 'Berlin', addressCountry: 'DE' } } },
    /its place to "New Mill"/,
  ],
  ['price', { offers: { price: 35, priceCurrency: 'EUR' } }, /the price of "General admission" from 20 to 35 EUR/],
  ['date, being postponed', { eventStatus: 'EventPostponed' }, /its date: it is postponed/],
];
for (const [what, changed, words] of changes) {
  test(
    `another ${what} of a show that has a booking needs changeSold, and says how many they are`,
    needs('jobs'),
    async () => {
      const { pageWith, eventId } = await soldShow();
      const before = await event(eventId);
      const refused = await bring(pageWith(changed), '?publish=true&capacity=20');
      assert.deepEqual(refused.counts, [0, 0, 0, 0, 1]);
      assert.match(refused.refusals[0].reason, words);
      assert.match(refused.refusals[0].reason, new RegExp(`event ${eventId}, which has 1 booking: .*--change-sold`));
      assert.deepEqual(await event(eventId), before);
      await buyOne(eventId);
      const done = await bring(pageWith(changed), '?publish=true&capacity=20&changeSold=true');
      assert.deepEqual(done.counts, [0, 1, 0, 0, 0]);
      assert.match(done.notes.at(-1).reason, new RegExp(`changed event ${eventId}, which has 2 bookings: `));
      assert.match(done.notes.at(-1).reason, words);
      assert.deepEqual((await bring(pageWith(changed), '?publish=true&capacity=20')).counts, [0, 0, 1, 0, 0]);
    },
  );
}

test('a show that has a booking is not moved to before now, whatever is wished', async () => {
  const { pageWith, eventId } = await soldShow();
  // How many are left is counted a moment after the purchase.
  const before = await eventually(async () => {
    const seen = await event(eventId);
    return seen.availableCapacity === 19 && seen;
  }, 'the count of what is left');
  const slip = await bring(
    pageWith({ startDate: '2026-03-01T20:00:00' }),
    '?publish=true&changeSold=true&callOff=true',
  );
  assert.deepEqual(slip.counts, [0, 0, 0, 0, 1]);
  assert.match(slip.refusals[0].reason, /would be over, but event \d+, which has 1 booking, lies ahead: its date from/);
  assert.deepEqual(await event(eventId), before);
});

test('a page that names another currency than its show is sold in is refused, in words', async () => {
  const { pageWith } = await soldShow();
  const refused = await bring(
    pageWith({ offers: { price: 20, priceCurrency: 'CHF' } }),
    '?publish=true&changeSold=true',
  );
  assert.match(refused.refusals[0].reason, /^names prices in CHF: event \d+ is on sale in EUR, and stays so$/);
});

test('words of a show that has a booking change without asking, and so does all of one that nobody booked', async () => {
  const { pageWith } = await soldShow();
  const described = await bring(pageWith({ description: 'More of it', endDate: '2028-03-01T23:00' }), '?capacity=20');
  assert.deepEqual(described.counts, [0, 1, 0, 0, 0]);
  const unsold = showPage({ '@id': 'https://sold.example/none', name: 'Nobody' });
  await bring(unsold, '?publish=true&capacity=20');
  const moved = await bring({ ...unsold, startDate: '2028-03-02T20:00', offers: { price: 3 } }, '?capacity=20');
  assert.deepEqual(moved.counts, [0, 1, 0, 0, 0]);
});

test('EventCancelled of a show that has a booking needs callOff; then the money goes back', async () => {
  const { pageWith, eventId, bookingId } = await soldShow();
  const page = pageWith({ eventStatus: 'https://schema.org/EventCancelled' });
  for (const query of ['', '?publish=true', '?changeSold=true']) {
    const refused = await bring(page, query);
    assert.deepEqual(refused.counts, [0, 0, 0, 0, 1]);
    assert.match(refused.refusals[0].reason, /calls off event \d+, which has 1 booking: --call-off/);
  }
  assert.equal((await event(eventId)).status, 'published');
  const done = await bring(page, '?callOff=true');
  assert.deepEqual(done.counts, [0, 1, 0, 0, 0]);
  assert.match(done.notes.at(-1).reason, new RegExp(`called off event ${eventId}: 1 booking is given back`));
  assert.equal((await event(eventId)).status, 'cancelled');
  await runJobs();
  await runJobs();
  const booking = await send('GET', `/api/bookings/${bookingId}`, staff);
  assert.equal(booking.body.status, 'cancelled');
  assert.deepEqual((await bring(page, '')).counts, [0, 0, 1, 0, 0]);

  const again = await bring(pageWith(), '?publish=true&capacity=20');
  assert.deepEqual(again.counts, [0, 0, 0, 0, 1]);
  assert.match(again.refusals[0].reason, /was called off here as event \d+/);
});

test('a show that nobody booked is called off with a note, and is back when its page says so, if it was never on sale', async () => {
  const page = showPage({ '@id': 'https://sold.example/quiet', name: 'Quiet' });
  const { shows } = await bring(page, '?publish=true&capacity=5');
  const off = await bring({ ...page, eventStatus: 'EventCancelled' });
  assert.deepEqual(off.counts, [0, 1, 0, 0, 0]);
  assert.match(off.notes.at(-1).reason, /called off at its source/);
  assert.equal((await event(shows[0])).status, 'cancelled');
  const draft = showPage({ '@id': 'https://sold.example/draft', name: 'Draft', eventStatus: 'EventCancelled' });
  const first = await bring(draft);
  assert.match(first.notes.at(-1).reason, /is called off/);
  const back = await bring({ ...draft, eventStatus: 'EventScheduled' });
  assert.deepEqual([back.counts, back.shows], [[0, 1, 0, 0, 0], first.shows]);
  assert.equal((await event(first.shows[0])).status, 'draft');
});

test('what was hidden, postponed or called off here stays so, and its import says so', async () => {
  const hidden = await soldShow();
  await app.inject({ method: 'DELETE', url: `/api/events/${hidden.eventId}`, headers: staff });
  const again = await bring(hidden.pageWith(), '?publish=true&capacity=20');
  assert.deepEqual(again.counts, [0, 0, 1, 0, 0]);
  assert.match(again.notes[0].reason, /is hidden here as event/);

  const postponed = await soldShow();
  await change(postponed.eventId, { status: 'postponed' });
  const still = await bring(postponed.pageWith(), '?publish=true&capacity=20');
  assert.deepEqual([still.counts, (await event(postponed.eventId)).status], [[0, 0, 1, 0, 0], 'postponed']);
  assert.match(still.notes[0].reason, /was postponed here/);

  const called = await soldShow();
  await change(called.eventId, { status: 'cancelled' });
  const refused = await bring(called.pageWith(), '?publish=true&capacity=20');
  assert.deepEqual(refused.counts, [0, 0, 0, 0, 1]);
  assert.match(refused.refusals[0].reason, /was called off here/);
});

test('a show that took place is not moved to the next date of its page', needs('clock'), async () => {
  const page = { '@id': 'https://sold.example/weekly', name: 'Weekly' };
  const { shows } = await bring(showPage({ ...page, startDate: '2027-01-16T20:00' }), '?publish=true&capacity=5');
  await buyOne(shows[0]);
  clock.advance(7 * 86_400_000);
  const next = await bring(showPage({ ...page, startDate: '2027-01-23T20:00' }), '?publish=true&capacity=5');
  assert.deepEqual(next.counts, [1, 0, 0, 0, 0]);
  assert.equal((await event(shows[0])).startsAt, '2027-01-16T19:00:00.000Z');
});

test('a show that was removed here without a booking comes in anew', async () => {
  const page = showPage({ '@id': 'https://sold.example/removed', name: 'Removed' });
  const { shows } = await bring(page);
  await app.inject({ method: 'DELETE', url: `/api/events/${shows[0]}`, headers: staff });
  assert.deepEqual((await bring(page)).counts, [1, 0, 0, 0, 0]);
});

test('a page that offers more than a show on sale has says what did not come in', async () => {
  const { pageWith } = await soldShow();
  const offers = [
    { name: 'General admission', price: 20, priceCurrency: 'EUR' },
    { name: 'VIP', price: 90, priceCurrency: 'EUR' },
  ];
  const { notes } = await bring(pageWith({ offers }), '?capacity=20');
  assert.match(notes.at(-1).reason, /keeps its ticket types: "VIP" did not come in/);
  const soldOut = { name: 'General admission', price: 20, priceCurrency: 'EUR', availability: 'SoldOut' };
  const later = await bring(pageWith({ offers: soldOut }), '?capacity=20');
  assert.match(later.notes.at(-1).reason, /sold out at its source, and goes on being sold here: "General admission"/);
});

test('without priceCurrency a show sells in the currency of its organiser, with a note', async () => {
  const made = await send('POST', '/api/organizers', staff, { slug: 'bern', name: 'Bern', currency: 'CHF' });
  assert.equal(made.status, 201, made.text);
  const as = { ...staff, 'x-organizer': 'bern' };
  const page = showPage({
    name: 'Aare',
    offers: { price: '35' },
    location: { name: 'Dampfzentrale', address: 'Bern' },
  });
  const { counts, notes, shows } = await bring(page, '?publish=true&capacity=5', as);
  assert.deepEqual(counts, [1, 0, 0, 0, 0]);
  assert.ok(notes.some(({ reason }: { reason: string }) => reason === 'names no currency: CHF was taken'));
  const read = await send('GET', `/api/events/${shows[0]}`, as);
  assert.deepEqual([read.body.currency, read.body.ticketTypes[0].price], ['CHF', 35]);
  const priced = await bring(showPage({ name: 'Aare 2', offers: undefined }), '?price=12.5&capacity=5', as);
  assert.ok(priced.notes.some(({ reason }: { reason: string }) => reason === 'names no currency: CHF was taken'));
  const yen = await send('POST', '/api/organizers', staff, { slug: 'kobe', name: 'Kobe', currency: 'JPY' });
  assert.equal(yen.status, 201, yen.text);
  const half = await bring(showPage({ offers: { price: '12.50' } }), '', { ...staff, 'x-organizer': 'kobe' });
  assert.match(half.refusals[0].reason, /more decimals than JPY/);
  const broken = await bring(showPage({ offers: undefined }), '?price=12.5', { ...staff, 'x-organizer': 'kobe' });
  assert.match(broken.refusals[0].reason, /12.5 is none in JPY/);
});
