import type { History } from './history.ts';
import { type Call, checkLinearizable } from './linearizable.ts';
import { callsOfQuota, emptyQuota, keyOfQuota } from './quota-model.ts';
import { callsOfSeat, freeSeat, keyOfSeat } from './seat-model.ts';

/** Sentences about what no correct shop can have answered; empty: a correct one can have answered all of it. */
export function checkHistory(history: History): string[] {
  const { entries, places, limitPerClient } = history;
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

  for (const place of new Set(entries.flatMap((entry) => entry.places)))
    if (!places.has(place)) faults.push(`${place} is no place of the show`);
  // Each place alone, as if the others were not there.
  for (const place of places.keys()) check(`Place ${place}`, callsOfSeat(history, place), freeSeat, keyOfSeat);
  if (limitPerClient !== undefined) {
    for (const client of new Set(entries.map((entry) => entry.client))) {
      const own = entries.filter((entry) => entry.client === client);
      check(
        `The limit of ${client}`,
        callsOfQuota(
          history,
          own.filter(({ said }) => said !== 'sold out'),
          limitPerClient,
        ),
        emptyQuota,
        keyOfQuota,
      );
    }
  }
  const counted = entries.filter(({ said }) => said !== 'limit');
  if (counted.some(({ said }) => said === 'sold out'))
    check('The capacity', callsOfQuota(history, counted, places.size), emptyQuota, keyOfQuota);
  return faults;
}
