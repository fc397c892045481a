import { type RefObject, useLayoutEffect, useRef } from 'react';
import { count } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import type { Session } from '../choice/session.ts';
import { useSession } from '../choice/use-session.ts';
import type { Point } from '../engine/box.ts';
import { followGestures } from '../engine/gestures.ts';
import type { AreaNote, GroundLook } from '../engine/paint-ground.ts';
import { readPalette } from '../engine/palette.ts';
import { createRenderer, type SeatMapRenderer } from '../engine/renderer.ts';
import { followTheme } from '../engine/theme.ts';
import type { Insets } from '../engine/view.ts';

const phoneMax = 760;
const deskInsets: Insets = { top: 76, right: 24, bottom: 24, left: 24 };
/** Phones: the chips above, the sheet beneath. */
const phoneInsets: Insets = { top: 72, right: 10, bottom: 176, left: 10 };

/** Draws the hall on the canvases of an element, and hands on what people do with it. */
export function useRenderer(
  box: RefObject<HTMLElement | null>,
  answers: {
    readonly moved: (renderer: SeatMapRenderer, isMoving: boolean) => void;
    readonly tap: (at: Point, isTouch: boolean) => void;
    readonly hover: (at: Point | null) => void;
  },
): RefObject<SeatMapRenderer | null> {
  const session = useSession();
  const kept = useRef<SeatMapRenderer | null>(null);
  const latest = useRef(answers);
  latest.current = answers;

  // Before anything else is done: the first picture is what people wait for.
  useLayoutEffect(() => {
    const element = box.current!;
    const [ground, one, other, marks] = element.querySelectorAll('canvas') as unknown as HTMLCanvasElement[];
    const { store } = session;
    let isReady = false;
    const renderer = createRenderer({
      hall: session.hall!,
      canvases: { ground: ground!, sharp: [one!, other!], marks: marks! },
      look: () => lookOf(session),
      onView: (isMoving) => isReady && latest.current.moved(renderer, isMoving),
      tilesMax: innerWidth <= phoneMax ? 48 : 96,
    });
    kept.current = renderer;
    isReady = true;

    const showMarks = () => {
      const { choice, proposed, focused, pointed } = store.getState();
      renderer.marks({
        chosen: new Set(choice.seats.keys()),
        proposed,
        focused,
        hovered: pointed.seat,
        hoveredPart: pointed.part,
      });
    };
    showMarks();
    const fitIn = () => {
      const insets = innerWidth <= phoneMax ? phoneInsets : deskInsets;
      renderer.resize({ width: element.clientWidth, height: element.clientHeight }, insets);
    };
    fitIn();
    const sized = new ResizeObserver(fitIn);
    sized.observe(element);
    const stopStore = store.subscribe((state, before) => {
      if (
        state.wanted !== before.wanted ||
        state.onlyAccessible !== before.onlyAccessible ||
        state.free !== before.free
      )
        renderer.redraw();
      showMarks();
    });
    const stopSeats = session.onSeats((seats) => renderer.seatsChanged(seats));
    const stopGestures = followGestures(element, renderer, {
      tap: (at, isTouch) => latest.current.tap(at, isTouch),
      hover: (at) => latest.current.hover(at),
    });
    const stopTheme = followTheme(() => renderer.redraw());
    const stopFonts = followFonts(() => renderer.redraw());
    return () => {
      stopStore();
      stopSeats();
      stopGestures();
      stopTheme();
      stopFonts();
      sized.disconnect();
      renderer.stop();
      kept.current = null;
    };
  }, [session, box]);
  return kept;
}

function lookOf(session: Session): GroundLook {
  const { store, offers } = session;
  const hall = session.hall!;
  const { wanted, onlyAccessible, free } = store.getState();
  const palette = readPalette([...offers.looks, ...offers.general.map((_, i) => ({ colour: null, rank: 3 + i }))]);
  const areaNotes = new Map<number, AreaNote>();
  const texts = textsOf('seat-map');
  const standing = hall.areas.flatMap((area, i) => (area.kind === 'standing' ? [i] : []));
  for (const area of standing) {
    const name = hall.areas[area]!.text.toLowerCase();
    const at = offers.general.findIndex((offer) => offer.name.toLowerCase() === name);
    const general = at !== -1 ? at : standing.length === 1 && offers.general.length === 1 ? 0 : -1;
    if (general === -1) continue;
    const left = free.get(offers.general[general]!.typeId) ?? 0;
    areaNotes.set(area, { category: offers.looks.length + general, words: texts.free(left), isNone: left === 0 });
  }
  return {
    hall,
    states: session.states!,
    palette,
    isFiltered: wanted.size > 0 || onlyAccessible,
    isWanted: (seat) => session.isWanted(seat),
    areaNotes,
    freeWords: (n) => (n === 0 ? count(0) : texts.free(n)),
  };
}

/** Words that were drawn before their font had arrived have to be drawn again. */
function followFonts(redraw: () => void): () => void {
  let isStopped = false;
  if (document.fonts.status !== 'loaded') void document.fonts.ready.then(() => isStopped || redraw());
  return () => {
    isStopped = true;
  };
}
