import type { AskedSearch } from '../src/features/search/domain/search-question.ts';
import { encodeCursor } from '../src/platform/http/cursor.ts';
import type { SearchWorld } from './search-data.ts';

/** One kind of search. `ask` makes another one of the kind for every number, with other words. */
export interface SearchCase {
  readonly name: string;
  readonly goalMs: number;
  readonly stretchMs: number;
  /** Which route. */
  readonly asks: 'search' | 'suggestions';
  readonly ask: (turn: number) => AskedSearch & { readonly cursor?: string };
}

const dayMs = 86_400_000;
const ordinary = { goalMs: 15, stretchMs: 7 };
const mistyped = { goalMs: 40, stretchMs: 21 };

/** Every filter and every order, alone and together, with words of every commonness. */
export function searchCases(world: SearchWorld): SearchCase[] {
  const { surnames, titleWords, commonWords, cities, types, now } = world;
  // Strides share no factor with the lists' lengths, so words do not come again soon.
  const rare = (turn: number) => surnames[(turn * 7_919 + 13) % surnames.length]!;
  const rareTitle = (turn: number) => titleWords[1_000 + ((turn * 101) % 6_000)]!;
  const middling = (turn: number) => titleWords[20 + ((turn * 37) % 400)]!;
  const common = (turn: number) => commonWords[(turn * 11) % 60]!;
  const city = (turn: number) => cities[(turn * 17) % 300]!;
  const day = (days: number) => new Date(now + days * dayMs).toISOString().slice(0, 10);
  const near = (turn: number) => `${city(turn).latitude.toFixed(3)},${city(turn).longitude.toFixed(3)}`;
  const kind = (turn: number) => types[turn % types.length]!;
  const performer = (turn: number) => world.event(1 + ((turn * 6_131) % 900_000)).performers[0]!.name;
  const sorts = ['date', 'price', 'relevance'] as const;
  const list: [name: string, ask: SearchCase['ask'], goals?: typeof ordinary][] = [
    ['everything', () => ({})],
    ['everything, deep page', (i) => ({ cursor: encodeCursor(['date', now + (i % 600) * dayMs, 0]) })],
    ['rare word', (i) => ({ term: rare(i) })],
    ['rare word by date', (i) => ({ term: rare(i), sort: 'date' })],
    ['rare title word by price', (i) => ({ term: rareTitle(i), sort: 'price' })],
    ['middling word', (i) => ({ term: middling(i) })],
    ['middling word by date', (i) => ({ term: middling(i), sort: 'date' })],
    ['middling word by price', (i) => ({ term: middling(i), sort: 'price' })],
    ['common word', (i) => ({ term: common(i) })],
    ['common word by date', (i) => ({ term: common(i), sort: 'date' })],
    ['common word by price', (i) => ({ term: common(i), sort: 'price' })],
    [
      'common word by date, deep page',
      (i) => ({ term: common(i), sort: 'date', cursor: encodeCursor(['date', now + (i % 600) * dayMs, 0]) }),
    ],
    [
      'common word by relevance, deep page',
      (i) => ({ term: common(i), cursor: encodeCursor(['relevance', 2, now + (i % 600) * dayMs, 0]) }),
    ],
    ['two words, rare and common', (i) => ({ term: `${common(i)} ${rare(i)}`, sort: sorts[i % 3]! })],
    ['two words, common', (i) => ({ term: `${common(i)} ${common(i * 7 + 5)}`, sort: sorts[i % 3]! })],
    ['two words, middling and common', (i) => ({ term: `${middling(i)} ${common(i)}` })],
    ['beginning of a word', (i) => ({ term: rare(i).slice(0, 4) })],
    ['beginning of a word, one or two letters', (i) => ({ term: rare(i).slice(0, 1 + (i % 2)) })],
    ['part of a word', (i) => ({ term: rare(i).slice(1, 6) })],
    ['part of a word by date', (i) => ({ term: rare(i).slice(2, 6), sort: 'date' })],
    ['city', (i) => ({ location: city(i).name })],
    ['beginning of a city', (i) => ({ location: city(i).name.slice(0, 3) })],
    ['city by price', (i) => ({ location: city(i).name, sort: 'price' })],
    ['type', (i) => ({ type: kind(i) })],
    ['type by price', (i) => ({ type: kind(i), sort: 'price' })],
    ['day', (i) => ({ date: day(i % 600) })],
    ['day by price', (i) => ({ date: day(i % 600), sort: 'price' })],
    ['from and to, a week', (i) => ({ from: day(i % 600), to: day((i % 600) + 7) })],
    ['from and to, three months', (i) => ({ from: day(i % 500), to: day((i % 500) + 90) })],
    ['the past', (i) => ({ from: day(-50), to: day(-40 + (i % 30)) })],
    ['near', (i) => ({ near: near(i) })],
    ['near by distance', (i) => ({ near: near(i), sort: 'distance' })],
    ['near by distance, 500 km', (i) => ({ near: near(i), radius: 500, sort: 'distance' })],
    ['near by price, 10 km', (i) => ({ near: near(i), radius: 10, sort: 'price' })],
    ['on sale', () => ({ onSale: true })],
    ['not on sale', () => ({ onSale: false })],
    ['price', () => ({ sort: 'price' })],
    [
      'price, deep page',
      (i) => ({ sort: 'price', cursor: encodeCursor(['price', 5_000 + (i % 190) * 1_000, now, 0]) }),
    ],
    ['word, city', (i) => ({ term: common(i), location: city(i).name })],
    ['word, type, on sale', (i) => ({ term: middling(i), type: kind(i), onSale: true })],
    ['word, near by distance', (i) => ({ term: common(i), near: near(i), sort: 'distance' })],
    [
      'word, near by distance, everywhere',
      (i) => ({ term: middling(i), near: near(i), radius: 2_000, sort: 'distance' }),
    ],
    ['word, month', (i) => ({ term: common(i), from: day(i % 600), to: day((i % 600) + 30) })],
    ['word, month by price', (i) => ({ term: common(i), from: day(i % 600), to: day((i % 600) + 30), sort: 'price' })],
    [
      'city, type, month, on sale',
      (i) => {
        return { location: city(i).name, type: kind(i), from: day(i % 600), to: day((i % 600) + 30), onSale: true };
      },
    ],
    ['typing error', (i) => ({ term: swap(rare(i)) }), mistyped],
    ['typing error, two words', (i) => ({ term: `${swap(rare(i))} ${rare(i + 1)}` }), mistyped],
    ['two typing errors', (i) => ({ term: drop(swap(rare(i) + rare(i).slice(0, 3))) }), mistyped],
    ['nothing, did you mean', (i) => ({ term: `${rare(i).slice(0, 3)}x${rare(i).slice(5)}q` }), mistyped],
  ];
  const firstLetters = (turn: number) =>
    `${world.event(1 + ((turn * 7_919) % 900_000)).title.slice(0, 1 + (turn % 7))}`;
  const typing: typeof list = [
    ['suggestions, name being typed', (i) => ({ term: firstLetters(i) })],
    ['suggestions, beginning of a word', (i) => ({ term: rare(i).slice(0, 3 + (i % 3)) })],
    ['suggestions, one or two letters', (i) => ({ term: rare(i).slice(0, 1 + (i % 2)) })],
    ['suggestions, common words', (i) => ({ term: titleWords[i % 40]! })],
    ['suggestions, two words', (i) => ({ term: performer(i).slice(0, performer(i).indexOf(' ') + 2 + (i % 3)) })],
    ['suggestions, city', (i) => ({ term: city(i).name.slice(0, 3 + (i % 3)) })],
    ['suggestions, typing error', (i) => ({ term: swap(rare(i)) })],
    ['suggestions, nothing', (i) => ({ term: `${rare(i).slice(0, 3)}x${rare(i).slice(5)}q` })],
  ];
  return [
    ...list.map(([name, ask, goals = ordinary]) => ({ name, ask, asks: 'search' as const, ...goals })),
    ...typing.map(([name, ask]) => ({ name, ask, asks: 'suggestions' as const, ...ordinary })),
  ];
}

function swap(word: string): string {
  const at = Math.max(1, word.length >> 1);
  return word.slice(0, at - 1) + word[at]! + word[at - 1]! + word.slice(at + 1);
}

function drop(word: string): string {
  return word.slice(0, 2) + word.slice(3);
}
