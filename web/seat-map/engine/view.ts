import type { Box, Point } from './box.ts';

/** How the plan lies on the screen: `screen = plan × scale + offset`, in CSS pixels. */
export interface View {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What floats over the map at its edges. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** How much is shown, by the pitch of seats on the screen. */
export type Level = 'sections' | 'dots' | 'numbers';

const dotsFrom = 7;
const numbersFrom = 15;
/** Seats may be drawn so far apart, in pixels; no further. */
const pitchMax = 64;
/** Halls up to this size show their seats at once. */
const smallHallMax = 1_500;
/** One notch of a wheel zooms by no more than this. */
const notchMax = 1.25;

export function levelOf(scale: number, pitch: number, seatCount: number): Level {
  const shown = scale * pitch;
  if (shown > numbersFrom) return 'numbers';
  return shown >= dotsFrom || seatCount <= smallHallMax ? 'dots' : 'sections';
}

/** The scale from which numbers can be read well: where a flight ends. */
export function readableScale(pitch: number): number {
  return (numbersFrom * 1.9) / pitch;
}

/** The whole box in what the insets leave of the screen. */
export function fit(box: Box, size: Size, insets: Insets, scaleMax = Number.POSITIVE_INFINITY): View {
  const width = Math.max(1, size.width - insets.left - insets.right);
  const height = Math.max(1, size.height - insets.top - insets.bottom);
  const scale = Math.min(width / Math.max(1, box.maxX - box.minX), height / Math.max(1, box.maxY - box.minY), scaleMax);
  return {
    scale,
    x: insets.left + width / 2 - ((box.minX + box.maxX) / 2) * scale,
    y: insets.top + height / 2 - ((box.minY + box.maxY) / 2) * scale,
  };
}

/** The same, with `factor` more scale (within the limits), the plan staying where it is under `about`. */
export function zoomAbout(view: View, factor: number, about: Point, limits: { min: number; max: number }): View {
  const scale = Math.min(limits.max, Math.max(limits.min, view.scale * factor));
  const real = scale / view.scale;
  return { scale, x: about.x - (about.x - view.x) * real, y: about.y - (about.y - view.y) * real };
}

/** The factor that a turn of the wheel zooms by: devices differ in what a notch is, so that it is bounded. */
export function wheelFactor(deltaY: number, deltaMode: number, isPinch: boolean): number {
  const pixels = deltaY * (deltaMode === 1 ? 16 : deltaMode === 2 ? 400 : 1);
  const factor = Math.exp(-pixels * (isPinch ? 0.01 : 0.002));
  return Math.min(notchMax, Math.max(1 / notchMax, factor));
}

/** Scales that make sense for a hall on a screen: from a bit smaller than the whole to seats of a finger's size. */
export function scaleLimits(fitted: View, pitch: number): { min: number; max: number } {
  return { min: fitted.scale * 0.8, max: Math.max(fitted.scale, pitchMax / pitch) };
}

/** Keeps the middle of the screen over the hall: nobody loses it by dragging. */
export function clamp(view: View, box: Box, size: Size): View {
  const [midX, midY] = [size.width / 2, size.height / 2];
  const left = Math.min(midX - box.minX * view.scale, Math.max(midX - box.maxX * view.scale, view.x));
  const top = Math.min(midY - box.minY * view.scale, Math.max(midY - box.maxY * view.scale, view.y));
  return { scale: view.scale, x: left, y: top };
}

export function toPlan(view: View, { x, y }: Point): Point {
  return { x: (x - view.x) / view.scale, y: (y - view.y) / view.scale };
}

export function toScreen(view: View, { x, y }: Point): Point {
  return { x: x * view.scale + view.x, y: y * view.scale + view.y };
}

/** What of the plan is on the screen. */
export function shownBox(view: View, size: Size): Box {
  const [a, b] = [toPlan(view, { x: 0, y: 0 }), toPlan(view, { x: size.width, y: size.height })];
  return { minX: a.x, minY: a.y, maxX: b.x, maxY: b.y };
}

/** Between two views, `t` from 0 to 1: the scale by its logarithm, so that it seems even, and straight over the plan. */
export function between(from: View, to: View, t: number, size: Size): View {
  if (t >= 1) return to;
  const eased = 1 - (1 - t) ** 3;
  const scale = Math.exp(Math.log(from.scale) + (Math.log(to.scale) - Math.log(from.scale)) * eased);
  const middle = { x: size.width / 2, y: size.height / 2 };
  const [a, b] = [toPlan(from, middle), toPlan(to, middle)];
  // The middle moves as the scale does: at the far end of a flight in, a unit is many pixels.
  const share =
    Math.abs(to.scale - from.scale) < 1e-9 ? eased : (1 / from.scale - 1 / scale) / (1 / from.scale - 1 / to.scale);
  const at = { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
  return { scale, x: middle.x - at.x * scale, y: middle.y - at.y * scale };
}
