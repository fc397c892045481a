import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { systemClock } from '../clock/clock.ts';
import { Unavailable } from '../postgres/database.ts';
import type { HeldSlot } from './lease-rows.ts';
import { begin, begun, database, events, owned, rowsOf, until } from './leased-ownership.test-support.ts';
import type { Fence } from './ownership.ts';
import { fenceValues, selectFences } from './postgres-fenced-slots.ts';
import { slotCount, slotOf } from './slots.ts';

test('whoever is alone owns every event, each under a fence of its slot', async () => {
  const one = await begin();
  assert.equal(owned(one).length, events.length);
  const fence = one.ownership.fenceOf(7)!;
  assert.equal(fence.slot, slotOf(7));
  assert.equal(one.ownership.fenceOf(7), fence);
  assert.equal(one.ownership.ownerOf(7), null);
});

test('a second process is handed its share, and every event has one owner whom the other knows', async () => {
  const first = await begin();
  const second = await begin();
  await until(
    'both have a share',
    () =>
      owned(first).length > 0 &&
      owned(second).length > 0 &&
      owned(first).length + owned(second).length === events.length,
  );
  await first.ownership.look();
  for (const eventId of events) {
    const [mine, other] = first.ownership.fenceOf(eventId) ? [first, second] : [second, first];
    assert(mine.ownership.fenceOf(eventId));
    assert.equal(other.ownership.fenceOf(eventId), null);
    assert.equal(other.ownership.ownerOf(eventId)!.processId, mine.ownership.processId);
    assert.equal(other.ownership.ownerOf(eventId)!.fence, mine.ownership.fenceOf(eventId)!.fence);
  }
  assert.deepEqual([...first.failures, ...second.failures], []);
});

test('before slots go, what is under way there is ended while nobody decides about them', async () => {
  const first = await begin();
  const seen: { wasDeciding: boolean; stillMine: boolean }[] = [];
  first.ownership.beforeHandOver(async (isLeaving) => {
    const leaving = events.filter(isLeaving);
    const [row] = await database.query<{ mine: number }>(
      'SELECT count(*)::int AS mine FROM slots WHERE process_id = $1',
      [first.ownership.processId],
    );
    seen.push({
      wasDeciding: leaving.some((eventId) => first.ownership.fenceOf(eventId) !== null),
      stillMine: row!.mine === slotCount,
    });
  });
  const second = await begin();
  await until('the second has a share', () => owned(second).length > 0);
  assert.deepEqual(seen, [{ wasDeciding: false, stillMine: true }]);
});

for (const isDone of [true, false]) {
  const what = isDone ? 'was done' : 'was not done';
  test(`a handover of which nobody knows that it ${what}: nobody decides until it is known`, async () => {
    const rows = rowsOf();
    let lost: readonly HeldSlot[] = [];
    let decidedMeanwhile = -1;
    const first = await begin({
      rows: {
        ...rows,
        async handOver(processId, held, to) {
          if (to === processId) {
            const slots = new Set(held.map(({ slot }) => slot));
            decidedMeanwhile = owned(first).filter((eventId) => slots.has(slotOf(eventId))).length;
            assert.deepEqual(held, lost);
          } else if (lost.length === 0) {
            lost = held;
            if (isDone) await rows.handOver(processId, held, to);
            throw new Unavailable('The answer was lost');
          }
          return rows.handOver(processId, held, to);
        },
      },
    });
    const second = await begin();
    await until(
      'both have a share',
      () => owned(second).length > 0 && owned(first).length + owned(second).length === events.length,
    );
    assert.equal(decidedMeanwhile, 0);
    const listed = (await rows.look()).slots;
    for (const { ownership } of [first, second])
      for (const eventId of events) {
        const fence = ownership.fenceOf(eventId);
        if (fence) assert.deepEqual(fence, { ...fence, ...listed[slotOf(eventId)] });
      }
  });
}

test('who leaves hands everything over, and is dead', async () => {
  const first = await begin();
  const second = await begin();
  await until('both have a share', () => owned(second).length > 0);
  await first.ownership.leave();
  await until('the second owns all', () => owned(second).length === events.length);
  assert.equal(owned(first).length, 0);
  const [row] = await database.query<{ state: string }>('SELECT state FROM processes WHERE process_id = $1', [
    first.ownership.processId,
  ]);
  assert.equal(row!.state, 'dead');
});

test('whoever is asked to look until it has left asks no connection that it has closed', async () => {
  const rows = rowsOf();
  const asked: Promise<void>[] = [];
  let isClosed = false;
  let askedAfter = 0;
  const noting =
    <Asked extends unknown[], T>(ask: (...asked: Asked) => Promise<T>) =>
    async (...values: Asked): Promise<T> => {
      if (isClosed) askedAfter += 1;
      const answer = await ask(...values);
      if (isClosed) askedAfter += 1;
      return answer;
    };
  const one = await begin({
    rows: {
      ...rows,
      renew: noting(rows.renew),
      look: noting(rows.look),
      leave: async (processId, state) => {
        // As a page that was followed at another process does, and a process that hands something over.
        asked.push(one.ownership.look());
        await rows.leave(processId, state);
        asked.push(one.ownership.look());
      },
      close: async () => {
        isClosed = true;
        asked.push(one.ownership.look());
        await rows.close();
      },
    },
  });
  await one.ownership.leave();
  await Promise.all(asked);
  assert.equal(askedAfter, 0);
  assert.deepEqual(one.failures, []);
});

