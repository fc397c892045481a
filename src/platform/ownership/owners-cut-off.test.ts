import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Unavailable } from '../postgres/database.ts';
import type { LeaseRows } from './lease-rows.ts';
import {
  begin,
  begun,
  cuts,
  database,
  events,
  heldBy,
  type Made,
  nextNo,
  owned,
  quick,
  rowsOf,
  until,
} from './leased-ownership.test-support.ts';
import { shareOut, slotOf } from './slots.ts';

test('who could not renew its own lease says of nobody that he is dead, until it could for as long as a lease lasts', async () => {
  const rows = rowsOf();
  let isAway = false;
  let failed = 0;
  let renewed = 0;
  const declared: string[] = [];
  const first = await begin({
    clock: quick,
    rows: {
      ...rows,
      async renew(...asked) {
        if (isAway) {
          failed += 1;
          throw new Unavailable('away');
        }
        renewed += 1;
        return rows.renew(...asked);
      },
      // Of the other it always looks as if its lease were over.
      async look() {
        const { processes, slots } = await rows.look();
        const isOver = ({ processId }: { processId: string }) => processId !== first.ownership.processId;
        return { slots, processes: processes.map((one) => ({ ...one, isOver: begun.length > 1 && isOver(one) })) };
      },
      declareDead: async (ids) => void declared.push(...ids),
    },
  });
  const second = await begin();
  await until('it judges', () => declared.includes(second.ownership.processId));
  isAway = true;
  await until('a renewal failed', () => failed > 0);
  assert.notEqual(first.ownership.fenceOf(7) ?? first.ownership.ownerOf(7), null, 'its own lease lasts through it');
  declared.length = 0;
  renewed = 0;
  isAway = false;
  await until('one succeeds', () => renewed > 0);
  for (let looks = 0; looks < 5; looks++) await first.ownership.look();
  assert.deepEqual(declared, []);
  await until('it judges again', () => declared.length > 0);
});

test('a process without the role, or that nobody reaches, is handed nothing', async () => {
  const first = await begin();
  const front = await begin({ roles: ['api'] });
  await front.ownership.look();
  await first.ownership.look();
  assert.equal(owned(front).length, 0);
  assert.equal(front.ownership.ownerOf(7)!.processId, first.ownership.processId);
  for (const { no } of [first, front]) cuts.add(`${no}>${nextNo()}`);
  const hidden = await begin();
  // Nor does it take what is free.
  await rowsOf().handOver(first.ownership.processId, heldBy(await rowsOf().look(), first), null);
  await hidden.ownership.look();
  assert.equal(owned(hidden).length, 0);
  await first.ownership.look();
  assert.equal(owned(first).length, events.length);
});

for (const [name, isBothWays] of [
  ['hears others, but is heard by none', false],
  ['is cut off from the others both ways', true],
] as const) {
  test(`an owner that renews its lease and ${name}: gives back what it has, and has it again when it is reached`, async () => {
    const made = [await begin({ clock: quick }), await begin({ clock: quick }), await begin({ clock: quick })];
    const [first, second, third] = made as [Made, Made, Made];
    const { processId } = third.ownership;
    const share = shareOut(made.map(({ ownership }) => ownership.processId));
    const isShared = () =>
      made.every((one) => {
        const its = (eventId: number) => share[slotOf(eventId)] === one.ownership.processId;
        return events.every((eventId) => (one.ownership.fenceOf(eventId) !== null) === its(eventId));
      });
    await until('each has its share', isShared);
    for (const { no } of [first, second]) {
      cuts.add(`${no}>${third.no}`);
      if (isBothWays) cuts.add(`${third.no}>${no}`);
    }
    await until(
      'the others own all',
      () => owned(third).length === 0 && owned(first).length + owned(second).length === events.length,
    );
    assert.equal(third.ownership.processId, processId);
    cuts.clear();
    await until('each has its share again', isShared);
  });
}

test('two owners that do not reach each other keep what they have: nobody can say at whom it lies', async () => {
  const first = await begin({ clock: quick });
  const second = await begin({ clock: quick });
  await until('both have a share', () => owned(second).length > 0);
  await until('they reach each other', () => owned(first).length + owned(second).length === events.length);
  const moved = [...first.moved, ...second.moved].length;
  for (const one of [`${first.no}>${second.no}`, `${second.no}>${first.no}`]) cuts.add(one);
  const reachedBy = async () => (await rowsOf().look()).processes.map(({ reached }) => reached?.length);
  let said: unknown[] = [];
  await until('both say so', () => {
    void reachedBy().then((now) => {
      said = now;
    });
    return said.length === 2 && said.every((count) => count === 0);
  });
  await Promise.all([first.ownership.look(), second.ownership.look()]);
  assert.equal([...first.moved, ...second.moved].length, moved);
});

test('after the database was away nothing moves, whoever renews first', async () => {
  const rows = rowsOf();
  let isAway = false;
  const away = () => (isAway ? Promise.reject(new Unavailable('away')) : null);
  const cutOff: LeaseRows = {
    ...rows,
    renew: async (...asked) => (await away()) ?? rows.renew(...asked),
    look: async () => (await away()) ?? rows.look(),
  };
  const made = [await begin({ clock: quick, rows: cutOff }), await begin({ clock: quick, rows: cutOff })];
  const share = () => made.map((one) => owned(one).length);
  await until('both have a share', () => share().every((count) => count > 0));
  await until('all is owned', () => share().reduce((sum, count) => sum + count, 0) === events.length);
  const { slots } = await rows.look();
  isAway = true;
  await until('nobody decides', () => share().every((count) => count === 0));
  await database.query(`UPDATE processes SET until = now() - interval '1 s' WHERE state = 'living'`);
  isAway = false;
  await until('all is owned again', () => share().reduce((sum, count) => sum + count, 0) === events.length);
  for (const { ownership } of made) await ownership.look();
  assert.deepEqual((await rows.look()).slots, slots);
});

test('who waits for an owner while the database is away is not kept: nobody could become one', async () => {
  const rows = rowsOf();
  let isAway = false;
  const away = () => (isAway ? Promise.reject(new Unavailable('away')) : null);
  const one = await begin({
    clock: quick,
    rows: {
      ...rows,
      renew: async (...asked) => (await away()) ?? rows.renew(...asked),
      look: async () => (await away()) ?? rows.look(),
    },
  });
  const { processId } = one.ownership;
  isAway = true;
  await until('its lease is over', () => one.ownership.fenceOf(7) === null);
  // As long as the test has.
  assert.equal(await one.ownership.untilOwned(7, 10_000_000), false);
  isAway = false;
  await until('it decides again', () => one.ownership.fenceOf(7) !== null);
  assert.equal(one.ownership.processId, processId);
});
