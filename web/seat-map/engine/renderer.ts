import { type Box, grow, type Point } from './box.ts';
import type { Hall } from './hall.ts';
import { type GroundLook, paintGround } from './paint-ground.ts';
import { type Marks, paintMarks } from './paint-marks.ts';
import { createSeatPainter, type Placing, squareOf } from './paint-seats.ts';
import { createSharpPictures } from './sharp-pictures.ts';
import { createTiles } from './tiles.ts';
import {
  between,
  clamp,
  fit,
  type Insets,
  type Level,
  levelOf,
  readableScale,
  type Size,
  scaleLimits,
  shownBox,
  toPlan,
  type View,
  zoomAbout,
} from './view.ts';

/** So long after the last move the picture is drawn sharply. */
const restMs = 80;
const flightMs = 320;
/** More changed seats than this at once: everything is drawn anew. */
const patchesMax = 400;

export interface SeatMapRenderer {
  readonly view: View;
  readonly size: Size;
  readonly level: Level;
  /** The box of the map in CSS pixels; fits the hall when it first has one. */
  resize(size: Size, insets: Insets): void;
  move(view: View): void;
  zoom(factor: number, about: Point): void;
  /** Shows a box of the plan as large as it may be, or the whole hall. */
  flyTo(box: Box | null): void;
  /** Flies in about a point until numbers can be read. */
  flyIn(point: Point): void;
  /** Moves a seat into sight if it is not. */
  reveal(seat: number): void;
  marks(marks: Marks): void;
  seatsChanged(seats: readonly number[]): void;
  /** Theme, filter or words have changed. */
  redraw(): void;
  /** A whole picture for the small map. */
  drawWhole(canvas: HTMLCanvasElement): void;
  stop(): void;
}

