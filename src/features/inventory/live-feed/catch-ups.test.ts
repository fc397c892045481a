import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CatchUps } from './catch-ups.ts';

function open() {
  const asked: number[] = [];
  const woken: string[] = [];
  const catchUps = new CatchUps((nth) => asked.push(nth));
  return { asked, woken, catchUps, come: (name: string) => catchUps.add(() => woken.push(name)) };
}

test('one question answers all who came before it left, and who comes later waits for the next', () => {
  const { asked, woken, catchUps, come } = open();
  catchUps.sourceBegins();
  catchUps.heard(undefined);
  come('Ada');
  come('Bob');
  come('Cyd');
  assert.deepEqual(asked, [1]);
  // A batch that was on its way already.
  catchUps.heard(undefined);
  assert.deepEqual(woken, []);
  catchUps.heard(1);
  assert.deepEqual([woken, asked], [['Ada'], [1, 2]]);
  catchUps.heard(1);
  catchUps.heard(2);
  assert.deepEqual(woken, ['Ada', 'Bob', 'Cyd']);
});

test('the first frame of a source answers who was there when it was begun, and nobody else', () => {
  const { asked, woken, catchUps, come } = open();
  come('Ada');
  catchUps.sourceBegins();
  come('Bob');
  catchUps.heard(undefined);
  assert.deepEqual([woken, asked], [['Ada'], [1]]);
  // It breaks before it answers: the next one shows all that Bob waits for.
  catchUps.sourceEnds();
  catchUps.heard(1);
  catchUps.sourceBegins();
  assert.deepEqual(woken, ['Ada']);
  catchUps.heard(undefined);
  assert.deepEqual(woken, ['Ada', 'Bob']);
});

test('at the end nobody waits any more', () => {
  const { woken, catchUps, come } = open();
  catchUps.sourceBegins();
  catchUps.heard(undefined);
  come('Ada');
  come('Bob');
  catchUps.end();
  assert.deepEqual(woken, ['Ada', 'Bob']);
});
