import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PeerRefused } from '../peers/peers.ts';
import { createEventTurns, inOneTurn, waitingMax } from './event-turns.ts';

const hot = 1;
const other = 2;

/** Turns that a test takes one by one; what was carried out, in order. */
function open() {
  const tasks: (() => void)[] = [];
  const done: string[] = [];
  const turns = createEventTurns({ soon: (task) => void tasks.push(task) });
  return {
    done,
    /** Ends a turn. */
    turn: () => tasks.shift()?.(),
    isIdle: () => tasks.length === 0,
    ask: (eventId: number, name: string) => turns.run(eventId, () => done.push(name)),
  };
}

test('of two events the one with a single command waits for one of the hot one, not for all', async () => {
  const { done, turn, ask } = open();
  for (let no = 0; no < 1_000; no++) void ask(hot, `hot ${no}`);
  void ask(other, 'other');
  turn();
  assert.deepEqual(done.slice(0, 3), ['hot 0', 'other', 'hot 1']);
  // Nor do sockets and timers wait for all of them.
  assert.equal(done.length, inOneTurn);
  void ask(other, 'another');
  turn();
  assert.ok(done.indexOf('another') <= inOneTurn + 1, String(done.indexOf('another')));
});

test('those that had no turn in a round are the first in the next', () => {
  const { done, turn, ask } = open();
  const events = Array.from({ length: inOneTurn + 10 }, (_, at) => at + 1);
  for (const eventId of events) for (const no of [1, 2]) void ask(eventId, `${eventId}.${no}`);
  turn();
  turn();
  assert.deepEqual(done.slice(inOneTurn, inOneTurn + 11), [
    ...events.slice(inOneTurn).map((eventId) => `${eventId}.1`),
    '1.2',
  ]);
});

test('when too many wait for an event whoever comes is refused at once, with when to come again; other events are not', async () => {
  const { done, turn, isIdle, ask } = open();
  const asked = Array.from({ length: waitingMax }, (_, no) => ask(hot, `hot ${no}`));
  await assert.rejects(ask(hot, 'too many'), (error) => {
    assert.ok(error instanceof PeerRefused);
    assert.deepEqual(error.refusal, { why: 'too busy', retryAfterMs: 1_000 });
    return true;
  });
  const free = ask(other, 'other');
  while (!isIdle()) turn();
  await Promise.all([...asked, free]);
  assert.equal(done.length, waitingMax + 1);
  assert.ok(!done.includes('too many'));
  const again = ask(hot, 'again');
  turn();
  await again;
});

test('a command that fails fails alone', async () => {
  const tasks: (() => void)[] = [];
  const turns = createEventTurns({ soon: (task) => void tasks.push(task) });
  const failed = turns.run(hot, () => assert.fail('broken'));
  const done = turns.run(hot, async () => 'done');
  tasks.shift()!();
  await assert.rejects(failed, /broken/);
  assert.equal(await done, 'done');
});
