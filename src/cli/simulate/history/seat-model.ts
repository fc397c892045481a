import { type Entry, type History, lostFrom, mayBeLost, never } from './history.ts';
import type { Call } from './linearizable.ts';

/** A place: free, held until a moment (it may last to `latest`), or sold, for good. */
export type Seat =
  | { readonly is: 'free' }
  | { readonly is: 'held'; readonly by: string; readonly until: number; readonly latest: number }
  | { readonly is: 'sold'; readonly by: string };

export const freeSeat: Seat = { is: 'free' };

export const keyOfSeat = (seat: Seat): string =>
  seat.is === 'held' ? `${seat.by} ${seat.until} ${seat.latest}` : seat.is === 'sold' ? `sold ${seat.by}` : 'free';

type Step = Call<Seat>['step'];

/** Somebody else's hold ends by itself: whoever wants its place may have it from then on. */
const take =
  (by: string, until: number, latest: number): Step =>
  (seat, at) => {
    const taken: Seat = { is: 'held', by, until, latest };
    if (seat.is === 'free') return { state: taken, at };
    return seat.is === 'held' ? { state: taken, at: Math.max(at, seat.until) } : null;
  };

/** Something that is only done while the hold lasts. */
const whileHeld =
  (by: string, then: (seat: Seat & { is: 'held' }) => Seat): Step =>
  (seat, at) =>
    seat.is === 'held' && seat.by === by && at < seat.latest ? { state: then(seat), at } : null;

const see =
  (by: string): Step =>
  (seat, at) =>
    seat.is === 'sold' && seat.by === by ? { state: seat, at } : whileHeld(by, (same) => same)(seat, at);

const findTaken: Step = (seat, at) =>
  seat.is === 'sold' || (seat.is === 'held' && at < seat.latest) ? { state: seat, at } : null;

const findGone =
  (by: string): Step =>
  (seat, at) => {
    if (seat.is === 'free' || seat.by !== by) return { state: seat, at };
    return seat.is === 'held' ? { state: seat, at: Math.max(at, seat.until) } : null;
  };

/** The calls about one place (`entries`: those of its history that are), and what it may lose beside them. */
export function callsOfSeat(history: History, place: string, entries: readonly Entry[]): Call<Seat>[] {
  const { faults, places, endsAt, holdMs } = history;
  const calls: Call<Seat>[] = [];
  /** Holds that may last longer than they say: a payment, or a renewal, that nobody knows the end of. */
  const lasting = new Set(
    entries
      .filter(({ kind, said }) => (kind === 'buy' || kind === 'renew') && (said === 'unknown' || said === 'declined'))
      .map(({ hold }) => hold),
  );
  let unnamed = 0;

  for (const entry of entries) {
    const { client, kind, said, from, lastsUntil, endsBy } = entry;
    const by = entry.hold ?? `?${++unnamed} of ${client}`;
    const end = lastsUntil ?? from + holdMs;
    const latest = lasting.has(by) ? never : (endsBy ?? end);
    const add = (step: Step, what = `${kind} ${said}`, isOptional = said === 'unknown') =>
      calls.push({
        what: `${what} by ${client} (${by}) ${from}–${entry.until ?? '…'}`,
        from,
        until: isOptional ? never : (entry.until ?? never),
        isOptional,
        step,
      });
    const ends = (what: string, step: Step) =>
      calls.push({
        what: `${what} ${by}`,
        from: Math.max(from, lostFrom(entry, faults)),
        until: never,
        isOptional: true,
        step,
      });
    // A payment that began in the last moment of a process may not be in its journal.
    if (kind === 'buy' && said !== 'done' && mayBeLost(entry, faults))
      ends(
        'loss of',
        whileHeld(by, () => freeSeat),
      );
    const isShaky = (said === 'done' || said === 'unknown' || said === 'declined') && mayBeLost(entry, faults);
    if (said === 'taken' && kind === 'hold') add(findTaken);
    else if (said === 'gone' || said === 'taken') add(findGone(by));
    else if (said === 'limit' || said === 'sold out' || said === 'refused') continue;
    else if (kind === 'hold') {
      add(take(by, end, said === 'unknown' ? never : latest));
      if (isShaky)
        ends(
          'loss of',
          whileHeld(by, () => freeSeat),
        );
    } else if (kind === 'release') {
      add(whileHeld(by, () => freeSeat));
      if (isShaky)
        ends('return of', (seat, at) =>
          seat.is === 'free' ? { state: { is: 'held', by, until: Number.NEGATIVE_INFINITY, latest: never }, at } : null,
        );
    } else if (kind === 'renew') {
      if (said === 'unknown') continue;
      add(
        whileHeld(by, (seat) => ({
          ...seat,
          until: isShaky ? seat.until : end,
          latest: Math.max(latest, seat.latest),
        })),
      );
    } else if (kind === 'see') {
      if (said === 'done') add(see(by));
    } else if (kind === 'cancel') {
      add((seat, at) => (seat.is === 'sold' && seat.by === by ? { state: freeSeat, at } : null));
    } else if (said === 'declined') {
      add(
        whileHeld(by, (seat) => ({ ...seat, until: isShaky ? seat.until : Math.max(seat.until, end), latest: never })),
      );
    } else add(whileHeld(by, () => ({ is: 'sold', by })));
  }

  if (places === null) return calls;
  const soldBy = places.get(place) ?? null;
  calls.push({
    what: soldBy === null ? 'at the end it is not sold' : `at the end it is sold to ${soldBy}`,
    from: endsAt,
    until: never,
    step: (seat, at) => ((seat.is === 'sold' ? seat.by : null) === soldBy ? { state: seat, at } : null),
  });
  return calls;
}

/** The holds of a history: what each of their calls says of their places. */
export function holdsOf(entries: readonly Entry[]): Map<string, Entry[]> {
  const holds = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.hold === null) continue;
    const known = holds.get(entry.hold);
    if (known) known.push(entry);
    else holds.set(entry.hold, [entry]);
  }
  return holds;
}
