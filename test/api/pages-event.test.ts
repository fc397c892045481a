import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { WebApp } from '../../src/platform/web-app/web-app.ts';
import { startTestApp } from '../support/app.ts';
import { needs } from '../support/needs.ts';

/** An app that was built: pages are about what stands around it. */
const webApp: WebApp = {
  state: 'built',
  version: 'test',
  entry: (name) => ({ script: `/assets/${name}.js`, styles: [], css: '', imports: [] }),
  fonts: () => [],
  icon: () => null,
  asset: async () => null,
  close: async () => {},
};

const show = {
  title: 'Süd & Nord <script>alert("1")</script>',
  description: 'Two pianos, & the sea.\n\nAfter the interval the lamps go out.',
  type: 'MusicEvent',
  eventDate: '2027-03-01T20:30:00',
  doorsAt: '2027-03-01T19:30:00',
  endsAt: '2027-03-01T22:30:00',
  timeZone: 'Europe/Lisbon',
  venue: 'Lighthouse Hall',
  venueAddress: 'Rua do Farol 12',
  performers: ['Marta Veiga', 'Low "Bridge"'],
  ticketTypes: [
    {
      name: 'Stalls',
      rates: [
        { name: 'Adult', price: 38 },
        { name: 'Child', price: 19 },
      ],
      capacity: 40,
    },
    { name: 'Balcony', price: 24, capacity: 20, salesFrom: '2027-02-01T10:00:00' },
    { name: 'For friends', price: 1, capacity: 5, isHidden: true },
  ],
};

async function open() {
  const testApp = await startTestApp({ webApp });
  const { app, staff } = testApp;
  const send = async (method: 'GET' | 'POST' | 'PUT' | 'DELETE', url: string, payload?: object) => {
    const answer = await app.inject({ method, url, headers: staff, ...(payload && { payload }) });
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.json();
  };
  const page = (url: string, headers: object = {}) => app.inject({ url, headers: { accept: 'text/html', ...headers } });
  return { ...testApp, send, page };
}

const jsonIn = (html: string, type: string) =>
  JSON.parse(new RegExp(`<script type="${type}"[^>]*>(.*?)</script>`, 's').exec(html)![1]!);

