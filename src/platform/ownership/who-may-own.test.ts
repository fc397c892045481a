import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ListedProcess } from './lease-rows.ts';
import { whoMayOwn } from './who-may-own.ts';

/** Processes by number; `reaches[i]`: whom the i-th says that it reaches, null if it says nothing. */
function listed(reaches: readonly (readonly number[] | null)[], roles = ['booking']): ListedProcess[] {
  return reaches.map((reached, at) => ({
    processId: String(at),
    address: `127.0.0.1:${at}`,
    roles,
    version: 'test',
    secretMark: null,
    state: 'living',
    isOver: false,
    reached: reached?.map(String) ?? null,
  }));
}

const numbers = (processes: readonly ListedProcess[]) => whoMayOwn(processes).map(Number);
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at);

/** Who says what of whom, of two to seven processes. */
const graphs = fc
  .integer({ min: 2, max: 7 })
  .chain((count) => fc.array(fc.option(fc.subarray(upTo(count)), { freq: 6 }), { minLength: count, maxLength: count }));

test('somebody may always own, and all answer the same in whatever order they read', () => {
  fc.assert(
    fc.property(graphs, fc.infiniteStream(fc.nat()), (reaches, draws) => {
      const processes = listed(reaches);
      const order = [...processes].sort(() => ((draws.next().value as number) % 3) - 1);
      const able = whoMayOwn(processes);
      assert(able.length > 0);
      assert.deepEqual(whoMayOwn(order).sort(), [...able].sort());
    }),
  );
});

test('whom half of those that have an opinion reach may own', () => {
  fc.assert(
    fc.property(graphs, (reaches) => {
      const able = numbers(listed(reaches));
      for (const at of upTo(reaches.length)) {
        const others = reaches.filter((one, other) => other !== at && one !== null);
        const reaching = others.filter((one) => one!.includes(at)).length;
        if (reaching * 2 >= others.length) assert(able.includes(at));
      }
    }),
  );
});

test('one that no other reaches does not own, whether it reaches them or not', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 7 }), fc.nat(), fc.boolean(), (count, pick, reachesThem) => {
      const hidden = pick % count;
      const others = upTo(count).filter((at) => at !== hidden);
      // Of two that do not reach each other nobody can say at whom it lies.
      fc.pre(count > 2 || reachesThem);
      const reaches = upTo(count).map((at) => (at === hidden ? (reachesThem ? others : []) : others));
      assert.deepEqual(numbers(listed(reaches)), others);
    }),
  );
});

test('two halves that do not reach each other: all go on owning; of unequal parts the larger one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (some, more) => {
      const here = upTo(some);
      const there = upTo(some + more).slice(some);
      const reaches = [...here.map(() => here), ...there.map(() => there)];
      const expected = some === more ? [...here, ...there] : some > more ? here : there;
      assert.deepEqual(numbers(listed(reaches)), expected);
    }),
  );
});

test('who leaves, whose lease is over or who has not looked has no opinion', () => {
  const [first, second, third] = listed([[1], [], null]) as [ListedProcess, ListedProcess, ListedProcess];
  assert.deepEqual(numbers([first, second]), [1], 'the second does not reach the first');
  assert.deepEqual(numbers([first, { ...second, state: 'leaving' }]), [0]);
  assert.deepEqual(numbers([first, { ...second, isOver: true }]), [0]);
  assert.deepEqual(numbers([{ ...first, reached: null }, second, third]), [1]);
});

test('who asks knows of itself that it lives, and whom it reaches', () => {
  const [first, second] = listed([[1], null]) as [ListedProcess, ListedProcess];
  const over = { ...second, isOver: true };
  assert.deepEqual(numbers([first, over]), [0]);
  assert.deepEqual(whoMayOwn([first, over], { processId: '1', reached: ['0'] }), ['0', '1']);
  assert.deepEqual(whoMayOwn([first, over], { processId: '1', reached: [] }), ['1']);
});

test('without the role nobody owns, and whoever has it is asked for by those without', () => {
  const [front] = listed([[]], ['api']) as [ListedProcess];
  assert.deepEqual(whoMayOwn([front]), []);
  const [owner] = listed([[]]) as [ListedProcess];
  assert.deepEqual(whoMayOwn([owner, { ...front, processId: 'front' }]), ['0'], 'unreached, but there is no other');
});
