import { toIso } from '../../../kernel/instant.ts';
import type { ParsedShow, Remark, Repetition } from './parsed.ts';
import { likeness, type NameKind, nameKinds, type ShowNames } from './show-names.ts';

/** The shows of one document, each once. */
export interface DistinctShows {
  readonly shows: readonly ParsedShow[];
  readonly repetitions: readonly Repetition[];
  readonly refusals: readonly Remark[];
}

/** No programme has more, and each is compared with all before it. */
const alikeMax = 500;
const wordsFor: Partial<Record<NameKind, string>> = { id: '@id', identifier: 'identifier' };

/**
 * Distinguishes the shows of one document. Pages list a show twice (in a list and by itself): word for word the same it counts
 * once and the repetition is named. One name with several starts are several dates. Two descriptions of one date that
 * contradict each other: the second is refused, as nobody knows which is right.
 */
export function distinguishShows(shows: readonly ParsedShow[]): DistinctShows {
  const kept: ParsedShow[] = [];
  const repetitions: Repetition[] = [];
  const refusals: Remark[] = [];
  const byName = new Map<string, number[]>();
  for (const show of shows) {
    const candidates = new Set(keysOf(show.names).flatMap((key) => byName.get(key) ?? []));
    if (candidates.size >= alikeMax) {
      refusals.push({ place: show.place, reason: `is one of more than ${alikeMax} shows of one name and start` });
      continue;
    }
    const same = [...candidates].map((at) => ({ at, by: howSame(show, kept[at]!) })).find(({ by }) => by !== null);
    if (!same) {
      for (const key of keysOf(show.names)) addTo(byName, key, kept.length);
      kept.push(show);
      continue;
    }
    const first = kept[same.at]!;
    if (said(first) === said(show)) {
      repetitions.push({ place: show.place, of: first.place });
      kept[same.at] = { ...first, names: joinNames(first.names, show.names) };
    } else {
      const shared = wordsFor[same.by!];
      const what = shared === undefined ? 'name, start and venue' : `${shared} and start`;
      refusals.push({ place: show.place, reason: `has the same ${what} as ${first.place}, and says something else` });
    }
  }
  return { shows: labelled(kept), repetitions, refusals };
}

function addTo(lists: Map<string, number[]>, key: string, item: number): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** What two descriptions of one date share at least: an address alone is not enough. */
function keysOf(names: ShowNames): string[] {
  return [...names.date.filter((name) => !name.startsWith('url ')), ...names.text];
}

/**
 * By what two descriptions are one date of one show; null: they are two. In one document an address says nothing more than
 * name, start and venue do: it often is the home page.
 */
function howSame(one: ParsedShow, other: ParsedShow): NameKind | null {
  const by = likeness(one.names, other.names);
  if (by === 'apart') return null;
  if (by === 'id' || by === 'identifier') return one.startsAt === other.startsAt ? by : null;
  return likeness({ ...one.names, url: [] }, other.names) === 'text' ? 'text' : null;
}

/** Two dates under one label are distinguished by their start, and what is still alike by a number. */
function labelled(shows: readonly ParsedShow[]): ParsedShow[] {
  const times = new Map<string, number>();
  for (const { sourceId } of shows) times.set(sourceId, (times.get(sourceId) ?? 0) + 1);
  const used = new Set<string>();
  return shows.map((show) => {
    const { sourceId, pageStartsAt } = show;
    if (times.get(sourceId) === 1) return show;
    return { ...show, sourceId: freeLabel(sourceId, pageStartsAt, used) };
  });
}

/** A label for another show of the same name, that is not among `used`; it is added there. */
export function freeLabel(sourceId: string, startsAt: number, used: Set<string>): string {
  const dated = `${sourceId}#${toIso(startsAt)}`;
  let label = dated;
  for (let i = 2; used.has(label); i++) label = `${dated}#${i}`;
  used.add(label);
  return label;
}

/** All that one description or another calls a show. */
function joinNames(one: ShowNames, other: ShowNames): ShowNames {
  return Object.fromEntries(
    nameKinds.map((kind) => [kind, [...new Set([...one[kind], ...other[kind]])]]),
  ) as unknown as ShowNames;
}

/** Its series is left out: a festival may list the show too that stands by itself. */
function said({ place: _, names: __, sourceId: ___, series: ____, ...show }: ParsedShow): string {
  return JSON.stringify(show);
}
