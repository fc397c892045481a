import { seededRandom } from '../seeded-random.ts';
import type { Entry, History } from './history.ts';

interface Held {
  readonly client: string;
  readonly places: readonly string[];
  until: number;
  is: 'held' | 'released' | 'sold';
}

const holdMs = 120;
export const limitPerClient = 4;

/**
 * A history of a shop that does everything at one moment between call and answer: who asks, when it is done and when the answer
 * comes is drawn from the seed; some answers are lost, whether it was done or not.
 */
export function makeUpHistory(seed: number): History {
  const random = seededRandom(seed);
  const places = Array.from({ length: 3 + random.below(6) }, (_, at) => `P${at}`);
  const holds = new Map<string, Held>();
  const entries: Entry[] = [];
  const due: { at: number; run: (now: number) => void }[] = [];
  const later = (at: number, run: (now: number) => void) => void due.push({ at, run });
  const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
  const isHeld = (hold: Held, now: number) => hold.is === 'held' && now < hold.until;
  const isHad = (hold: Held, now: number) => hold.is === 'sold' || isHeld(hold, now);

  /** What the shop answers at the moment that it does it. */
  function serve(
    { client, kind, hold: name, places: wanted }: Pick<Entry, 'client' | 'kind' | 'hold' | 'places'>,
    now: number,
  ): Pick<Entry, 'said' | 'hold' | 'places' | 'lastsUntil'> {
    if (kind === 'hold') {
      const all = [...holds.values()].filter((one) => isHad(one, now));
      const taken = wanted.filter((place) => all.some((one) => one.places.includes(place)));
      if (taken.length > 0) return { said: 'taken', hold: null, places: taken };
      const own = all.filter((one) => one.client === client).reduce((sum, one) => sum + one.places.length, 0);
      if (own + wanted.length > limitPerClient) return { said: 'limit', hold: null, places: wanted };
      const id = `H${holds.size + 1}`;
      const until = now + holdMs * random.between(0.5, 2);
      holds.set(id, { client, places: wanted, until, is: 'held' });
      return { said: 'done', hold: id, places: wanted, lastsUntil: until };
    }
    const known = holds.get(name!)!;
    const about = { hold: name, places: known.places };
    if (kind === 'see' && isHad(known, now)) return { said: 'done', ...about };
    if (!isHeld(known, now)) return { said: known.is === 'sold' ? 'refused' : 'gone', ...about };
    if (kind === 'release') known.is = 'released';
    else if (kind === 'renew') known.until = Math.max(known.until, now + holdMs);
    else if (random.chance(0.2)) return { said: 'declined', ...about, lastsUntil: known.until };
    else if (kind === 'buy') known.is = 'sold';
    return { said: 'done', ...about, ...(kind === 'renew' && { lastsUntil: known.until }) };
  }

  function call(client: string, mine: readonly string[], calls: number, now: number): void {
    if (calls === 0) return;
    const kind = mine.length === 0 ? 'hold' : pick(['hold', 'hold', 'release', 'renew', 'buy', 'buy', 'see'] as const);
    const first = random.below(places.length);
    const asked =
      kind === 'hold'
        ? { client, kind, hold: null, places: places.slice(first, first + 1 + random.below(2)) }
        : { client, kind, ...(([hold]) => ({ hold: hold!, places: holds.get(hold!)!.places }))([pick(mine)]) };
    const isLost = random.chance(0.08);
    later(now + random.below(25), (moment) => {
      if (isLost && random.chance(0.5)) return;
      const served = serve(asked, moment);
      if (isLost) return;
      later(moment + random.below(25), (heard) => {
        entries.push({ client, kind, from: now, until: heard, ...served });
        const next = served.said === 'done' && kind === 'hold' ? [...mine, served.hold!] : mine;
        later(heard + 1 + random.below(20), (then) => call(client, next, calls - 1, then));
      });
    });
    if (!isLost) return;
    entries.push({ ...asked, from: now, until: null, said: 'unknown' });
    later(now + 60, (then) => call(client, mine, calls - 1, then));
  }

  for (let at = 1; at <= 2 + random.below(4); at++) later(random.below(20), (now) => call(`B${at}`, [], 12, now));
  let now = 0;
  while (due.length > 0) {
    due.sort((one, other) => one.at - other.at);
    const next = due.shift()!;
    now = next.at;
    next.run(now);
  }
  const sold = new Map<string, string>();
  for (const [id, hold] of holds) if (hold.is === 'sold') for (const place of hold.places) sold.set(place, id);
  const atEnd = new Map(places.map((place) => [place, sold.get(place) ?? null]));
  return {
    entries,
    faults: [],
    places: atEnd,
    capacity: new Map([[1, places.length]]),
    endsAt: now + 10_000,
    holdMs: holdMs / 2,
    limitPerClient,
  };
}
