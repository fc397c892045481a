import { mostHad } from './had-places.ts';
import { countOf, type Entry, type History } from './history.ts';
import { type Call, checkLinearizable } from './linearizable.ts';
import { callsOfQuota, emptyQuota, keyOfQuota } from './quota-model.ts';
import { callsOfSeat, freeSeat, keyOfSeat } from './seat-model.ts';

/** More calls about one ticket type than this are not looked at in every order: what may have been had is counted instead. */
const orderedMax = 250;

/** Sentences about what no correct shop can have answered; empty: a correct one can have answered all of it. */
export function checkHistory(history: History): string[] {
  const { entries, places, capacity, limitPerClient } = history;
  const faults: string[] = [];

  function check<State>(
    whose: string,
    calls: readonly Call<State>[],
    begin: State,
    keyOf: (state: State) => string,
  ): void {
    const { isLinearizable, explained, stuck } = checkLinearizable(calls, begin, keyOf);
    if (isLinearizable) return;
    const before = explained.length > 12 ? ['…', ...explained.slice(-12)] : explained;
    faults.push(
      [
        `${whose}: after`,
        ...before.map((one) => `    ${one}`),
        '  none of these can be true:',
        ...stuck.map((one) => `    ${one}`),
      ].join('\n'),
    );
  }

  const byPlace = Map.groupBy(
    entries.flatMap((entry) => entry.places.map((place) => ({ place, entry }))),
    ({ place }) => place,
  );
  if (places !== null) {
    for (const place of byPlace.keys()) if (!places.has(place)) faults.push(`${place} is no place of the show`);
  }
  const anywhere = entries.filter(
    ({ kind, said, places: named }) => kind === 'hold' && said === 'unknown' && named.length === 0,
  );
  // Each place alone, as if the others were not there.
  for (const place of new Set([...byPlace.keys(), ...(places?.keys() ?? [])])) {
    const own = (byPlace.get(place) ?? []).map(({ entry }) => entry);
    check(`Place ${place}`, callsOfSeat(history, place, [...own, ...anywhere]), freeSeat, keyOfSeat);
  }
  if (limitPerClient !== undefined) {
    for (const [client, own] of Map.groupBy(entries, (entry) => entry.client)) {
      const counted = own.filter(({ said }) => said !== 'sold out');
      check(`The limit of ${client}`, callsOfQuota(history, counted, limitPerClient), emptyQuota, keyOfQuota);
    }
  }
  for (const [type, bound] of capacity) {
    const counted = entries.filter(
      (entry) => entry.said !== 'limit' && (entry.type === undefined || entry.type === type),
    );
    const refusals = counted.filter(({ said }) => said === 'sold out');
    if (refusals.length === 0) continue;
    const calls = callsOfQuota(history, counted, bound);
    if (calls.length <= orderedMax) check(`The places of ticket type ${type}`, calls, emptyQuota, keyOfQuota);
    else faults.push(...refusedTooEarly(history, type, counted, refusals, bound));
  }
  return faults;
}

/** Refusals for want of places at a time when fewer were had than are refused for. */
function refusedTooEarly(
  history: History,
  type: number,
  entries: readonly Entry[],
  refusals: readonly Entry[],
  bound: number,
): string[] {
  const hadIn = mostHad(history, entries);
  return refusals
    .filter((entry) => hadIn(entry.from, entry.until ?? entry.from) + countOf(entry) <= bound)
    .map((entry) => {
      const most = hadIn(entry.from, entry.until ?? entry.from);
      return `Ticket type ${type}: ${entry.client} heard at ${entry.from}–${entry.until} that ${countOf(entry)} cannot be had, when at most ${most} of ${bound} were`;
    });
}
