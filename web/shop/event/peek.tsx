import { useEffect, useRef } from 'react';
import type { EventBody } from '../../../src/contract/catalog.ts';
import type { SeatStatesAnswer } from '../../../src/contract/inventory.ts';
import type { LiveFrame } from '../../../src/contract/live.ts';
import type { SeatMap } from '../../../src/contract/seat-map.ts';
import { useApi } from '../../api/queries.ts';
import { type Hall, readHall } from '../../seat-map/engine/hall.ts';
import { paintGround } from '../../seat-map/engine/paint-ground.ts';
import { createSeatPainter } from '../../seat-map/engine/paint-seats.ts';
import { readPalette } from '../../seat-map/engine/palette.ts';
import { createSeatStates, type SeatStates } from '../../seat-map/engine/seat-states.ts';
import { fit } from '../../seat-map/engine/view.ts';

/** Halls larger than this are drawn as sections. */
const dotsMax = 3_000;
/** The picture is drawn anew not more often than this while seats change. */
const redrawMs = 500;

/** The hall as a small picture, seats as they are now. It does nothing but look: the map itself is a page of its own. */
export default function Peek({
  event,
  onFrame,
  onColours,
}: {
  readonly event: EventBody;
  onFrame(listener: (frame: LiveFrame) => void): () => void;
  /** The colours of ticket types, by their ids, as the plan and the theme have them. */
  onColours(colours: ReadonlyMap<number, string>): void;
}) {
  const seats = useApi<SeatStatesAnswer>(`/api/events/${event.eventId}/seats`, { staleTime: 5_000 });
  const map = useApi<SeatMap>(seats.data?.geometry ?? null, { staleTime: Number.POSITIVE_INFINITY });
  const canvas = useRef<HTMLCanvasElement>(null);
  const { data: geometry } = map;
  const states = seats.data?.states;

  useEffect(() => {
    const element = canvas.current;
    if (!element || !geometry || states === undefined) return;
    const hall = readHall(geometry);
    const now = createSeatStates(hall);
    now.replace(states);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      timer = undefined;
      onColours(paint(element, hall, now, event));
    };
    const drawSoon = () => (timer ??= setTimeout(draw, redrawMs));
    draw();
    const stop = onFrame((frame) => {
      if (frame.type === 'snapshot') now.replace(frame.states);
      else now.apply(frame.changes);
      drawSoon();
    });
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const theme = new MutationObserver(draw);
    const box = new ResizeObserver(drawSoon);
    dark.addEventListener('change', draw);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    box.observe(element);
    return () => {
      stop();
      clearTimeout(timer);
      dark.removeEventListener('change', draw);
      theme.disconnect();
      box.disconnect();
    };
  }, [geometry, states, event, onFrame, onColours]);

  return <canvas ref={canvas} />;
}

/** Draws the whole hall. Answers in which colour each ticket type is. */
function paint(canvas: HTMLCanvasElement, hall: Hall, states: SeatStates, event: EventBody): Map<number, string> {
  const byPrice = event.ticketTypes.toSorted((a, b) => b.price - a.price);
  const typeOf = (name: string) => byPrice.findIndex(({ categories }) => categories?.includes(name));
  const looks = hall.categories.map(({ name, color }) => ({ colour: color, rank: Math.max(0, typeOf(name)) }));
  const palette = readPalette(looks);
  const look = {
    hall,
    states,
    palette,
    isWanted: () => true,
    isFiltered: false,
    areaNotes: new Map(),
    freeWords: () => '',
  };
  const size = { width: canvas.clientWidth, height: canvas.clientHeight };
  const ratio = devicePixelRatio;
  canvas.width = Math.round(size.width * ratio);
  canvas.height = Math.round(size.height * ratio);
  const pen = canvas.getContext('2d');
  if (pen && size.width > 0) {
    const view = fit(hall.box, size, { top: 4, right: 4, bottom: 4, left: 4 });
    const placing = { scale: view.scale * ratio, x: view.x * ratio, y: view.y * ratio };
    const isLarge = hall.seatCount > dotsMax;
    // Nobody could read the words of rows and parts: they are drawn too small to be seen.
    paintGround(pen, look, isLarge ? 'sections' : 'dots', placing, hall.box, isLarge ? ratio : 0.01);
    if (!isLarge) createSeatPainter(look).seats(pen, hall.seatsIn(hall.box), 'dots', placing);
  }
  const colours = new Map<number, string>();
  for (const [i, { name }] of hall.categories.entries()) {
    const type = byPrice[typeOf(name)];
    const colour = palette.categories[i]?.fill;
    if (type && colour && !colours.has(type.ticketTypeId)) colours.set(type.ticketTypeId, colour);
  }
  return colours;
}
