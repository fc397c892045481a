import type { Instant } from '../../../kernel/instant.ts';
import type { ParsedShow } from './parsed.ts';
import { isAlikeInText, type KnownNames, likeness, nameKinds, type ShowNames, strongKinds } from './show-names.ts';

/** An event that is here, as far as it matters for finding it again. */
export interface KnownShow {
  readonly eventId: number;
  readonly title: string;
  readonly startsAt: Instant;
  /** It was published: tickets were made for it. */
  readonly isSold: boolean;
  readonly names: KnownNames;
}

export interface Matches<K> {
  /** The event that each show is; a show that is not among them is new. */
  readonly found: ReadonlyMap<ParsedShow, K>;
  /**
   * Both title and date differ, but the name is nobody else's: the same if the event ever had one of them, as staff may
   * have changed both here.
   */
  readonly doubtful: readonly { readonly show: ParsedShow; readonly known: K }[];
}

/**
 * Finds the events that the shows of a document are, each event for one show at most. What has the same title and start
 * comes first, then what has the same start under one name (it was renamed), then the same title (it was moved). A name
 * alone is not enough: sites use one `@id` on every page. An address is a name only if it is one show's.
 */
export function matchShows<K extends KnownShow>(
  shows: readonly ParsedShow[],
  known: readonly K[],
  now: Instant,
): Matches<K> {
  const byName = new Map<string, K[]>();
  for (const one of known) for (const name of findingNames(one.names)) addTo(byName, name, one);
  const counts = new Map<string, number>();
  for (const show of shows) for (const name of findingNames(show.names)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const found = new Map<ParsedShow, K>();
  const claimed = new Set<K>();
  const isOnes = (name: string) => byName.get(name)?.length === 1 && counts.get(name) === 1;
  const find = (show: ParsedShow, kinds: readonly (keyof ShowNames)[], fits: (one: K) => boolean) => {
    for (const kind of kinds) {
      for (const name of show.names[kind]) {
        if (kind === 'url' && !isOnes(`url ${name}`)) continue;
        const bearers = byName.get(`${kind} ${name}`) ?? [];
        const fitting = bearers.find(
          (one) => !claimed.has(one) && likeness(show.names, one.names) !== 'apart' && fits(one),
        );
        if (fitting) return fitting;
      }
    }
    return undefined;
  };
  const rounds: ((show: ParsedShow) => K | undefined)[] = [
    (show) =>
      find(
        show,
        ['date', 'text'],
        (one) => isAlikeInText(show.names, one.names) || (isSameTitle(show, one) && isSameStart(show, one)),
      ),
    (show) => find(show, strongKinds, (one) => isSameTitle(show, one) && isSameStart(show, one)),
    (show) => find(show, strongKinds, (one) => isSameStart(show, one)),
    (show) => find(show, strongKinds, (one) => isSameTitle(show, one) && !isPast(one, show, now)),
  ];
  for (const round of rounds) {
    for (const show of shows) {
      if (found.has(show)) continue;
      const one = round(show);
      if (!one) continue;
      found.set(show, one);
      claimed.add(one);
    }
  }
  for (const [show, one] of findMovedDates(shows, { found, claimed, byName, now })) {
    found.set(show, one);
    claimed.add(one);
  }
  const doubtful = shows.flatMap((show) => {
    if (found.has(show)) return [];
    const names = [
      ...show.names.id.map((name) => `id ${name}`),
      ...show.names.identifier.map((name) => `identifier ${name}`),
    ];
    const one = find(show, ['id', 'identifier'], (other) => names.some(isOnes) && !isPast(other, show, now));
    return one ? [{ show, known: one }] : [];
  });
  return { found, doubtful };
}

interface Matching<K> {
  readonly found: ReadonlyMap<ParsedShow, K>;
  readonly claimed: ReadonlySet<K>;
  readonly byName: ReadonlyMap<string, readonly K[]>;
  readonly now: Instant;
}

/**
 * Of a page that lists several dates of a show under one address, all but one of which are here: that one was moved, if
 * exactly one that is here and lies ahead is listed no more.
 */
function findMovedDates<K extends KnownShow>(
  shows: readonly ParsedShow[],
  { found, claimed, byName, now }: Matching<K>,
): [ParsedShow, K][] {
  const dates = new Map<string, ParsedShow[]>();
  for (const show of shows) {
    for (const url of show.names.url) addTo(dates, JSON.stringify([`url ${url}`, plainTitle(show)]), show);
  }
  const moved = new Map<ParsedShow, K>();
  for (const [key, listed] of dates) {
    const [name] = JSON.parse(key) as [string];
    const [show, ...others] = listed.filter((one) => !found.has(one));
    if (!show || others.length > 0 || listed.length === 1) continue;
    const gone = (byName.get(name) ?? []).filter(
      (one) => !claimed.has(one) && isSameTitle(show, one) && likeness(show.names, one.names) !== 'apart',
    );
    const [one] = gone;
    if (one && gone.length === 1 && one.startsAt > now && ![...moved.values()].includes(one)) moved.set(show, one);
  }
  return [...moved];
}

function addTo<T>(lists: Map<string, T[]>, name: string, item: T): void {
  const list = lists.get(name);
  if (list) list.push(item);
  else lists.set(name, [item]);
}

/** The names by which a show is looked for, as they are kept: with their kind. */
export function findingNames(names: KnownNames): string[] {
  return ([...strongKinds, 'date', 'text'] as const).flatMap((kind) =>
    [...(names[kind] ?? [])].map((name) => `${kind} ${name}`),
  );
}

/** All names of a show, as they are kept. */
export function keptNames(names: KnownNames): string[] {
  return nameKinds.flatMap((kind) => [...(names[kind] ?? [])].map((name) => `${kind} ${name}`));
}

/** Names as they are kept, by kind again. */
export function readNames(kept: readonly string[]): KnownNames {
  const names: Partial<Record<keyof ShowNames, Set<string>>> = {};
  for (const name of kept) {
    const at = name.indexOf(' ');
    const kind = name.slice(0, at) as keyof ShowNames;
    names[kind] = (names[kind] ?? new Set()).add(name.slice(at + 1));
  }
  return names;
}

/** What an event goes by from now on: what its page says now, and the names that others gave it before. */
export function namesAfter(known: KnownNames, now: ShowNames): ShowNames {
  const joined = nameKinds.map((kind) => {
    const isOfNow = kind === 'date' || kind === 'text';
    return [kind, isOfNow ? now[kind] : [...new Set([...now[kind], ...(known[kind] ?? [])])].slice(0, 40)];
  });
  return Object.fromEntries(joined) as unknown as ShowNames;
}

export function isSameTitle(show: ParsedShow, { title }: { readonly title: string }): boolean {
  return plainTitle(show) === plainTitle({ title });
}

function plainTitle({ title }: { readonly title: string }): string {
  return title.toLowerCase().normalize('NFKD').replace(/\s+/g, ' ').trim();
}

/** At the same start, or at the one that its page had before it was moved here. */
function isSameStart(show: ParsedShow, one: KnownShow): boolean {
  if (one.startsAt === show.startsAt || one.startsAt === show.pageStartsAt) return true;
  const dates = new Set(one.names.date);
  return show.names.date.some((date) => dates.has(date));
}

/** A show that took place is not moved: its page lists the next one. */
function isPast(one: KnownShow, show: ParsedShow, now: Instant): boolean {
  return one.isSold && one.startsAt <= now && show.startsAt > now;
}