export function createRenderer(parts: {
  readonly hall: Hall;
  /** What moves, the two that are drawn at rest above it, and the marks above all. */
  readonly canvases: {
    readonly ground: HTMLCanvasElement;
    readonly marks: HTMLCanvasElement;
    readonly sharp: readonly [HTMLCanvasElement, HTMLCanvasElement];
  };
  readonly look: () => GroundLook;
  /** Called in each frame in which the view moves, and when it rests. */
  readonly onView: (isMoving: boolean) => void;
  readonly tilesMax?: number;
}): SeatMapRenderer {
  const { hall, canvases, onView } = parts;
  const ground = canvases.ground.getContext('2d', { alpha: false })!;
  const upper = canvases.marks.getContext('2d')!;
  const sharp = createSharpPictures(canvases.sharp);
  let ratio = 1;
  let look = parts.look();
  let painter = createSeatPainter(look);
  const tiles = createTiles({
    hall,
    look: () => look,
    painter: () => painter,
    ratio: () => ratio,
    tilesMax: parts.tilesMax ?? 96,
  });
  let size: Size = { width: 0, height: 0 };
  let insets: Insets = { top: 0, right: 0, bottom: 0, left: 0 };
  let view: View = { scale: 1, x: 0, y: 0 };
  let fitted: View = view;
  let isFitted = false;
  /** Whether there was a sharp picture yet: when the first came is measured. */
  let isPictured = false;
  let drawnLevel: Level = 'sections';
  let marks: Marks = { chosen: new Set(), proposed: [], focused: null, hovered: null, hoveredPart: null };
  /** Nothing is on the upper canvas. */
  let isCleared = true;
  const swells = new Map<number, number>();
  let changed: number[] = [];
  let frame = 0;
  let idle = 0;
  let restTimer: ReturnType<typeof setTimeout> | undefined;
  let movedAt = 0;
  let isMoving = false;
  let needs = { ground: false, marks: false };
  let flight: { from: View; to: View; startedAt: number } | null = null;

  const limits = () => scaleLimits(fitted, hall.pitch);
  const level = () => levelOf(view.scale, hall.pitch, hall.seatCount);
  const placingOf = ({ scale, x, y }: View): Placing => ({ scale: scale * ratio, x: x * ratio, y: y * ratio });

  function schedule(what: Partial<typeof needs>): void {
    needs = { ground: needs.ground || !!what.ground, marks: needs.marks || !!what.marks };
    if (frame === 0) frame = requestAnimationFrame(draw);
  }

  function draw(now: number): void {
    frame = 0;
    if (size.width === 0) return;
    if (flight) {
      const t = Math.min(1, (now - flight.startedAt) / flightMs);
      view = between(flight.from, flight.to, t, size);
      if (t >= 1) flight = null;
      else schedule({ ground: true });
      beginMoving();
    }
    const due = needs;
    needs = { ground: flight !== null, marks: false };
    if (due.ground) {
      if (isMoving) drawMoving();
      else drawSharp();
    } else if (changed.length > 0) patch();
    drawMarks(now);
    if (swells.size > 0) schedule({ marks: true });
    if (due.ground) onView(isMoving);
  }

  function beginMoving(): void {
    isMoving = true;
    movedAt = performance.now();
    // One timer for a whole movement: making one anew at each move would take longer than the move.
    restTimer ??= setTimeout(rest, restMs);
    if (idle === 0) return;
    cancelIdle(idle);
    idle = 0;
  }

  function rest(): void {
    restTimer = undefined;
    if (flight || !isMoving) return;
    const left = movedAt + restMs - performance.now();
    if (left > 1) {
      restTimer = setTimeout(rest, left);
      return;
    }
    isMoving = false;
    schedule({ ground: true, marks: true });
  }

  function drawMoving(): void {
    const placing = placingOf(view);
    const shown = shownBox(view, size);
    ground.fillStyle = look.palette.ground;
    ground.fillRect(0, 0, canvases.ground.width, canvases.ground.height);
    if (level() === 'sections') {
      sharp.hide();
      paintGround(ground, look, 'sections', placing, shown, ratio);
      return;
    }
    const power = tiles.powerFor(placing.scale);
    const base = basePower();
    if (base < power) tiles.draw(ground, base, shown, placing);
    if (power - 1 > base) tiles.draw(ground, power - 1, shown, placing);
    tiles.draw(ground, Math.max(base, power), shown, placing);
    if (drawnLevel === 'sections') sharp.hide();
    else sharp.move(view);
  }

  function drawSharp(): void {
    const now = level();
    const shown = shownBox(view, size);
    const placing = placingOf(view);
    const pen = sharp.next;
    pen.fillStyle = look.palette.ground;
    pen.fillRect(0, 0, canvases.ground.width, canvases.ground.height);
    paintGround(pen, look, now, placing, shown, ratio);
    if (now !== 'sections') painter.seats(pen, hall.seatsIn(grow(shown, hall.pitch)), now, placing);
    if (!isPictured) performance.mark('seat-map picture');
    isPictured = true;
    sharp.show(view, sharp.view !== null && now !== drawnLevel);
    drawnLevel = now;
    changed = [];
    makeTilesWhenIdle();
  }

  const basePower = () => tiles.powerFor(fitted.scale * ratio * 1.5);

  function makeTilesWhenIdle(): void {
    if (idle !== 0) cancelIdle(idle);
    idle = whenIdle(() => {
      idle = 0;
      if (isMoving || size.width === 0) return;
      const shown = shownBox(view, size);
      const [width, height] = [shown.maxX - shown.minX, shown.maxY - shown.minY];
      const wanted = [{ power: basePower(), box: grow(hall.box, hall.pitch * 3) }];
      if (level() !== 'sections') {
        const power = tiles.powerFor(view.scale * ratio);
        const around = grow(shown, Math.max(width, height) * 0.5);
        if (power > basePower()) wanted.push({ power, box: around });
      }
      if (tiles.makeOne(wanted)) makeTilesWhenIdle();
    });
  }

  /** Draws the squares of changed seats, here and in the tiles. */
  function patch(): void {
    const seats = changed;
    changed = [];
    if (seats.length > patchesMax || level() === 'sections') {
      if (level() !== 'sections' || seats.length > patchesMax) tiles.clear();
      else tiles.redraw(seats);
      schedule({ ground: true });
      return;
    }
    tiles.redraw(seats);
    // While the view moves the old picture stays; the sharp one that follows has it right.
    if (isMoving) return;
    const placing = placingOf(view);
    const pen = sharp.shown;
    for (const seat of seats) {
      const square = squareOf(hall, seat);
      pen.save();
      pen.beginPath();
      const left = Math.floor(square.minX * placing.scale + placing.x);
      const top = Math.floor(square.minY * placing.scale + placing.y);
      const side = Math.ceil((square.maxX - square.minX) * placing.scale) + 1;
      pen.rect(left, top, side, side);
      pen.clip();
      pen.fillStyle = look.palette.block;
      pen.fillRect(left, top, side, side);
      painter.seats(pen, hall.seatsIn(grow(square, hall.pitch * 0.5)), level(), placing);
      pen.restore();
    }
  }

  function drawMarks(now: number): void {
    const isEmpty =
      marks.chosen.size + marks.proposed.length === 0 &&
      marks.focused === null &&
      marks.hovered === null &&
      marks.hoveredPart === null;
    if (isEmpty && isCleared) return;
    isCleared = isEmpty;
    upper.clearRect(0, 0, canvases.marks.width, canvases.marks.height);
    paintMarks(upper, { marks, look, painter, swells, level: level(), placing: placingOf(view), ratio, now });
  }

  function set(next: View): void {
    view = clamp(next, hall.box, size);
    beginMoving();
    schedule({ ground: true, marks: true });
  }

  function fly(to: View): void {
    const target = clamp(to, hall.box, size);
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
      view = target;
      isMoving = false;
      schedule({ ground: true, marks: true });
      return;
    }
    flight = { from: view, to: target, startedAt: performance.now() };
    schedule({ ground: true });
  }

  const middle = () => ({ x: size.width / 2, y: size.height / 2 });
  const enough = () => readableScale(hall.pitch);

  return {
    get view() {
      return view;
    },
    get size() {
      return size;
    },
    get level() {
      return level();
    },
    resize(next, nextInsets) {
      const before = size;
      const nextRatio = Math.min(2, devicePixelRatio || 1);
      const isSame = next.width === size.width && next.height === size.height && nextRatio === ratio && isFitted;
      [size, insets] = [next, nextInsets];
      if (isSame || size.width === 0 || size.height === 0) return;
      ratio = nextRatio;
      for (const canvas of [canvases.ground, canvases.marks]) {
        canvas.width = Math.round(size.width * ratio);
        canvas.height = Math.round(size.height * ratio);
      }
      const wasFitted = view.scale === fitted.scale && view.x === fitted.x;
      fitted = fit(hall.box, size, insets, 36 / hall.pitch);
      if (!isFitted || wasFitted) view = fitted;
      else {
        // What was in the middle stays there.
        const centre = toPlan(view, { x: before.width / 2, y: before.height / 2 });
        view = { scale: view.scale, x: middle().x - centre.x * view.scale, y: middle().y - centre.y * view.scale };
      }
      isFitted = true;
      isMoving = false;
      // A canvas that gets its size is empty.
      isCleared = true;
      sharp.resize(size, ratio);
      needs = { ground: true, marks: true };
      cancelAnimationFrame(frame);
      draw(performance.now());
    },
    move: (next) => {
      flight = null;
      set(next);
    },
    zoom(factor, about) {
      flight = null;
      set(zoomAbout(view, factor, about, limits()));
    },
    flyTo(box) {
      if (box === null) return fly(fitted);
      fly(fit(grow(box, hall.pitch * 1.5), size, insets, Math.max(enough(), fitted.scale) * 1.2));
    },
    flyIn(point) {
      const scale = Math.min(limits().max, Math.max(enough(), view.scale * 1.6));
      fly({ scale, x: middle().x - point.x * scale, y: middle().y - point.y * scale });
    },
    reveal(seat) {
      const [x, y] = [hall.x[seat]! * view.scale + view.x, hall.y[seat]! * view.scale + view.y];
      const isIn =
        x > insets.left + 24 &&
        x < size.width - insets.right - 24 &&
        y > insets.top + 24 &&
        y < size.height - insets.bottom - 24;
      const at = { x: hall.x[seat]!, y: hall.y[seat]! };
      if (level() === 'sections') return this.flyIn(at);
      if (!isIn) fly({ ...view, x: middle().x - at.x * view.scale, y: middle().y - at.y * view.scale });
    },
    marks(next) {
      for (const seat of next.chosen) if (!marks.chosen.has(seat)) swells.set(seat, performance.now());
      marks = next;
      schedule({ marks: true });
    },
    seatsChanged(seats) {
      if (seats.length === 0) return;
      // Concatenation: a snapshot may bring more seats than a call takes arguments.
      changed = changed.concat(seats);
      schedule({});
    },
    redraw() {
      look = parts.look();
      painter = createSeatPainter(look);
      tiles.clear();
      isMoving = false;
      schedule({ ground: true, marks: true });
    },
    drawWhole(canvas) {
      const box = { width: canvas.clientWidth, height: canvas.clientHeight };
      if (box.width === 0) return;
      [canvas.width, canvas.height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
      const pen = canvas.getContext('2d', { alpha: false })!;
      const placed = placingOf(fit(hall.box, box, { top: 4, right: 4, bottom: 4, left: 4 }));
      pen.fillStyle = look.palette.ground;
      pen.fillRect(0, 0, canvas.width, canvas.height);
      const isLarge = hall.seatCount > 3_000;
      paintGround(pen, { ...look, isWordless: true }, isLarge ? 'sections' : 'dots', placed, hall.box, 0.5);
      if (!isLarge) painter.seats(pen, hall.seatsIn(hall.box), 'dots', placed);
    },
    stop() {
      cancelAnimationFrame(frame);
      if (idle !== 0) cancelIdle(idle);
      clearTimeout(restTimer);
      tiles.clear();
    },
  };
}

/** Safari has no idle callbacks. */
const whenIdle = (work: () => void): number =>
  typeof requestIdleCallback === 'function' ? requestIdleCallback(work) : (setTimeout(work, 30) as unknown as number);
const cancelIdle = (id: number): void =>
  typeof cancelIdleCallback === 'function' ? cancelIdleCallback(id) : clearTimeout(id);
