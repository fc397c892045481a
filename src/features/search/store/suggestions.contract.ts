import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { wordsOfTerm } from '../domain/fold-text.ts';
import { foldPhrase } from '../domain/search-document.ts';
import {
  contractNow,
  dayMs,
  performers,
  resetShows,
  type SearchStoreUnderTest,
  show,
} from './search-store.test-support.ts';

/** What every search store promises to whoever is typing. */
export function suggestionsContract(engine: string, open: () => Promise<SearchStoreUnderTest>): void {
  describe(`proposing shows and names with ${engine}`, () => {
    let subject: SearchStoreUnderTest;
    beforeEach(async () => {
      subject ??= await open();
      await subject.clear();
      resetShows();
    });

    async function put(...events: Parameters<typeof show>[0][]): Promise<void> {
      await subject.put(events.map(show));
    }

    async function propose(term: string): Promise<string[]> {
      const words = wordsOfTerm(term, 6);
      if (words.length === 0) return [];
      const { shows, names } = await subject.store.suggest({ words, phrase: foldPhrase(term), now: contractNow });
      return [
        ...shows.map(({ shown }) => `show ${shown.title}`),
        ...names.map(({ kind, text, city }) => `${kind} ${text}${city === null ? '' : ` in ${city}`}`),
      ];
    }

    test('what is being typed proposes shows, performers, venues and cities, whatever its case and accents', async () => {
      await put(
        { title: 'Málaga Jazz', venue: 'Teatro', city: 'Ronda' },
        { title: 'Evening', performers: performers('The Malagueñas', 'Ana'), city: 'Ronda' },
        { title: 'Other', venue: 'Sala Málaga', city: 'Málaga', venueId: 2 },
      );
      const all = [
        'show Evening',
        'show Málaga Jazz',
        'performer The Malagueñas',
        'venue Sala Málaga in Málaga',
        'city Málaga',
      ];
      for (const term of ['mala', 'MÁLA', 'mál']) assert.deepEqual((await propose(term)).sort(), all.toSorted(), term);
      // One or two letters: only names that begin with them.
      for (const term of ['m', 'Má']) {
        const proposed = await propose(term);
        assert.ok(proposed.includes('city Málaga') && !proposed.includes('performer The Malagueñas'), term);
      }
    });

    test('only the last word may be unfinished', async () => {
      await put({ title: 'Live', performers: performers('Bruce Springsteen', 'Brucella Sprat') });
      assert.deepEqual(await propose('bruce spr'), ['show Live', 'performer Bruce Springsteen']);
      assert.deepEqual(await propose('br spring'), []);
      assert.deepEqual(await propose('springsteen bru'), ['show Live', 'performer Bruce Springsteen']);
    });

    test('a name that begins with it stands before one that has it later, then the better known', async () => {
      await put(
        { title: 'A', performers: [{ performerId: 1, name: 'Ana Sol' }] },
        { title: 'B', performers: [{ performerId: 2, name: 'Solange' }] },
      );
      assert.deepEqual((await propose('sol')).slice(-2), ['performer Solange', 'performer Ana Sol']);
    });

    test('typing errors are forgiven where nothing else is found', async () => {
      await put({ title: 'Evening', performers: performers('Bruce Springsteen'), city: 'Barcelona' });
      assert.deepEqual(await propose('sprinsgteen'), ['show Evening', 'performer Bruce Springsteen']);
      assert.deepEqual(await propose('bruce sprigsteen'), ['show Evening', 'performer Bruce Springsteen']);
      assert.deepEqual(await propose('brcelona'), ['city Barcelona']);
      assert.deepEqual(await propose('Barcelnoa'), ['city Barcelona']);
      assert.deepEqual(await propose('xqzwv'), []);
    });

    test('of a show with many dates its title is proposed once, the soonest date', async () => {
      await put({ title: 'Musical' }, { title: 'MUSICAL' }, { title: 'Musical' }, { title: 'Musical: the making' });
      const { shows } = await subject.store.suggest({ words: ['musical'], phrase: 'musical', now: contractNow });
      assert.deepEqual(
        shows.map(({ eventId, shown }) => [eventId, shown.title]),
        [
          [1, 'Musical'],
          [4, 'Musical: the making'],
        ],
      );
    });

    test('of very many shows that match some are proposed, by date', async () => {
      await put(...Array.from({ length: 500 }, (_, i) => ({ title: `Jam ${i}`, city: 'Málaga' })));
      for (const term of ['j', 'ja', 'jam']) {
        const words = [term];
        const { shows } = await subject.store.suggest({ words, phrase: term, now: contractNow });
        assert.equal(shows.length, 5, term);
        assert.ok(shows.every(({ shown: { title } }) => title.startsWith('Jam ')));
        assert.deepEqual(
          shows.map(({ startsAt }) => startsAt),
          shows.map(({ startsAt }) => startsAt).toSorted((a, b) => a - b),
        );
      }
      assert.deepEqual(await propose('mál'), ['city Málaga']);
    });

    test('a city is proposed for what began long ago there and is still on', async () => {
      const startsAt = contractNow - 9 * dayMs;
      await put({ title: 'Paintings', city: 'Ronda', startsAt, endsAt: contractNow + dayMs });
      for (const term of ['r', 'ro', 'ron']) assert.deepEqual(await propose(term), ['city Ronda'], term);
    });

    test('where many names begin with it, no others are proposed; where few do, others are too', async () => {
      const named = (performerId: number, name: string) => ({
        title: `No. ${performerId}`,
        performers: [{ performerId, name }],
      });
      await put(named(1, 'The Solos'), named(2, 'Solveig'), named(3, 'Solange'), named(4, 'Sol y Mar'));
      const begin = async (term: string) => (await propose(term)).filter((name) => name.startsWith('performer '));
      assert.deepEqual(await begin('sol'), [
        'performer Solange',
        'performer Solveig',
        'performer Sol y Mar',
        'performer The Solos',
      ]);
      await put(named(5, 'Soledad'));
      assert.deepEqual(await begin('sol'), [
        'performer Solange',
        'performer Soledad',
        'performer Solveig',
        'performer Sol y Mar',
      ]);
      assert.deepEqual(await begin('so'), await begin('sol'));
      assert.deepEqual(await begin('solo'), ['performer The Solos']);
    });

    test('what is over proposes nothing, nor do words of descriptions', async () => {
      await put({
        title: 'Past',
        performers: performers('Yesterday Band'),
        city: 'Oldtown',
        startsAt: contractNow - 2 * dayMs,
      });
      await put({ title: 'Now', description: 'yesterday in oldtown' });
      assert.deepEqual(await propose('yester'), []);
      assert.deepEqual(await propose('oldt'), []);
      assert.deepEqual(await propose('past'), []);
    });

    test('odd terms propose nothing they should not, and are answered', async () => {
      await put({ title: '東京ジャズ祭', city: '東京' }, { title: "Rock'n'Roll", venue: "O'Brien’s", venueId: 2 });
      for (const term of [
        "o'b",
        "'",
        '%',
        '_',
        "');--",
        'a:*b',
        '\\',
        '\0x',
        '\ud800',
        'x'.repeat(100),
        '🎸',
        'a b c d e f g h',
      ])
        assert.ok(Array.isArray(await propose(term)), term);
      assert.deepEqual(await propose('東京'), ['show 東京ジャズ祭', 'city 東京']);
      assert.deepEqual(await propose("o'br"), ["venue O'Brien’s"]);
      assert.deepEqual(await propose('obrie'), ["venue O'Brien’s"]);
    });
  });
}