describe('the page of a show', needs('process'), async () => {
  const { send, page, client, staff } = await open();
  const { eventId } = await send('POST', '/api/events', show);
  const path = `/e/${eventId}/sud-nord-script-alert-1-script`;

  test('says everything without script, in words that cannot be taken for HTML', async () => {
    const { statusCode, body, headers } = await page(path);
    assert.equal(statusCode, 200);
    assert.match(String(headers['content-security-policy']), /script-src 'self';/);
    const html = body.slice(body.indexOf('<body>'));
    assert.ok(!html.includes('<script'), 'nothing of what people typed is a script');
    assert.ok(!html.includes(' style='), 'the policy of pages forbids style attributes');
    for (const said of [
      '<h1 class="event-title" dir="auto">Süd &amp; Nord &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;</h1>',
      'Two pianos, &amp; the sea.',
      'After the interval the lamps go out.',
      'Monday 1 March 2027, 20:30',
      'Doors 19:30 · about 2 hours',
      'Marta Veiga and Low &quot;Bridge&quot;',
      '€38.00',
      'Adult · Child €19.00',
      '40 left',
      'Opens Mon 1 Feb 2027, 10:00',
      'Give tickets back until the start',
      `href="/api/events/${eventId}/event.ics"`,
      'needs JavaScript',
    ]) {
      assert.ok(html.includes(said), said);
    }
    assert.ok(!body.includes('For friends'), 'a hidden type is not there');
  });

  test('speaks German to whoever prefers it', async () => {
    const { body } = await page(path, { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' });
    assert.match(body, /<html lang="de">/);
    for (const said of ['Einlass 19:30', 'noch 40', '38,00', 'Tickets wählen']) assert.ok(body.includes(said), said);
  });

  test('has one address: another title in it leads there, another id nowhere', async () => {
    const { body } = await page(path);
    assert.match(body, new RegExp(`<link rel="canonical" href="http[^"]*${path}">`));
    const moved = await page(`/e/${eventId}/another-title?code=EARLY`);
    assert.equal(moved.statusCode, 301);
    assert.equal(moved.headers.location, `${path}?code=EARLY`);
    assert.equal((await page(`/e/${eventId}`)).statusCode, 200);
    for (const nowhere of ['/e/4711/show', '/e/0', '/e/x', '/e/99999999999999999999/show'])
      assert.equal((await page(nowhere)).statusCode, 404, nowhere);
  });

  test('brings the answers that its first view needs', async () => {
    const { answers } = jsonIn((await page(path)).body, 'application/json');
    const event = (await client.send('GET', `/api/events/${eventId}`)).body;
    const availability = (await client.send('GET', `/api/events/${eventId}/availability`)).body;
    assert.deepEqual(answers[`/api/events/${eventId}`], event);
    assert.deepEqual(answers[`/api/events/${eventId}/availability`], availability);
  });

  test('is made anew when the show was edited, and says what became of it', async () => {
    const { eventId } = await send('POST', '/api/events', { ...show, title: 'Edited' });
    const path = `/e/${eventId}/edited`;
    assert.ok((await page(path)).body.includes('Monday 1 March 2027, 20:30'));
    await send('PUT', `/api/events/${eventId}`, { startsAt: '2027-03-08T20:30:00', doorsAt: null, endsAt: null });
    const moved = (await page(path)).body;
    assert.ok(moved.includes('<s>Monday 1 March 2027, 20:30</s>'));
    assert.ok(moved.includes('This show has a new date.'));
    const facts = jsonIn(moved, 'application/ld\\+json');
    assert.equal(facts.eventStatus, 'https://schema.org/EventRescheduled');
    assert.equal(facts.previousStartDate, '2027-03-01T20:30:00+00:00');
    await send('PUT', `/api/events/${eventId}`, { status: 'cancelled' });
    const calledOff = (await page(path)).body;
    assert.ok(calledOff.includes('This show was called off.'));
    assert.equal(jsonIn(calledOff, 'application/ld\\+json').eventStatus, 'https://schema.org/EventCancelled');
    await send('PUT', `/api/events/${eventId}`, { isActive: false });
    const gone = await page(path);
    assert.equal(gone.statusCode, 410);
    assert.ok(gone.body.includes('This show is not here any more.'));
    assert.ok(gone.body.includes('<meta name="robots" content="noindex">'));
  });

  test('a draft that nobody was to see yet is not there', async () => {
    const { eventId } = await send('POST', '/api/events', { ...show, title: 'Draft', status: 'draft' });
    assert.equal((await page(`/e/${eventId}/draft`)).statusCode, 404);
  });

  test('onsale import reads the show back from it', async () => {
    const series = await send('POST', '/api/series', { name: 'Nights' });
    const venue = await send('POST', '/api/venues', {
      name: 'Old Mill',
      address: 'Mühlweg 3',
      city: 'Berlin',
      region: 'Berlin',
      postalCode: '10115',
      country: 'DE',
      latitude: 52.53,
      longitude: 13.38,
      timeZone: 'Europe/Berlin',
    });
    const { venue: _venue, venueAddress: _address, timeZone: _zone, ...rest } = show;
    const original = await send('POST', '/api/events', {
      ...rest,
      title: 'Night of the “Harps” & Lutes',
      // A reader of pages takes line breaks for spaces.
      description: 'Two pianos, & the sea. 5 < 6.',
      venueId: venue.venueId,
      seriesId: series.seriesId,
      currency: 'EUR',
      imageUrl: 'https://example.org/harps.jpg',
      onSaleUntil: '2027-03-01T18:00:00',
      ticketTypes: [
        { name: 'Stalls', price: 38, capacity: 40 },
        { name: 'Balcony', price: 24.5, capacity: 20, salesFrom: '2027-02-01T10:00:00' },
      ],
      status: 'published',
    });
    const { body } = await page(`/e/${original.eventId}`);
    const other = await open();
    const typed = { ...other.staff, 'content-type': 'text/html' };
    const brought = await other.client.send('POST', '/api/import', typed, body);
    assert.equal(brought.status, 200, brought.text);
    assert.equal(brought.body.added, 1, brought.text);
    assert.deepEqual(brought.body.refusals, []);
    const [{ eventId }] = (await other.client.send('GET', '/api/events', other.staff)).body.items;
    const copy = (await other.client.send('GET', `/api/events/${eventId}`, other.staff)).body;
    const facts = ({ venueDetails, ticketTypes, ...event }: typeof copy) => ({
      title: event.title,
      description: event.description,
      type: event.type,
      startsAt: event.startsAt,
      doorsAt: event.doorsAt,
      endsAt: event.endsAt,
      timeZone: event.timeZone,
      imageUrl: event.imageUrl,
      currency: event.currency,
      performers: event.performers.map(({ name }: { name: string }) => name),
      place: [
        venueDetails.name,
        venueDetails.address,
        venueDetails.city,
        venueDetails.region,
        venueDetails.postalCode,
        venueDetails.country,
        venueDetails.latitude,
        venueDetails.longitude,
      ],
      types: ticketTypes.map((type: (typeof ticketTypes)[number]) => [type.name, type.price, type.capacity]),
    });
    const first = (await client.send('GET', `/api/events/${original.eventId}`, staff)).body;
    assert.deepEqual(facts(copy), facts(first));
    const named = (await other.client.send('GET', `/api/series/${copy.seriesId}`)).body;
    assert.equal(named.name, 'Nights');
  });
});

describe('the page of an organiser', needs('process'), async () => {
  const { send, page } = await open();
  await send('POST', '/api/events', show);
  await send('PUT', '/api/organizers/onsale', {
    description: 'Small nights & <i>big</i> ones.',
    website: 'https://example.org/?a=1&b="2"',
    accentColor: '#1b1e5c',
  });

  test('shows who it is and what is on', async () => {
    const { statusCode, body } = await page('/o/onsale');
    assert.equal(statusCode, 200);
    for (const said of [
      'Small nights &amp; &lt;i&gt;big&lt;/i&gt; ones.',
      'organizer-white',
      'fill="#1b1e5c"',
      'Süd &amp; Nord',
      '<link rel="canonical"',
    ]) {
      assert.ok(body.includes(said), said);
    }
    assert.ok(!body.slice(body.indexOf('<body>')).includes('<script'));
  });

  test('others, and legal texts of another kind, are not there', async () => {
    for (const nowhere of ['/o/nobody', '/o/onsale/legal/other', '/o/nobody/legal/imprint', `/o/${'x'.repeat(150)}`])
      assert.equal((await page(nowhere)).statusCode, 404, nowhere);
    assert.equal((await page('/o/onsale/legal/imprint')).statusCode, 200);
  });
});
