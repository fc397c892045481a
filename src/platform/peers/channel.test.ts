import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { createManualClock, type ManualClock } from '../clock/clock.ts';
import { type Channel, createChannel, type Outgoing } from './channel.ts';

describe('a channel', () => {
  let clock: ManualClock;
  let turn: (() => void)[];
  let wire: { texts: string[]; written: (() => void)[]; ended: number; destroyed: string[] };
  let channel: Channel;
  beforeEach(() => {
    clock = createManualClock(0);
    turn = [];
    wire = { texts: [], written: [], ended: 0, destroyed: [] };
    channel = createChannel({ clock, soon: (task) => void turn.push(task) });
  });

  const open = () =>
    channel.open({
      write(text, written) {
        wire.texts.push(text);
        wire.written.push(written);
      },
      end: () => void wire.ended++,
      destroy: (why) => void wire.destroyed.push(why),
    });
  const endTurn = () => {
    for (const task of turn.splice(0)) task();
  };
  function push(text: string): Outgoing {
    const item = { text, hasLeft: false };
    channel.push(item);
    return item;
  }

  test('sends all of a turn in one text, and the next as soon as that was written', () => {
    open();
    const one = push('[1]');
    push('[2]');
    assert.deepEqual([wire.texts, one.hasLeft], [[], false]);
    endTurn();
    assert.deepEqual([wire.texts, one.hasLeft], [['[0,[1],[2]]'], true]);
    clock.advance(30);
    push('[3]');
    endTurn();
    push('[4]');
    assert.equal(wire.texts.length, 1, 'the first is not written yet');
    wire.written.shift()!();
    assert.deepEqual(wire.texts.slice(1), ['[30,[3],[4]]']);
    wire.written.shift()!();
    endTurn();
    assert.equal(wire.texts.length, 2);
  });

  test('what is pushed before it is open leaves when it is, unless it was taken back', () => {
    const [one, two] = [push('[1]'), push('[2]')];
    assert.equal(channel.queued, 6);
    channel.takeBack(one);
    assert.equal(channel.queued, 3);
    open();
    endTurn();
    assert.deepEqual(wire.texts, ['[0,[2]]']);
    assert.equal(channel.queued, 0);
    channel.takeBack(two);
    assert.deepEqual([channel.queued, two.hasLeft, one.hasLeft], [0, true, false]);
  });

  test('a batch takes so much, and the rest follows in order', () => {
    open();
    const long = `"${'x'.repeat(200_000)}"`;
    for (const text of [long, long, long, '1', '2']) push(text);
    endTurn();
    assert.equal(channel.queued, long.length + 2);
    wire.written.shift()!();
    assert.deepEqual(
      wire.texts.map((text) => JSON.parse(text).length - 1),
      [2, 3],
    );
    assert.equal(channel.queued, 0);
  });

  test('translates the other side’s time by its quickest batch: what lay somewhere is older than it looks', () => {
    channel.read('[1000000]');
    assert.equal(channel.toOwnClock(1_000_250), 250);
    clock.advance(5_000);
    channel.read('[1000100]');
    assert.equal(Math.round(channel.toOwnClock(1_000_350)), 351, 'it lay for 4.9 s, so its deadline is past');
    clock.advance(1_000);
    channel.read('[1006100]');
    assert.equal(channel.toOwnClock(1_006_100), 6_000, 'and a quicker one shows that it was longer ago still');
  });

  test('clocks that drift apart are followed', () => {
    channel.read('[1000000]');
    for (let second = 1; second <= 3_600; second++) {
      clock.advance(1_000);
      channel.read(`[${1_000_000 + second * 999.9}]`);
    }
    const now = 1_000_000 + 3_600 * 999.9;
    assert.ok(Math.abs(channel.toOwnClock(now) - clock.measure()) < 1);
  });

  test('says that it is there when it has nothing to say, and not when it has', () => {
    open();
    channel.beat();
    endTurn();
    assert.deepEqual(wire.texts, ['[0]']);
    wire.written.shift()!();
    push('[1]');
    endTurn();
    channel.beat();
    endTurn();
    assert.deepEqual(wire.texts, ['[0]', '[0,[1]]']);
    channel.beat();
    endTurn();
    assert.equal(wire.texts.length, 2, 'what is being written has not arrived: another would wait behind it');
  });

  test('is silent after three beats without a word, and cut after 25; one word is enough', () => {
    open();
    for (let beat = 0; beat < 3; beat++) channel.beat();
    assert.equal(channel.isSilent, false);
    channel.beat();
    assert.equal(channel.isSilent, true);
    channel.read('[1]');
    assert.equal(channel.isSilent, false);
    for (let beat = 0; beat < 25; beat++) channel.beat();
    assert.deepEqual(wire.destroyed, []);
    channel.beat();
    assert.deepEqual(wire.destroyed, ['Nothing was heard for 10 s']);
  });

  test('whoever stood still himself does not take the others for frozen', () => {
    open();
    channel.beat();
    channel.read('[1]');
    clock.advance(60_000);
    channel.beat();
    channel.beat();
    assert.equal(channel.isSilent, false);
  });

  test('is not silent while it is not open yet', () => {
    for (let beat = 0; beat < 30; beat++) channel.beat();
    assert.equal(channel.isSilent, false);
  });

  test('ends after what waits, and takes nothing more', () => {
    open();
    push('[1]');
    channel.end();
    push('[2]');
    assert.equal(wire.ended, 0);
    endTurn();
    assert.equal(wire.ended, 0);
    wire.written.shift()!();
    assert.deepEqual([wire.texts, wire.ended], [['[0,[1]]'], 1]);
  });

  test('that was ended before it was open ends when it is', () => {
    channel.end();
    open();
    endTurn();
    assert.deepEqual([wire.texts, wire.ended], [[], 1]);
  });

  test('whose wire broke sends nothing more', () => {
    open();
    push('[1]');
    channel.broke();
    endTurn();
    push('[2]');
    endTurn();
    channel.end();
    assert.deepEqual([wire.texts, wire.ended], [[], 0]);
  });
});
