import type { EventFacts } from '../src/features/search/domain/search-document.ts';

/**
 * A made-up world of shows for measuring searches: words, performers, cities and prices are as unevenly common as in
 * life (Zipf), and the same seed makes the same world.
 */
export interface SearchWorld {
  /** Words by how common they are in descriptions, the most common first. */
  readonly commonWords: readonly string[];
  readonly titleWords: readonly string[];
  readonly surnames: readonly string[];
  readonly cities: readonly City[];
  readonly types: readonly string[];
  readonly now: number;
  event(eventId: number): EventFacts;
}

interface City {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

const types =
  'MusicEvent Concert Festival TheaterEvent ComedyEvent DanceEvent SportsEvent Exhibition ChildrensEvent LiteraryEvent'.split(
    ' ',
  );
const plainWords =
  'the and of a in with live music night for tour from on is at by their new world first best stage band songs will show evening great one sound years album concert free open special guests classic rock jazz family summer love city'.split(
    ' ',
  );
const tourWords =
  'tour live festival night world concert gala show summer winter symphony jazz rock opera acoustic anniversary tribute orchestra unplugged experience'.split(
    ' ',
  );

/** Mulberry32: small, fast, good enough for test data. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Index 0 is the most common; `skew` near 1 is ordinary language. */
function createZipf(count: number, skew: number): (random: number) => number {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    sum += 1 / (i + 1) ** skew;
    sums[i] = sum;
  }
  return (random) => {
    const wanted = random * sum;
    let low = 0;
    let high = count - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const beginnings = 'b br c ch d dr f fl g gr h j k kr l m n p pr r s sch st sp t tr v w z'.split(' ');
const middles = 'a e i o u ai ei ou ö é ø ü'.split(' ');
const endings = ['', '', 'n', 'r', 's', 'l', 'm', 'ck', 'nd', 'st', 'rn'];

function createWords(random: () => number, count: number, common: readonly string[]): string[] {
  const words = new Set(common);
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)]!;
  while (words.size < count) {
    let word = '';
    for (let syllables = 1 + Math.floor(random() * 2.6); syllables >= 0; syllables--) {
      word += pick(beginnings) + pick(middles) + pick(endings);
    }
    if (word.length >= 4 && word.length <= 14) words.add(word);
  }
  return [...words];
}

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function createSearchWorld(seed = 1): SearchWorld {
  const random = createRandom(seed);
  const now = Date.UTC(2027, 0, 15, 12);
  const commonWords = createWords(random, 30_000, plainWords);
  const titleWords = createWords(random, 8_000, tourWords);
  const surnames = createWords(random, 40_000, ['springsteen', 'steiner', 'bernstein', 'holstein', 'lindgren']);
  const firstNames = createWords(random, 3_000, ['bruce', 'anna', 'maría', 'john', 'björk']);
  const performers = Array.from({ length: 70_000 }, (_, i) => {
    const surname = surnames[i % surnames.length]!;
    return i % 4 === 3
      ? `The ${capital(titleWords[Math.floor(random() * titleWords.length)]!)} ${capital(surname)}s`
      : `${capital(firstNames[Math.floor(random() * firstNames.length)]!)} ${capital(surname)}`;
  });
  performers[0] = 'Bruce Springsteen';
  const cities = createWords(random, 2_000, ['berlin', 'madrid', 'santa cruz de tenerife', 'london', 'são paulo']).map(
    (name) => ({ name: capital(name), latitude: 36 + random() * 22, longitude: -9 + random() * 33 }),
  );
  const cityOf = createZipf(cities.length, 0.9);
  const venues = Array.from({ length: 20_000 }, (_, i) => {
    const city = cities[cityOf(random())]!;
    return {
      name: `${capital(surnames[(i * 7) % surnames.length]!)} ${['Hall', 'Arena', 'Theatre', 'Club', 'Park'][i % 5]}`,
      city: city.name,
      latitude: Math.fround(city.latitude + (random() - 0.5) * 0.2),
      longitude: Math.fround(city.longitude + (random() - 0.5) * 0.2),
    };
  });
  const common = createZipf(commonWords.length, 1);
  const titled = createZipf(titleWords.length, 0.9);
  const performing = createZipf(performers.length, 0.5);

  function event(eventId: number): EventFacts {
    const chance = createRandom(seed * 7_919 + eventId);
    const venueId = Math.floor(chance() * venues.length);
    const venue = venues[venueId]!;
    const performerId = performing(chance());
    const performer = performers[performerId]!;
    const words = Array.from({ length: 1 + Math.floor(chance() * 3) }, () => capital(titleWords[titled(chance())]!));
    const kind = chance();
    const title = kind < 0.4 ? performer : kind < 0.7 ? `${performer}: ${words.join(' ')}` : words.join(' ');
    const description = Array.from({ length: 12 + Math.floor(chance() * 20) }, () => commonWords[common(chance())]!);
    const startsAt = now + Math.floor((chance() * 760 - 60) * 24) * hourMs;
    const long = chance() < 0.01;
    const onSale = chance();
    return {
      eventId,
      organizerId: 1,
      title,
      description: description.join(' '),
      type: types[Math.floor(chance() ** 2 * types.length)]!,
      status: onSale < 0.02 ? 'cancelled' : 'published',
      startsAt,
      endsAt: long ? startsAt + Math.floor(2 + chance() * 20) * dayMs : chance() < 0.5 ? startsAt + 3 * hourMs : null,
      timeZone: 'Europe/Berlin',
      imageUrl: null,
      currency: 'EUR',
      onSaleFrom: onSale > 0.7 ? startsAt - 60 * dayMs : null,
      onSaleUntil: null,
      venueId: venueId + 1,
      venue: venue.name,
      city: venue.city,
      latitude: venue.latitude,
      longitude: venue.longitude,
      performers: [{ performerId: performerId + 1, name: performer }],
      lowestPriceMinor: chance() < 0.05 ? null : 500 + Math.floor(chance() ** 2 * 400) * 50,
      terms: { serviceFee: null, tax: null },
      seriesId: null,
      previousStartsAt: null,
      hasTickets: true,
    };
  }
  return { commonWords, titleWords, surnames, cities, types, now, event };
}
