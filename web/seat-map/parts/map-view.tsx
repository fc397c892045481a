import { Maximize, Minus, Plus } from 'lucide-react';
import { type KeyboardEvent, useMemo, useRef, useState } from 'react';
import { textsOf } from '../../texts/texts.ts';
import { setMode } from '../choice/choice.ts';
import { chosenCount } from '../choice/session.ts';
import { seatWords, useSession } from '../choice/use-session.ts';
import type { Point } from '../engine/box.ts';
import type { SeatMapRenderer } from '../engine/renderer.ts';
import { type Direction, seatOfPart, seatTowards } from '../engine/seat-steps.ts';
import { type Level, toPlan } from '../engine/view.ts';
import { MapLegend } from './legend.tsx';
import styles from './map.module.css';
import { Chips } from './map-chips.tsx';
import { MiniMap } from './mini-map.tsx';
import { say } from './speaker.tsx';
import { placeTip, type ShownTip, Tip } from './tip.tsx';
import { useRenderer } from './use-renderer.ts';

const zoomStep = 1.25;
const keySteps: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};
/** A finger covers this many pixels around where it taps. */
const fingerRadius = 22;

/** The hall, drawn: drag, pinch, wheel, taps and keys. */
export function MapView() {
  const session = useSession();
  const texts = textsOf('seat-map');
  const { store } = session;
  const hall = session.hall!;
  const words = useMemo(() => seatWords(session), [session]);
  const box = useRef<HTMLElement>(null);
  const tip = useRef<ShownTip>(null);
  const frame = useRef<HTMLDivElement>(null);
  const [level, setLevel] = useState<Level>('sections');

  function moved(renderer: SeatMapRenderer, isMoving: boolean): void {
    const { view, size } = renderer;
    // Frames of a move are without React: what stands in the corner changes when the view rests.
    if (!isMoving) setLevel(renderer.level);
    if (tip.current) placeTip(tip.current, session, renderer);
    const around = frame.current;
    if (!around) return;
    // In shares of the hall's box, as the small map shows it.
    const [width, height] = [hall.box.maxX - hall.box.minX, hall.box.maxY - hall.box.minY];
    const at = toPlan(view, { x: 0, y: 0 });
    const share = (value: number) => `${Math.min(100, Math.max(0, value * 100))}%`;
    around.style.insetInlineStart = share((at.x - hall.box.minX) / width);
    around.style.top = share((at.y - hall.box.minY) / height);
    around.style.right = share(1 - (at.x + size.width / view.scale - hall.box.minX) / width);
    around.style.bottom = share(1 - (at.y + size.height / view.scale - hall.box.minY) / height);
  }

  const renderer = useRenderer(box, { moved, tap, hover });

  function seatAt(at: Point, reach: number): number | null {
    const { view } = renderer.current!;
    return hall.seatNear(toPlan(view, at), reach / view.scale);
  }

  function hover(at: Point | null): void {
    const current = renderer.current;
    if (!current) return;
    const isSections = current.level === 'sections';
    const seat = at && !isSections ? seatAt(at, Math.max(9, hall.pitch * current.view.scale * 0.55)) : null;
    const part = at && isSections ? hall.partAt(toPlan(current.view, at)) : null;
    const before = store.getState().pointed;
    if (before.seat !== seat || before.part !== part) store.setState({ pointed: { seat, part } });
    if (box.current) box.current.style.cursor = seat !== null || part !== null ? 'pointer' : '';
  }

  function tap(at: Point, isTouch: boolean): void {
    const current = renderer.current!;
    const here = toPlan(current.view, at);
    if (current.level === 'sections') {
      // Parts of a large hall are small on a phone: between two of them a finger means the nearer one.
      const part = hall.partAt(here, isTouch ? fingerRadius / current.view.scale : 0);
      if (part === null) return;
      store.setState({ part, pointed: { seat: null, part: null } });
      current.flyTo(hall.parts[part]!.box);
      return;
    }
    if (current.level === 'dots' && isTouch) {
      const seat = seatAt(at, fingerRadius * 1.5);
      current.flyIn(seat === null ? here : { x: hall.x[seat]!, y: hall.y[seat]! });
      return;
    }
    const reach = isTouch ? fingerRadius : Math.max(9, hall.pitch * current.view.scale * 0.55);
    // Fingers are meant for what is free: a seat that is gone beside it does not catch the tap.
    const { view } = current;
    const seat = isTouch
      ? hall.seatNear(here, reach / view.scale, (one) => session.isFree(one) || store.getState().choice.seats.has(one))
      : seatAt(at, reach);
    if (seat !== null) take(seat);
  }

  function take(seat: number): void {
    const done = session.toggle(seat);
    store.setState({ focused: store.getState().focused === null ? null : seat });
    if (done === 'taken') say(texts.taken(words.name(seat), chosenCount(session)));
    else if (done === 'left') say(texts.left(words.name(seat), chosenCount(session)));
    else if (done === 'full') say(texts.full(session.event.limitPerReservation));
    else say(words.spoken(seat));
  }

  function focus(seat: number | null): void {
    if (seat === null) return;
    store.setState({ focused: seat, pointed: { seat: null, part: null } });
    renderer.current?.reveal(seat);
    say(words.spoken(seat));
  }

  function firstSeat(): number | null {
    const { choice } = store.getState();
    const chosen = choice.seats.keys().next().value;
    if (chosen !== undefined) return chosen;
    const { view, size } = renderer.current!;
    const middle = toPlan(view, { x: size.width / 2, y: size.height / 2 });
    return hall.seatNear(middle, Number.POSITIVE_INFINITY, (seat) => session.isFree(seat) && session.isWanted(seat));
  }

  function keyDown(event: KeyboardEvent): void {
    const current = renderer.current;
    if (!current || event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const seat = store.getState().focused;
    const may = event.shiftKey
      ? () => true
      : (one: number) => (session.isFree(one) && session.isWanted(one)) || store.getState().choice.seats.has(one);
    const middle = { x: current.size.width / 2, y: current.size.height / 2 };
    const direction = keySteps[event.key];
    if (direction) focus(seat === null ? firstSeat() : seatTowards(hall, seat, direction, may));
    else if (event.key === 'Enter' || event.key === ' ') {
      if (seat === null) focus(firstSeat());
      else take(seat);
    } else if (event.key === '+' || event.key === '=') current.zoom(zoomStep, middle);
    else if (event.key === '-') current.zoom(1 / zoomStep, middle);
    else if (event.key === '0') current.flyTo(null);
    else if (event.key === 'PageDown' || event.key === 'PageUp')
      focus(seatOfPart(hall, seat ?? firstSeat() ?? 0, event.key === 'PageDown' ? 1 : -1, may));
    else if (event.key === 'Escape') document.getElementById('tray')?.focus();
    else return;
    event.preventDefault();
  }

  const zoomBy = (factor: number) => () => {
    const { size } = renderer.current!;
    renderer.current!.zoom(factor, { x: size.width / 2, y: size.height / 2 });
  };
  return (
    <section ref={box} className={styles.map} aria-label={texts.mapLabel}>
      <button type="button" className={styles.toList} onClick={() => setMode(store, 'list')}>
        {texts.toList}
      </button>
      <div aria-hidden="true">
        <canvas className={styles.layer} />
        <canvas className={styles.layer} />
        <canvas className={styles.layer} />
        <canvas className={styles.marks} />
      </div>
      <div
        className={styles.keys}
        role="application"
        aria-label={texts.mapLabel}
        aria-describedby="map-keys"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: one tab stop for all seats; keys move within
        tabIndex={0}
        onKeyDown={keyDown}
        onFocus={(event) => {
          if (event.target.matches(':focus-visible') && store.getState().focused === null) focus(firstSeat());
        }}
        onBlur={() => store.setState({ focused: null })}
      />
      <p id="map-keys" className="spoken">
        {texts.mapKeys}
      </p>
      <Chips />
      <div className={styles.zoom} data-over-map>
        <button type="button" aria-label={texts.zoomIn} onClick={zoomBy(zoomStep * zoomStep)}>
          <Plus aria-hidden="true" />
        </button>
        <button type="button" aria-label={texts.zoomOut} onClick={zoomBy(1 / zoomStep / zoomStep)}>
          <Minus aria-hidden="true" />
        </button>
        <button type="button" aria-label={texts.whole} onClick={() => renderer.current?.flyTo(null)}>
          <Maximize aria-hidden="true" />
        </button>
      </div>
      {level === 'sections' ? <MapLegend /> : <MiniMap renderer={renderer} frame={frame} />}
      <Tip tip={tip} renderer={renderer} />
    </section>
  );
}
