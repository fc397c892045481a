import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Cache, CachedValues } from './cache.ts';

/** A load that is under way until it is answered. */
function slowLoad<Value>() {
  const { promise, resolve, reject } = Promise.withResolvers<Value | null>();
  let calls = 0;
  let begun = () => {};
  const isBegun = new Promise<void>((done) => {
    begun = done;
  });
  const load = () => {
    calls += 1;
    begun();
    return promise;
  };
  return { load, isBegun, answer: resolve, fail: reject, calls: () => calls };
}

/** What is read at once. */
const is =
  <Value>(value: Value | null) =>
  async () =>
    value;
const never = (): Promise<never> => assert.fail('loaded again');

/** What every cache must do. `make` answers a cache that nothing lies in under names of this test, `passMs` lets time pass. */
export function cacheContract(
  make: () => Promise<{ readonly cache: Cache; passMs(ms: number): void | Promise<void> }>,
): void {
  let made = 0;
  async function fresh<Value>(kind: Partial<Parameters<Cache['values']>[0]> = {}) {
    const { cache, passMs } = await make();
    const counts = { hit: 0, missed: 0 };
    const values = cache.values<Value>({ keptMs: 60_000, counts, ...kind });
    made += 1;
    return { values, passMs, counts, cache, name: `event:${process.pid}-${made}` };
  }
  /** What is kept is not waited for by who loads. */
  async function untilKept<Value>(values: CachedValues<Value>, name: string): Promise<void> {
    for (let i = 0; i < 500; i++) {
      let isLoaded = false;
      await values.read(name, async () => {
        isLoaded = true;
        return null;
      });
      if (!isLoaded) return;
      await sleep(20);
    }
    assert.fail(`${name} is not kept`);
  }

  test('what was loaded is answered again, as it was', async () => {
    const { values, name, counts } = await fresh<object>();
    const value = { title: 'Žižkov „Öl" \u2028 🎫', price: 12.5, none: null, list: [1, [], {}] };
    assert.deepEqual(await values.read(name, is(value)), value);
    await untilKept(values, name);
    counts.hit = 0;
    assert.deepEqual(await values.read(name, never), value);
    assert.equal(counts.hit, 1);
  });

  test('null is not kept, nor is what cannot be loaded', async () => {
    const { values, name } = await fresh<number>();
    assert.equal(await values.read(name, is<number>(null)), null);
    await assert.rejects(
      values.read(name, async () => assert.fail('the database is away')),
      /the database is away/,
    );
    assert.equal(await values.read(name, is(3)), 3);
  });

  test('a value lasts as long as it says, or not at all', async () => {
    const { values, name, passMs } = await fresh<number>({ keptMs: (value) => Number(value) });
    await values.read(name, is(40_000));
    await untilKept(values, name);
    await passMs(40_001);
    assert.equal(await values.read(name, is(-1)), -1);
    assert.equal(await values.read(name, is(0)), 0);
    assert.equal(await values.read(name, is(60_000)), 60_000);
  });

  test('a sliding value lasts from when it was last read', async () => {
    const { values, name, passMs } = await fresh<number>({ keptMs: 60_000, isSliding: true });
    await values.read(name, is(1));
    await untilKept(values, name);
    for (let i = 0; i < 4; i++) {
      await passMs(25_000);
      assert.equal(await values.read(name, never), 1);
    }
    await passMs(60_001);
    assert.equal(await values.read(name, is(2)), 2);
  });

  test('many who ask at once have it loaded once', async () => {
    const { values, name, counts } = await fresh<string>();
    const slow = slowLoad<string>();
    const all = Array.from({ length: 100 }, () => values.read(name, slow.load));
    await slow.isBegun;
    slow.answer('once');
    assert.deepEqual(new Set(await Promise.all(all)), new Set(['once']));
    assert.deepEqual([slow.calls(), counts], [1, { hit: 99, missed: 1 }]);
  });

  test('what is forgotten while it is loaded is answered to those who had asked, and not kept', async () => {
    const { values, name } = await fresh<string>();
    const slow = slowLoad<string>();
    const before = values.read(name, slow.load);
    await slow.isBegun;
    await values.forget([name]);
    const after = await values.read(name, is('new'));
    slow.answer('old');
    assert.deepEqual([await before, after], ['old', 'new']);
    // Whatever was kept by now: it is not what was read before.
    assert.equal(await values.read(name, is('new')), 'new');
    await untilKept(values, name);
    assert.equal(await values.read(name, never), 'new');
  });

  test('what was kept and is forgotten is loaded anew', async () => {
    const { values, name } = await fresh<string>();
    for (const each of ['first', 'second', 'third']) {
      assert.equal(await values.read(name, is(each)), each);
      await untilKept(values, name);
      await values.forget([name, `${name}-unknown`]);
    }
  });

  test('what is hastened may be answered for the rest of its time', async () => {
    const { values, name, passMs } = await fresh<string>();
    await values.read(name, is('old'));
    await untilKept(values, name);
    await values.hasten([name], 40_000);
    assert.equal(await values.read(name, never), 'old');
    await passMs(40_001);
    assert.equal(await values.read(name, is('new')), 'new');
    await untilKept(values, name);
    // Longer than it would last anyway: that changes nothing.
    await values.hasten([name], 3_600_000);
    await passMs(60_001);
    assert.equal(await values.read(name, is('newer')), 'newer');
  });

  test('what is hastened while it is loaded does not outlive that', async () => {
    const { values, name, passMs } = await fresh<string>();
    const slow = slowLoad<string>();
    const before = values.read(name, slow.load);
    await slow.isBegun;
    await values.hasten([name], 30_000);
    slow.answer('old');
    assert.equal(await before, 'old');
    await passMs(30_001);
    assert.equal(await values.read(name, is('new')), 'new');
  });

  test('all of a kind are forgotten together, also those that are being loaded, and no others', async () => {
    const { values, name, cache } = await fresh<string>({ forgottenAs: `kind-${process.pid}-${made}` });
    const others = cache.values<string>({ keptMs: 60_000, counts: { hit: 0, missed: 0 } });
    await values.read(name, is('old'));
    await untilKept(values, name);
    await others.read(`${name}-other`, is('other'));
    await untilKept(others, `${name}-other`);
    const slow = slowLoad<string>();
    const before = values.read(`${name}-loading`, slow.load);
    await slow.isBegun;
    await values.forgetAll();
    slow.answer('old');
    assert.equal(await before, 'old');
    assert.equal(await values.read(name, is('new')), 'new');
    assert.equal(await values.read(`${name}-loading`, is('new')), 'new');
    await untilKept(values, name);
    assert.equal(await values.read(name, never), 'new');
    assert.equal(await others.read(`${name}-other`, never), 'other');
  });

  test('what is too large is answered, and not kept', async () => {
    const { values, name } = await fresh<string>();
    const large = 'x'.repeat(1_000_001);
    assert.equal(await values.read(name, is(large)), large);
    assert.equal(await values.read(name, is('small')), 'small');
  });
}