test('a process that was declared dead decides nothing, and comes back as another', async () => {
  const first = await begin();
  const before = first.ownership.processId;
  const lost: number[] = [];
  first.ownership.onLost((isLost) => lost.push(events.filter(isLost).length));
  const second = await begin();
  await until('both have a share', () => owned(second).length > 0);
  const had = owned(first).length;
  await database.query(`UPDATE processes SET until = now() - interval '1 s' WHERE process_id = $1`, [before]);
  // Who has not renewed for as long as a lease lasts says of nobody that he is dead.
  await second.ownership.look();
  assert.equal(owned(first).length, had);
  await rowsOf().declareDead([before, second.ownership.processId]);
  await second.ownership.look();
  assert.equal(owned(second).length, events.length);
  await until('the first is another', () => first.ownership.processId !== before && owned(first).length > 0);
  assert(lost.at(-1)! >= 0 && lost.reduce((sum, one) => sum + one, 0) >= had);
  const states = await database.query<{ state: string }>('SELECT state FROM processes WHERE process_id = $1', [before]);
  assert.deepEqual(states, [{ state: 'dead' }]);
});

test('the others hear of it when a process dies', async () => {
  const first = await begin();
  const second = await begin();
  await first.ownership.look();
  assert.equal(first.died(), 0);
  await rowsOf().bury(second.ownership.processId);
  await first.ownership.look();
  assert.equal(first.died(), 1);
});

test('an answer about the life before, that comes after the next one began, changes nothing', async () => {
  const rows = rowsOf();
  const late: (() => void)[] = [];
  const one = await begin({
    rows: {
      ...rows,
      async renew(...asked) {
        const renewed = await rows.renew(...asked);
        // Both answers about the dead one are late, and come together.
        if (!renewed.isLiving) await new Promise<void>((done) => late.push(done));
        return renewed;
      },
    },
  });
  const before = one.ownership.processId;
  await database.query(`UPDATE processes SET state = 'dead' WHERE process_id = $1`, [before]);
  await until('two renewals wait', () => late.length >= 2);
  for (const answer of late.splice(0)) answer();
  await until('it is another', () => one.ownership.processId !== before && owned(one).length === events.length);
  const living = await database.query(`SELECT FROM processes WHERE state = 'living'`);
  assert.equal(living.length, 1, 'and not two others');
});

test('a lease that is over by either clock decides nothing', async () => {
  let later = 0;
  let laterByDay = 0;
  const clock = {
    ...systemClock,
    measure: () => systemClock.measure() + later,
    now: () => systemClock.now() + laterByDay,
  };
  const one = await begin({ clock });
  assert.equal(owned(one).length, events.length);
  later = 5_000;
  assert.equal(owned(one).length, 0);
  later = 0;
  laterByDay = 5_000;
  assert.equal(owned(one).length, 0);
  laterByDay = 0;
  assert.equal(owned(one).length, events.length);
});

test('an event that changes its owner is waited for', async () => {
  const first = await begin();
  await first.ownership.leave();
  begun.splice(0);
  const front = await begin({ roles: ['api'] });
  assert.equal(await front.ownership.untilOwned(7, 20), false);
  const waits = front.ownership.untilOwned(7, 4_000);
  await begin();
  assert.equal(await waits, true);
});

test('when a standby took over, the process goes on as another one: fences may be handed out again', async () => {
  const rows = rowsOf();
  let timeline = '00000001';
  const one = await begin({
    rows: { ...rows, renew: async (...asked) => ({ ...(await rows.renew(...asked)), timeline }) },
  });
  const { processId } = one.ownership;
  const before = one.ownership.fenceOf(7);
  // Until the first renewal has seen the timeline of before.
  await new Promise((done) => setTimeout(done, 2_200));
  assert.equal(one.ownership.fenceOf(7), before);
  timeline = '00000002';
  await until(
    'it is another process',
    () => one.ownership.processId !== processId && one.ownership.fenceOf(7) !== null,
  );
  assert.notEqual(one.ownership.fenceOf(7)!.fence, before!.fence);
  assert.notEqual(one.ownership.fenceOf(7)!.processId, processId);
});

test('an event goes on under a new fence: first what was decided is written, then the old fence is good for nothing, and its memory lost', async () => {
  const { ownership, moved } = await begin();
  const eventId = 7;
  const old = ownership.fenceOf(eventId)!;
  const isGood = async (fence: Fence) =>
    (await database.query(`SELECT 1 FROM (${selectFences(1)}) f`, fenceValues([fence]))).length;
  const order: string[] = [];
  ownership.beforeHandOver(async (isLeaving) => {
    order.push(`written ${isLeaving(eventId)} ${ownership.fenceOf(eventId)} ${await isGood(old)}`);
  });
  ownership.onLost((isLost) => void order.push(`lost ${isLost(eventId)}`));
  await ownership.fenceAnew(eventId);
  assert.deepEqual(order, ['written true null 1', 'lost true']);
  const fresh = ownership.fenceOf(eventId)!;
  assert.ok(fresh.fence > old.fence);
  assert.deepEqual([fresh.processId, fresh.slot], [old.processId, old.slot]);
  assert.deepEqual([await isGood(old), await isGood(fresh)], [0, 1]);
  assert.equal(moved.at(-1), 'handed over 1');
  assert.deepEqual([ownership.isLiving(ownership.processId), ownership.isLiving(randomUUID())], [true, false]);
});
