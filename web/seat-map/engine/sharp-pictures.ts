import type { Size, View } from './view.ts';

const fadeMs = 120;

/**
 * The picture that is drawn where the view rests, on two canvases in turn: while the view moves its canvas is moved as it is, by style,
 * and a new picture can appear over the old one.
 */
export interface SharpPictures {
  resize(size: Size, ratio: number): void;
  /** The canvas that the next picture is drawn on. */
  readonly next: CanvasRenderingContext2D;
  /** The one that is shown. */
  readonly shown: CanvasRenderingContext2D;
  /** The view that it was drawn for; null: nothing is shown. */
  readonly view: View | null;
  /** Shows what was drawn on `next`. */
  show(view: View, fades: boolean): void;
  /** Moves the picture to where another view has it; hides it where it would be too coarse. */
  move(to: View): void;
  hide(): void;
}

export function createSharpPictures(canvases: readonly [HTMLCanvasElement, HTMLCanvasElement]): SharpPictures {
  const pens = canvases.map((canvas) => canvas.getContext('2d', { alpha: false })!);
  let shown = 0;
  let view: View | null = null;
  for (const { style } of canvases) {
    style.transformOrigin = '0 0';
    style.visibility = 'hidden';
  }

  return {
    resize(size, ratio) {
      for (const canvas of canvases) {
        canvas.width = Math.round(size.width * ratio);
        canvas.height = Math.round(size.height * ratio);
      }
      view = null;
    },
    get next() {
      return pens[1 - shown]!;
    },
    get shown() {
      return pens[shown]!;
    },
    get view() {
      return view;
    },
    show(next, fades) {
      const before = canvases[shown]!;
      shown = 1 - shown;
      const now = canvases[shown]!;
      view = next;
      [now.style.transform, now.style.visibility, now.style.zIndex] = ['', 'visible', '1'];
      before.style.zIndex = '0';
      for (const one of now.getAnimations()) one.cancel();
      if (fades) now.animate([{ opacity: 0 }, { opacity: 1 }], { duration: fadeMs, easing: 'ease-out' });
      else before.style.visibility = 'hidden';
    },
    move(to) {
      const { style } = canvases[shown]!;
      canvases[1 - shown]!.style.visibility = 'hidden';
      const factor = view ? to.scale / view.scale : 0;
      if (!view || factor < 0.5 || factor > 2.5) {
        style.visibility = 'hidden';
        return;
      }
      style.visibility = 'visible';
      style.transform = `matrix(${factor},0,0,${factor},${to.x - view.x * factor},${to.y - view.y * factor})`;
    },
    hide() {
      for (const { style } of canvases) style.visibility = 'hidden';
    },
  };
}
