import type { Point } from './box.ts';
import type { SeatMapRenderer } from './renderer.ts';
import { wheelFactor } from './view.ts';

/** A pointer that moves no further than this has tapped: fingers are less steady than mice. */
const slack = { touch: 10, mouse: 5 };
const doubleTapMs = 300;
const doubleTapSlack = 30;

export interface GestureAnswers {
  tap(at: Point, isTouch: boolean): void;
  /** Null: the pointer has left, or drags. */
  hover(at: Point | null): void;
}

/** Dragging, pinching, wheel and taps on an element, as moves of the map. Answers how to stop. */
export function followGestures(element: HTMLElement, renderer: SeatMapRenderer, answers: GestureAnswers): () => void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const pointers = new Map<number, Point>();
  let start: (Point & { isTouch: boolean }) | null = null;
  let isDragging = false;
  let lastTap: (Point & { time: number }) | null = null;

  // Asking where the element is makes the browser lay out what each frame of a move has changed: it is asked once.
  let corner: Point | null = null;
  const sized = new ResizeObserver(() => {
    corner = null;
  });
  sized.observe(element);
  const at = (event: PointerEvent | WheelEvent): Point => {
    if (corner === null) {
      const { left, top } = element.getBoundingClientRect();
      corner = { x: left, y: top };
    }
    return { x: event.clientX - corner.x, y: event.clientY - corner.y };
  };

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0 || (event.target as Element).closest('[data-over-map]')) return;
      corner = null;
      element.setPointerCapture(event.pointerId);
      pointers.set(event.pointerId, at(event));
      if (pointers.size === 1) [start, isDragging] = [{ ...at(event), isTouch: event.pointerType !== 'mouse' }, false];
      else [start, isDragging] = [null, true];
    },
    { signal },
  );

  element.addEventListener(
    'pointermove',
    (event) => {
      const before = pointers.get(event.pointerId);
      const now = at(event);
      if (!before) {
        if (event.pointerType === 'mouse')
          answers.hover((event.target as Element).closest('[data-over-map]') ? null : now);
        return;
      }
      if (pointers.size === 1) {
        if (!isDragging && start) {
          if (Math.hypot(now.x - start.x, now.y - start.y) < slack[start.isTouch ? 'touch' : 'mouse']) return;
          isDragging = true;
          answers.hover(null);
        }
        pointers.set(event.pointerId, now);
        const { view } = renderer;
        renderer.move({ ...view, x: view.x + now.x - before.x, y: view.y + now.y - before.y });
        return;
      }
      const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
      pointers.set(event.pointerId, now);
      if (!other) return;
      const factor = Math.hypot(now.x - other.x, now.y - other.y) / Math.hypot(before.x - other.x, before.y - other.y);
      const { view } = renderer;
      const [oldMiddle, middle] = [between(before, other), between(now, other)];
      renderer.move({ ...view, x: view.x + middle.x - oldMiddle.x, y: view.y + middle.y - oldMiddle.y });
      if (Number.isFinite(factor) && factor > 0) renderer.zoom(factor, middle);
    },
    { signal },
  );

  const lift = (event: PointerEvent) => {
    if (!pointers.delete(event.pointerId)) return;
    if (event.type !== 'pointerup' || isDragging || !start) {
      if (pointers.size === 0) start = null;
      return;
    }
    const here = at(event);
    const isDouble =
      lastTap !== null &&
      event.timeStamp - lastTap.time < doubleTapMs &&
      Math.hypot(here.x - lastTap.x, here.y - lastTap.y) < doubleTapSlack;
    lastTap = isDouble ? null : { ...here, time: event.timeStamp };
    // The first tap of two has flown in or taken a seat: the second must not undo that.
    if (!isDouble || renderer.level === 'numbers') answers.tap(here, start.isTouch);
    start = null;
  };
  element.addEventListener('pointerup', lift, { signal });
  element.addEventListener('pointercancel', lift, { signal });
  element.addEventListener('pointerleave', () => answers.hover(null), { signal });
  element.addEventListener(
    'wheel',
    (event) => {
      if ((event.target as Element).closest('[data-over-map]')) return;
      event.preventDefault();
      answers.hover(null);
      renderer.zoom(wheelFactor(event.deltaY, event.deltaMode, event.ctrlKey), at(event));
    },
    { signal, passive: false },
  );
  return () => {
    stopping.abort();
    sized.disconnect();
  };
}

function between(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
