import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { checkHistory } from '../../src/cli/simulate/history/check-history.ts';
import type { Entry, History } from '../../src/cli/simulate/history/history.ts';
import { say } from '../faults/scene.ts';

/** The seed of what clients do; printed, and ONSALE_HISTORY_SEED plays it again (what servers answer is another matter). */
export function seedOfRun(): number {
  const seed = Number(process.env.ONSALE_HISTORY_SEED ?? randomInt(2 ** 31));
  say(`ONSALE_HISTORY_SEED=${seed}`);
  return seed;
}

/** Each history can have been answered by one shop. */
export function assertExplained(histories: readonly History[], seed: number): void {
  for (const [at, history] of histories.entries()) {
    assert.deepEqual(checkHistory(history), [], `show ${at}, seed ${seed}; faults ${JSON.stringify(history.faults)}`);
  }
}

/** A sale that stays, of a history; undefined: there is none. */
const saleOf = ({ entries, places }: History): Entry | undefined =>
  entries.find(
    ({ kind, said, hold, places: [place] }) => kind === 'buy' && said === 'done' && places!.get(place!) === hold,
  );

/** Answers that such servers must never give, put into histories that they gave: each is found. */
export function assertRefusedWhenAltered(histories: readonly History[]): void {
  const history = histories.find((one) => saleOf(one) !== undefined);
  assert.ok(history, 'something was sold');
  const sale = saleOf(history)!;
  const { entries, places } = history;
  const later = { client: 'thief', hold: 'RES_stolen', from: sale.until! + 1, until: sale.until! + 2 };
  const altered: Record<string, History> = {
    'a sale is gone at the end': { ...history, places: new Map(places).set(sale.places[0]!, null) },
    'its places are sold again': {
      ...history,
      entries: [
        ...entries,
        { ...sale, ...later, kind: 'hold' },
        { ...sale, ...later, from: later.until, until: later.until + 1 },
      ],
    },
    'its buyer is answered “gone”': {
      ...history,
      entries: entries.map((one) => (one === sale ? { ...one, said: 'gone' as const } : one)),
    },
  };
  for (const [what, one] of Object.entries(altered)) assert.notDeepEqual(checkHistory(one), [], what);
}
