import { createHash } from 'node:crypto';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import { cleanText } from './clean-text.ts';
import { absoluteId, idOf, isNode, nodesOf, type Subject, textOf, textsOf, valuesOf } from './json-ld.ts';
import type { ParsedVenue } from './parsed.ts';

/** The kinds that name a show by themselves, the surest first. */
export const strongKinds = ['id', 'identifier', 'url'] as const;
/** The kinds in which two shows of one name, start and venue may differ. */
const distinguishingKinds = [
  'town',
  'region',
  'area',
  'country',
  'place',
  'offer',
  'organizer',
  'performer',
  'language',
  'work',
] as const;

/**
 * What a source calls a show, by kind. `id`, `identifier` and `url` are its names in this order; a show without them goes
 * by `text` (its name, start and venue). The others are no names, but two shows of one text that differ in them are two.
 * A name and a start together are a `date`: pages give several dates of one show the same name.
 */
export const nameKinds = [...strongKinds, 'date', 'text', ...distinguishingKinds] as const;
export type NameKind = (typeof nameKinds)[number];
export type ShowNames = Readonly<Record<NameKind, readonly string[]>>;

/** Of each kind; a show of more says enough with these. */
const namesMax = 20;

interface Said {
  readonly title: string;
  readonly startsAt: Instant;
  readonly performers: readonly string[];
  readonly venue: ParsedVenue;
}

/** All names of a show. */
export function namesOf(show: Subject, said: Said): ShowNames {
  const { venue } = said;
  const strong = { id: [absoluteId(show.node)], identifier: identifiersOf(show), url: addressesOf(show, 'url') };
  const places = nodesOf(show, 'location');
  const names: Record<NameKind, readonly (string | null | undefined)[]> = {
    ...strong,
    date: strongKinds.flatMap((kind) =>
      strong[kind].flatMap((name) => (name ? [dateName(kind, name, said.startsAt)] : [])),
    ),
    text: [textName(said)],
    town: [venue.city],
    region: [venue.region],
    // Towns of one name lie in different parts of a country; a corrected postcode does not.
    area: [venue.postalCode?.slice(0, 1)],
    country: [venue.country],
    place: places.flatMap((place) => [
      ...nearOf(place, 'containedInPlace', 'containedIn'),
      idOf(place.node),
      ...addressesOf(place, 'url'),
    ]),
    offer: nodesOf(show, 'offers').flatMap((offer) => [
      absoluteId(offer.node),
      ...addressesOf(offer, 'url'),
      ...textsOf(offer, 'sku', 'identifier'),
    ]),
    organizer: nearOf(show, 'organizer', 'organiser'),
    performer: said.performers,
    language: nearOf(show, 'inLanguage'),
    work: [
      ...nearOf(show, 'workFeatured'),
      ...nearOf(show, 'workPerformed'),
      ...nearOf(show, 'workPresented'),
      ...addressesOf(show, 'sameAs'),
    ],
  };
  return Object.fromEntries(
    nameKinds.map((kind) => [kind, tidy(names[kind], kind !== 'id' && kind !== 'text' && kind !== 'date')]),
  ) as unknown as ShowNames;
}

function tidy(names: readonly (string | null | undefined)[], folds: boolean): string[] {
  const plain = names.flatMap((name) => {
    const text = (name ?? '').trim();
    if (text === '') return [];
    const folded = folds ? text.toLowerCase().normalize('NFKC') : text;
    return [folded.length <= 500 ? folded : hash([folded])];
  });
  return [...new Set(plain)].slice(0, namesMax);
}

/** Texts, numbers, and PropertyValues (with what they are a value of). */
function identifiersOf(show: Subject): string[] {
  return valuesOf(show, 'identifier').flatMap(({ value, pointer }) => {
    if (typeof value === 'string' || typeof value === 'number') return [String(value)];
    if (!isNode(value)) return [];
    const one = { ...show, node: value, pointer };
    const said = textOf(one, 'value', '@id', 'url', 'name');
    const of = textOf(one, 'propertyID', 'propertyId') ?? '';
    return said === undefined ? [] : [of === '' ? said : `${of}:${said}`];
  });
}

/** Nodes beside a show, by their name or else their id or address. */
function nearOf(subject: Subject, ...keys: string[]): string[] {
  return valuesOf(subject, ...keys).flatMap(({ value, pointer }) => {
    if (typeof value === 'string') return [cleanText(value)];
    if (!isNode(value)) return [];
    const text = textOf({ ...subject, node: value, pointer }, 'name', '@id', 'url', 'alternateName');
    return text === undefined ? [] : [cleanText(text)];
  });
}

/** Addresses, as texts or as named nodes. */
function addressesOf(subject: Subject, key: string): string[] {
  return valuesOf(subject, key).flatMap(({ value }) => {
    const address = isNode(value) ? idOf(value) : value;
    return typeof address === 'string' ? [plainUrl(address.trim())] : [];
  });
}

/** Without what campaigns hang on an address, and without regard to http or https. */
function plainUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  const url = new URL(text);
  for (const key of [...url.searchParams.keys()]) {
    if (/^(?:utm_\w+|fbclid|gclid|mc_[ce]id)$/i.test(key)) url.searchParams.delete(key);
  }
  return url.href.replace(/^https?:\/\/(?:www\.)?/i, '//').replace(/\/$/, '');
}

/** A name and a start: one date of a show whose page names several alike. */
function dateName(kind: (typeof strongKinds)[number], name: string, startsAt: Instant): string {
  return `${kind} ${name.length <= 400 ? name : hash([name])} ${toIso(startsAt)}`;
}

/** Stays the same as long as the name, start and venue of a show do. */
export function textName({ title, startsAt, venue }: Pick<Said, 'title' | 'startsAt' | 'venue'>): string {
  return `show:${hash([title, toIso(startsAt), venue.name].map((part) => part.toLowerCase().normalize('NFKD')))}`;
}

function hash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32);
}

/** How two descriptions go together: by which kind they are one show, or that they are none. */
export type Likeness = (typeof strongKinds)[number] | 'text' | 'apart';

/** The names of a show that is here already, without those it was imported too early to have. */
export type KnownNames = Readonly<Partial<Record<NameKind, Names>>>;

/**
 * By what two descriptions may be one show: the surest kind that both have decides; where they share none, name, start and
 * venue do, unless something distinguishes them. Whether a shared name is enough is for the caller: see `match-shows.ts`.
 */
export function likeness(one: ShowNames, other: KnownNames): Likeness {
  for (const kind of strongKinds) {
    const answer = compare(one[kind], other[kind]);
    if (answer === 'apart') return 'apart';
    if (answer === 'alike') return kind;
  }
  return isAlikeInText(one, other) ? 'text' : 'apart';
}

/** The same name, start and venue, and nothing that distinguishes them. */
export function isAlikeInText(one: ShowNames, other: KnownNames): boolean {
  if (compare(one.text, other.text) !== 'alike') return false;
  return distinguishingKinds.every((kind) => compare(one[kind], other[kind]) !== 'apart');
}

type Names = ReadonlySet<string> | readonly string[];

function compare(one: readonly string[], other: Names | undefined): 'alike' | 'apart' | 'unknown' {
  const others = other ?? [];
  if (one.length === 0 || ('size' in others ? others.size : others.length) === 0) return 'unknown';
  return one.some((name) => ('has' in others ? others.has(name) : others.includes(name))) ? 'alike' : 'apart';
}
