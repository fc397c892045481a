import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contrast, mix, parseColour, standOut, toHex } from './colours.ts';
import { between, clamp, fit, levelOf, shownBox, toPlan, toScreen, wheelFactor, zoomAbout } from './view.ts';

const size = { width: 1000, height: 800 };
const none = { top: 0, right: 0, bottom: 0, left: 0 };
const box = { minX: 0, minY: 0, maxX: 500, maxY: 500 };
const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-6, `${a} is not ${b}`);

describe('a view', () => {
  test('fits the hall into what floats around it leaves free', () => {
    const view = fit(box, size, { ...none, top: 100, bottom: 200 });
    assert.deepEqual(view, { scale: 1, x: 250, y: 100 });
  });
  test('zooms about a point that stays where it is', () => {
    const view = fit(box, size, none);
    const about = { x: 333, y: 222 };
    const before = toPlan(view, about);
    const after = zoomAbout(view, 1.25, about, { min: 0.1, max: 100 });
    near(toScreen(after, before).x, 333);
    near(toScreen(after, before).y, 222);
    near(after.scale / view.scale, 1.25);
    assert.equal(zoomAbout(view, 1_000, about, { min: 0.1, max: 3 }).scale, 3);
  });
  test('zooms by no more than a quarter a notch, whatever a device calls a notch', () => {
    for (const [delta, mode] of [
      [100, 0],
      [1_000, 0],
      [3, 1],
      [1, 2],
    ] as const) {
      const [out, back] = [wheelFactor(delta, mode, false), wheelFactor(-delta, mode, false)];
      assert.ok(out >= 0.8 && out < 1 && back > 1 && back <= 1.25);
    }
  });
  test('is held so that the hall stays under the middle of the screen', () => {
    const view = clamp({ scale: 1, x: 9_000, y: -9_000 }, box, size);
    assert.deepEqual(view, { scale: 1, x: 500, y: -100 });
  });
  test('flies from one to another by even steps of scale, and arrives', () => {
    const [from, to] = [fit(box, size, none), { scale: 8, x: -900, y: -500 }];
    near(between(from, to, 0, size).scale, from.scale);
    assert.deepEqual(between(from, to, 1, size), to);
    const close = between(from, to, 0.999999, size);
    assert.ok(Math.hypot(close.x - to.x, close.y - to.y) < 0.01);
  });
  test('shows sections, dots and numbers by the pitch on the screen; small halls never sections', () => {
    assert.deepEqual(
      [0.2, 0.5, 1].map((scale) => levelOf(scale, 20, 18_000)),
      ['sections', 'dots', 'numbers'],
    );
    assert.equal(levelOf(0.2, 20, 1_500), 'dots');
  });
  test('knows what is shown', () => {
    assert.deepEqual(shownBox({ scale: 2, x: -100, y: 0 }, size), { minX: 50, minY: 0, maxX: 550, maxY: 400 });
  });
});

describe('a plan’s own colour', () => {
  const [white, night] = [parseColour('#fff')!, parseColour('#191a13')!];
  test('stays if it stands out, else only its lightness moves until it does', () => {
    assert.equal(toHex(standOut(parseColour('#c0392b')!, white)), '#c0392b');
    for (const [colour, ground] of [
      ['#ffee33', white],
      ['#dddddd', white],
      ['#101060', night],
      ['#222222', night],
    ] as const) {
      const moved = standOut(parseColour(colour)!, ground);
      assert.ok(contrast(moved, ground) >= 3, `${colour}: ${contrast(moved, ground)}`);
      assert.ok(contrast(moved, ground) < 3.6, 'no further than needed');
    }
  });
  test('is read in the ways that plans write it', () => {
    assert.equal(toHex(parseColour('rgb(46, 204, 113)')!), '#2ecc71');
    assert.equal(parseColour('tomato'), null);
  });
  test('mixes to itself', () => assert.equal(toHex(mix(parseColour('#2980b9')!, white, 1)), '#2980b9'));
});
