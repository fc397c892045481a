import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { foldPhrase } from '../domain/search-document.ts';
import { type AskedSearch, readQuestion, type SearchPlace } from '../domain/search-question.ts';
import {
  contractNow,
  dayMs,
  performers,
  resetShows,
  type SearchStoreUnderTest,
  show,
} from './search-store.test-support.ts';
import type { SearchAnswer } from './search-store.ts';

/** What every search store promises. Each engine runs all of it. */
export function searchStoreContract(engine: string, open: () => Promise<SearchStoreUnderTest>): void {
  describe(`finding shows with ${engine}`, () => {
    let subject: SearchStoreUnderTest;
    beforeEach(async () => {
      subject ??= await open();
      await subject.clear();
      resetShows();
    });

    async function ask(asked: AskedSearch, after: SearchPlace | null = null): Promise<SearchAnswer> {
      const question = readQuestion(asked, contractNow);
      assert.ok(question.accepted, JSON.stringify(question));
      return subject.store.find({ ...question.value, after });
    }
    async function titles(asked: AskedSearch): Promise<string[]> {
      return (await ask(asked)).items.map((item) => item.shown.title);
    }
    async function put(...events: Parameters<typeof show>[0][]): Promise<void> {
      await subject.put(events.map(show));
    }

    test('a word is found in title, performers, venue and description, whatever its case and accents', async () => {
      await put(
        { title: 'An evening with BJÖRK' },
        { title: 'One', performers: performers('Björk') },
        { title: 'Two', venue: 'Bjork Hall' },
        { title: 'Three', description: 'songs by björk.' },
        { title: 'Other' },
      );
      const found = await ask({ term: 'bjÖrk' });
      assert.deepEqual(
        found.items.map((item) => item.shown.title),
        ['An evening with BJÖRK', 'One', 'Two', 'Three'],
      );
      assert.equal(found.total, 4);
      assert.equal(found.totalMore, false);
    });

    test('all words of a term must be found, in any field', async () => {
      await put({ title: 'Jazz night', venue: 'Blue Club' }, { title: 'Jazz morning' }, { title: 'Blue night' });
      assert.deepEqual(await titles({ term: 'night blue jazz' }), ['Jazz night']);
    });

    test('part of a word finds titles and names, but not descriptions', async () => {
      await put(
        { title: 'Live', performers: performers('Bruce Springsteen') },
        { title: 'Other', description: 'like springsteen' },
        { title: 'Show', venue: 'Kasteenhal Arena' },
      );
      assert.deepEqual(await titles({ term: 'steen' }), ['Live', 'Show']);
    });

    test('the last word of a term may be unfinished, others may not', async () => {
      await put({ title: 'Symphony number nine' }, { title: 'Number plates', description: 'a symbol' });
      assert.deepEqual(await titles({ term: 'symph' }), ['Symphony number nine']);
      assert.deepEqual(await titles({ term: 'number sy' }), ['Symphony number nine', 'Number plates']);
      assert.deepEqual(await titles({ term: 'n' }), ['Symphony number nine', 'Number plates']);
      assert.deepEqual(await titles({ term: 'nu symphony' }), []);
    });

    test('typing errors are forgiven and named', async () => {
      await put({ title: 'Bruce Springsteen' }, { title: 'Jazz' }, { title: 'Metallica' });
      for (const [typed, meant, title] of [
        ['spirngsteen', 'springsteen', 'Bruce Springsteen'],
        ['sprngsten', 'springsteen', 'Bruce Springsteen'],
        ['bruce sprinsteen', 'bruce springsteen', 'Bruce Springsteen'],
        ['jzaz', 'jazz', 'Jazz'],
        ['mettalica', 'metallica', 'Metallica'],
      ] as const) {
        const found = await ask({ term: typed });
        assert.deepEqual(
          found.items.map((item) => item.shown.title),
          [title],
          typed,
        );
        assert.equal(found.didYouMean, meant);
      }
    });

    test('a word that is known only elsewhere is forgiven too', async () => {
      await put({ title: 'John Lennon' }, { title: 'Jon Hopkins' });
      const found = await ask({ term: 'jon lennon' });
      assert.deepEqual(
        found.items.map((item) => item.shown.title),
        ['John Lennon'],
      );
      assert.equal(found.didYouMean, 'john lennon');
    });

    test('when nothing matched, a term that would is named, and none where none would', async () => {
      await put({ title: 'Metallica' }, { title: 'Opera', city: 'Madrid' });
      const near = await ask({ term: 'mtlica' });
      assert.deepEqual([near.items.length, near.total, near.didYouMean], [0, 0, 'metallica']);
      const partly = await ask({ term: 'metallica xqzwv' });
      assert.deepEqual([partly.total, partly.didYouMean], [0, 'metallica']);
      const none = await ask({ term: 'xqzwv' });
      assert.deepEqual([none.total, none.didYouMean], [0, null]);
      const elsewhere = await ask({ term: 'metallica', location: 'Madrid' });
      assert.deepEqual([elsewhere.total, elsewhere.didYouMean], [0, null]);
    });

    test('a term that matched as typed suggests nothing', async () => {
      await put({ title: 'Jazz' });
      assert.equal((await ask({ term: 'jazz' })).didYouMean, null);
    });

    test('relevance: title and performers before venues and parts, these before descriptions, then by date', async () => {
      await put(
        { title: 'A', description: 'rock' },
        { title: 'B', venue: 'Rock Club' },
        { title: 'Rocket' },
        { title: 'Rock' },
        { title: 'C', performers: performers('The Rock') },
      );
      assert.deepEqual(await titles({ term: 'rock' }), ['Rock', 'C', 'B', 'Rocket', 'A']);
    });

    test('a city is found by its name, its beginning or a word of it', async () => {
      await put({ title: 'A', city: 'Santa Cruz de Tenerife' }, { title: 'B', city: 'Málaga' }, { title: 'C' });
      assert.deepEqual(await titles({ location: 'MALAGA' }), ['B']);
      assert.deepEqual(await titles({ location: 'santa c' }), ['A']);
      assert.deepEqual(await titles({ location: 'tenerife' }), ['A']);
      assert.deepEqual(await titles({ location: 'aga' }), []);
      assert.deepEqual(await titles({ location: 'Atlantis' }), []);
    });

    test('more cities than the index takes at once are all found', async () => {
      await put(...Array.from({ length: 40 }, (_, i) => ({ title: `T${i}`, city: `Newtown ${i}` })));
      assert.equal((await ask({ location: 'newtown' })).total, 40);
    });

    test('types are compared without case', async () => {
      await put({ title: 'A', type: 'MusicEvent' }, { title: 'B', type: 'Stand-up comedy' });
      assert.deepEqual(await titles({ type: 'musicevent' }), ['A']);
      assert.deepEqual(await titles({ type: 'Stand up Comedy' }), ['B']);
      assert.deepEqual(await titles({ type: 'Music' }), []);
    });

    test('a day is the day at the venue', async () => {
      const startsAt = Date.UTC(2027, 4, 1, 23, 30);
      await put(
        { title: 'Berlin', startsAt, timeZone: 'Europe/Berlin' },
        { title: 'London', startsAt: startsAt - 3_600_000, timeZone: 'Atlantic/Azores' },
        { title: 'Samoa', startsAt: Date.UTC(2027, 3, 30, 11), timeZone: 'Pacific/Kiritimati' },
        { title: 'Midway', startsAt: Date.UTC(2027, 4, 2, 10, 30), timeZone: 'Pacific/Midway' },
      );
      assert.deepEqual(await titles({ date: '2027-05-01' }), ['Samoa', 'London', 'Midway']);
      assert.deepEqual(await titles({ date: '2027-05-02' }), ['Berlin']);
      assert.deepEqual(await titles({ from: '2027-05-02', to: '2027-05-02' }), ['Berlin']);
    });

    test('a period in instants includes its ends', async () => {
      const startsAt = Date.UTC(2027, 4, 1, 20);
      await put({ title: 'A', startsAt });
      assert.deepEqual(await titles({ from: '2027-05-01T20:00:00Z', to: '2027-05-01T22:00:00+02:00' }), ['A']);
      assert.deepEqual(await titles({ from: '2027-05-01T20:00:00.001Z' }), []);
      assert.deepEqual(await titles({ to: '2027-05-01T19:59:59Z' }), []);
      assert.deepEqual(await titles({ from: '2020-01-01', to: '2030-01-01' }), ['A']);
    });

    test('what is over is hidden unless the past is asked for; what runs still is not', async () => {
      await put(
        { title: 'Past', startsAt: contractNow - 2 * dayMs },
        { title: 'Exhibition', startsAt: contractNow - 40 * dayMs, endsAt: contractNow + dayMs },
        { title: 'Closed', startsAt: contractNow - 40 * dayMs, endsAt: contractNow - 1 },
        { title: 'Tonight', startsAt: contractNow - 3_600_000, endsAt: contractNow + 3_600_000 },
        { title: 'Coming', startsAt: contractNow + dayMs },
      );
      assert.deepEqual(await titles({}), ['Exhibition', 'Tonight', 'Coming']);
      assert.deepEqual(await titles({ from: '2026-01-01', to: '2027-01-14' }), ['Exhibition', 'Closed', 'Past']);
      assert.deepEqual(await titles({ to: '2027-01-13' }), ['Exhibition', 'Closed', 'Past']);
    });

    test('on sale: within its window, not sold out, not called off', async () => {
      await put(
        { title: 'Open' },
        { title: 'Few', stock: 1 },
        { title: 'Soon', onSaleFrom: contractNow + 1 },
        { title: 'Now', onSaleFrom: contractNow },
        { title: 'Ended', onSaleUntil: contractNow },
        { title: 'Full', stock: 0 },
        { title: 'Cancelled', status: 'cancelled' },
        { title: 'Postponed', status: 'postponed' },
        { title: 'Ticketless', hasTickets: false },
      );
      assert.deepEqual(await titles({ onSale: true }), ['Open', 'Few', 'Now']);
      assert.deepEqual(await titles({ onSale: false }), [
        'Soon',
        'Ended',
        'Full',
        'Cancelled',
        'Postponed',
        'Ticketless',
      ]);
    });

    test('by performer, venue and series', async () => {
      await put(
        { title: 'A', performers: performers('Ana', 'Bo'), venueId: 3 },
        { title: 'B', performers: performers('Ana'), seriesId: 7 },
        { title: 'C', venueId: 31, seriesId: 70 },
      );
      assert.deepEqual(await titles({ performerId: 1 }), ['A', 'B']);
      assert.deepEqual(await titles({ performerId: 2, sort: 'price' }), ['A']);
      assert.deepEqual(await titles({ venueId: 3 }), ['A']);
      assert.deepEqual(await titles({ seriesId: 7, term: 'b' }), ['B']);
      assert.deepEqual(await titles({ seriesId: 7, venueId: 3 }), []);
    });

    test('near a point, within the radius, with its distance', async () => {
      await put(
        { title: 'Potsdam', latitude: 52.39, longitude: 13.06 },
        { title: 'Berlin', latitude: 52.52, longitude: 13.4 },
        { title: 'Munich', latitude: 48.14, longitude: 11.58 },
        { title: 'Nowhere' },
      );
      const near = '52.52,13.40';
      const found = await ask({ near, sort: 'distance' });
      assert.deepEqual(
        found.items.map((item) => [item.shown.title, Math.round(item.distanceKm!)]),
        [
          ['Berlin', 0],
          ['Potsdam', 27],
        ],
      );
      assert.deepEqual(await titles({ near, radius: 20 }), ['Berlin']);
      assert.deepEqual(await titles({ near, radius: 600 }), ['Potsdam', 'Berlin', 'Munich']);
      assert.deepEqual(await titles({ near, radius: 20_000, sort: 'distance' }), ['Berlin', 'Potsdam', 'Munich']);
    });

    test('near works over the date line and at the pole', async () => {
      await put(
        { title: 'Fiji', latitude: -17, longitude: 179.95 },
        { title: 'Taveuni', latitude: -17, longitude: -179.95 },
        { title: 'Pole', latitude: 89.9, longitude: 10 },
      );
      assert.deepEqual(await titles({ near: '-17,-180', radius: 20 }), ['Fiji', 'Taveuni']);
      assert.deepEqual(await titles({ near: '90,0', radius: 20 }), ['Pole']);
    });

    test('by price: lowest first across currencies’ decimals, without a price last', async () => {
      await put(
        { title: 'None', lowestPriceMinor: null },
        { title: 'Ten', lowestPriceMinor: 1000 },
        { title: 'Nine yen', lowestPriceMinor: 9, currency: 'JPY' },
        { title: 'Free', lowestPriceMinor: 0 },
        { title: 'Nine and a half dinars', lowestPriceMinor: 9500, currency: 'KWD' },
      );
      assert.deepEqual(await titles({ sort: 'price' }), ['Free', 'Nine yen', 'Nine and a half dinars', 'Ten', 'None']);
    });

    const orders: AskedSearch[] = [
      {},
      { sort: 'price' },
      { term: 'show' },
      { term: 'show', sort: 'date' },
      { near: '50,10', radius: 500, sort: 'distance' },
      { near: '50,10', radius: 500, onSale: true, sort: 'price', term: 'sh' },
    ];
    for (const asked of orders) {
      test(`pages neither repeat nor skip: ${JSON.stringify(asked)}`, async () => {
        await put(
          ...Array.from({ length: 53 }, (_, i) => ({
            title: i % 3 === 0 ? `Show ${i}` : `T${i}`,
            venue: i % 3 === 1 ? 'Showroom' : 'Hall',
            description: 'a show',
            startsAt: contractNow + dayMs * (1 + (i % 5)),
            lowestPriceMinor: i % 7 === 0 ? null : (i % 4) * 500,
            latitude: 50 + (i % 6) / 10,
            longitude: 10,
          })),
        );
        const whole = await ask({ ...asked, limit: 50 });
        const seen: number[] = [];
        let after: SearchPlace | null = null;
        do {
          const page: SearchAnswer = await ask({ ...asked, limit: 7 }, after);
          assert.equal(page.total, 53);
          seen.push(...page.items.map((item) => item.eventId));
          after = page.next;
        } while (after);
        assert.equal(new Set(seen).size, 53);
        assert.deepEqual(
          seen.slice(0, 50),
          whole.items.map((item) => item.eventId),
        );
      });
    }

    test('a search without any match is an empty page', async () => {
      assert.deepEqual(await ask({}), { items: [], next: null, total: 0, totalMore: false, didYouMean: null });
    });

    test('odd terms answer, and find nothing they should not', async () => {
      await put(
        { title: `100% "Rock'n'Roll" & more_` },
        { title: '東京ジャズ祭' },
        { title: 'حفلة موسيقية' },
        { title: 'Other' },
      );
      for (const term of [
        "'",
        '"',
        '\\',
        '%',
        '_',
        '&|!()<->:*',
        "rock' | other",
        'a:*',
        '\0',
        ' \t',
        '\ud800',
        'x'.repeat(500),
        'ab '.repeat(160),
        '🎸🎸',
        "'; DROP TABLE search_documents; --",
        '-',
        'ﷺ',
        '\u202e',
      ]) {
        assert.ok(Array.isArray((await ask({ term })).items), term);
      }
      assert.deepEqual(await titles({ term: "rock'n'roll" }), [`100% "Rock'n'Roll" & more_`]);
      assert.deepEqual(await titles({ term: 'ジャズ' }), ['東京ジャズ祭']);
      assert.deepEqual(await titles({ term: 'موسيقيه' }), ['حفلة موسيقية']);
      assert.deepEqual(await titles({ term: '!!!' }), []);
      assert.equal(foldPhrase('  Santa—Cruz '), 'santa cruz');
    });
  });
}
