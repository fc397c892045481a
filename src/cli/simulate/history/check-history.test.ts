import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkHistory } from './check-history.ts';
import type { Entry, History } from './history.ts';
import { limitPerClient, makeUpHistory } from './made-up-history.test-support.ts';

const seeds = Array.from({ length: 150 }, (_, at) => at + 1);

/** The same history with something in it that no correct shop answers; null: there is nothing in it to make that of. */
type Mutation = (history: History) => History | null;

const withEntry = (history: History, entry: Entry): History => ({ ...history, entries: [...history.entries, entry] });

const thief = { client: 'thief', kind: 'hold', said: 'done', hold: 'stolen' } as const;

/** From when on something else may have happened to a hold. */
function quietUntil({ entries }: History, hold: Entry): number {
  const others = entries.filter((one) => one !== hold && one.hold === hold.hold);
  return Math.min(hold.lastsUntil ?? 0, ...others.map(({ from }) => from));
}

const mutations: Readonly<Record<string, Mutation>> = {
  'a place that two hold at once'(history) {
    const hold = history.entries.find(
      (one) => one.kind === 'hold' && one.said === 'done' && quietUntil(history, one) > one.until! + 3,
    );
    if (!hold) return null;
    const [from, until] = [hold.until! + 1, quietUntil(history, hold) - 1];
    return withEntry(history, { ...thief, places: [hold.places[0]!], from, until, lastsUntil: until + 1_000 });
  },
  'a place that is held after it was sold'(history) {
    const sale = history.entries.find(({ kind, said }) => kind === 'buy' && said === 'done');
    if (!sale) return null;
    const from = sale.until! + 1;
    return withEntry(history, { ...thief, places: [sale.places[0]!], from, until: from + 1, lastsUntil: from + 1_000 });
  },
  'a sale that is lost'(history) {
    const sale = history.entries.find(({ kind, said }) => kind === 'buy' && said === 'done');
    return sale ? { ...history, places: new Map(history.places!).set(sale.places[0]!, null) } : null;
  },
  'a sale that nobody made'(history) {
    return { ...history, places: new Map(history.places!).set('P0', 'nobody') };
  },
  'a place that is taken before anybody came'(history) {
    const refused = { client: 'early', kind: 'hold', said: 'taken', hold: null, places: ['P0'] } as const;
    return withEntry(history, { ...refused, from: -20, until: -10 });
  },
  'a hold that is there after its release'(history) {
    const release = history.entries.find(({ kind, said }) => kind === 'release' && said === 'done');
    if (!release) return null;
    const from = release.until! + 1;
    return withEntry(history, { ...release, kind: 'see', from, until: from + 1 });
  },
  'a hold that is gone before its end'(history) {
    const hold = history.entries.find(
      (one) => one.kind === 'hold' && one.said === 'done' && quietUntil(history, one) > one.until! + 3,
    );
    if (!hold) return null;
    const [from, until] = [hold.until! + 1, quietUntil(history, hold) - 1];
    return withEntry(history, { ...hold, kind: 'see', said: 'gone', from, until });
  },
  'more than one client may have'(history) {
    const extra = Array.from({ length: limitPerClient + 1 }, (_, at) => `X${at}`);
    const places = new Map([...history.places!, ...extra.map((place) => [place, null] as const)]);
    return withEntry({ ...history, places }, { ...thief, places: extra, from: 1, until: 2, lastsUntil: 1_000 });
  },
  '“sold out” of an empty house'(history) {
    const places = [...history.places!.keys()];
    return withEntry(history, { ...thief, said: 'sold out', hold: null, places, from: -20, until: -10 });
  },
};

describe('histories', () => {
  test(`of a shop that does one after the other are explained, for ${seeds.length} seeds`, () => {
    let calls = 0;
    for (const seed of seeds) {
      const history = makeUpHistory(seed);
      calls += history.entries.length;
      assert.deepEqual(checkHistory(history), [], `seed ${seed}`);
    }
    assert.ok(calls > 20 * seeds.length, `${calls} calls`);
  });

  for (const [what, mutate] of Object.entries(mutations)) {
    test(`with ${what} are refused`, () => {
      let made = 0;
      for (const seed of seeds) {
        const mutated = mutate(makeUpHistory(seed));
        if (!mutated) continue;
        made += 1;
        assert.notDeepEqual(checkHistory(mutated), [], `seed ${seed}`);
      }
      assert.ok(made > seeds.length / 3, `${made} were made`);
    });
  }

  test('of more calls than can be looked at in every order say when “sold out” cannot be true', () => {
    const count = 150;
    const about = { client: 'B', type: 1, places: [], lastsUntil: 10_000 } as const;
    const held = (at: number): Entry => ({
      ...about,
      kind: 'hold',
      said: 'done',
      hold: `H${at}`,
      places: [`P${at}`],
      from: at,
      until: at + 1,
    });
    const entries = Array.from({ length: count }, (_, at) => held(at));
    const history: History = {
      entries,
      faults: [],
      places: null,
      capacity: new Map([[1, count]]),
      endsAt: 20_000,
      holdMs: 9_000,
    };
    const refused = (from: number): Entry => ({
      ...about,
      kind: 'hold',
      said: 'sold out',
      hold: null,
      count: 1,
      from,
      until: from + 5,
    });
    assert.deepEqual(checkHistory(withEntry(history, refused(count - 1))), []);
    for (const from of [20, 10_001]) assert.equal(checkHistory(withEntry(history, refused(from))).length, 1);
    const unknown: Entry = { ...held(count), said: 'unknown', hold: null, places: [], count: 2, until: null, from: 0 };
    assert.deepEqual(checkHistory(withEntry(withEntry(history, unknown), refused(count - 7))), []);
  });

  test('what was bought and given back may be sold again, and not before', () => {
    const bought: Entry = { client: 'B1', kind: 'buy', said: 'done', hold: 'H1', places: ['P'], from: 20, until: 30 };
    const held: Entry = { ...bought, kind: 'hold', from: 0, until: 10, lastsUntil: 9_000 };
    const cancelled: Entry = { ...bought, kind: 'cancel', from: 40, until: 50 };
    const again = (from: number): Entry => ({ ...held, client: 'B2', hold: 'H2', from, until: from + 1 });
    const history: History = {
      entries: [held, bought, cancelled],
      faults: [],
      places: new Map([['P', null]]),
      capacity: new Map(),
      endsAt: 20_000,
      holdMs: 9_000,
    };
    assert.deepEqual(checkHistory(withEntry(history, again(45))), []);
    assert.equal(checkHistory(withEntry(history, again(35))).length, 1);
  });

  test('what was held when a process was killed may be lost, and what was sold may not', () => {
    const held: Entry = {
      client: 'B1',
      kind: 'hold',
      said: 'done',
      hold: 'H1',
      places: ['P'],
      from: 0,
      until: 10,
      lastsUntil: 9_000,
    };
    const again: Entry = { ...held, client: 'B2', hold: 'H2', from: 3_000, until: 3_010 };
    const history: History = {
      entries: [held, again],
      faults: [],
      places: new Map([['P', null]]),
      capacity: new Map(),
      endsAt: 20_000,
      holdMs: 9_000,
    };
    const faults = [{ from: 50, until: 50 }];
    assert.equal(checkHistory(history).length, 1);
    assert.deepEqual(checkHistory({ ...history, faults }), []);
    const bought: Entry = { ...held, kind: 'buy', from: 20, until: 30 };
    assert.equal(checkHistory({ ...history, entries: [held, bought, again], faults }).length, 1);
  });
});
