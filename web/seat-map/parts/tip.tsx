import { type RefObject, useLayoutEffect, useMemo, useRef } from 'react';
import { textsOf } from '../../texts/texts.ts';
import type { Session } from '../choice/session.ts';
import { rateName, seatWords, useSeatMap, useSession } from '../choice/use-session.ts';
import type { SeatMapRenderer } from '../engine/renderer.ts';
import { toScreen } from '../engine/view.ts';
import styles from './map.module.css';

/** The tip and its size as the browser last laid it out: asking the element while the view moves would make it do so again. */
export interface ShownTip {
  readonly element: HTMLElement;
  readonly width: number;
  readonly height: number;
}

/** Moves the tip to what it speaks of, within the map. */
export function placeTip(
  { element, width, height }: ShownTip,
  session: Session,
  { view, size }: SeatMapRenderer,
): void {
  const hall = session.hall!;
  const { pointed, focused } = session.store.getState();
  const seat = pointed.seat ?? (pointed.part === null ? focused : null);
  if (seat === null && pointed.part === null) return;
  const at = seat === null ? hall.parts[pointed.part!]!.middle : { x: hall.x[seat]!, y: hall.y[seat]! };
  const { x, y } = toScreen(view, at);
  const half = width / 2 + 8;
  element.style.left = `${Math.min(size.width - half, Math.max(half, x))}px`;
  element.style.top = `${y}px`;
  element.dataset.below = String(y < height + 40);
}

/** What is pointed at, or where the keys are. `tip` holds what is shown of it. */
export function Tip({
  tip,
  renderer,
}: {
  readonly tip: RefObject<ShownTip | null>;
  readonly renderer: RefObject<SeatMapRenderer | null>;
}) {
  const session = useSession();
  const { seat, part } = useSeatMap((state) => state.pointed);
  const focused = useSeatMap((state) => state.focused);
  const box = useRef<HTMLDivElement>(null);
  const isShown = seat !== null || part !== null || focused !== null;
  useLayoutEffect(() => {
    const element = box.current;
    if (!isShown || !element) return;
    // Heard before the first picture of it is shown, and whenever other words make it larger or smaller.
    const sized = new ResizeObserver(([entry]) => {
      const { inlineSize, blockSize } = entry!.borderBoxSize[0]!;
      tip.current = { element, width: inlineSize, height: blockSize };
      if (renderer.current) placeTip(tip.current, session, renderer.current);
    });
    sized.observe(element);
    return () => {
      sized.disconnect();
      tip.current = null;
    };
  }, [isShown, session, tip, renderer]);
  useLayoutEffect(() => {
    if (tip.current && renderer.current) placeTip(tip.current, session, renderer.current);
  });
  if (!isShown) return null;
  return (
    <div ref={box} className={styles.tip} aria-hidden="true">
      <TipWords seat={seat ?? (part === null ? focused : null)} part={part} />
    </div>
  );
}

function TipWords({ seat, part }: { readonly seat: number | null; readonly part: number | null }) {
  const session = useSession();
  const texts = textsOf('seat-map');
  const words = useMemo(() => seatWords(session), [session]);
  const chosen = useSeatMap((state) => (seat === null ? undefined : state.choice.seats.get(seat)));
  useSeatMap((state) => state.version);
  const isByKeys = useSeatMap((state) => state.pointed.seat === null);
  if (seat !== null) {
    const isFree = session.isFree(seat);
    const offer = session.offers.ofCategory(session.hall!.category[seat]!);
    const kind = session.hall!.kind[seat];
    const rate = rateName(chosen ?? offer?.rates[0]?.name ?? '');
    const special = kind === 0 ? '' : ` · ${texts.kinds[kind === 1 ? 'wheelchair' : 'companion']}`;
    return (
      <>
        <b>{words.name(seat)}</b>
        <span className="quiet">
          {words.part(seat)}
          {special || (rate && ` · ${rate}`)}
        </span>
        <span className={styles.tipLine}>
          {isFree && <b className="numeric">{words.price(session.priceOf(seat))}</b>}
          <span className="tiny faint">
            {isFree
              ? isByKeys
                ? texts.enterToTake
                : chosen === undefined
                  ? texts.clickToTake
                  : texts.clickToLeave
              : texts.states[session.states!.of[seat] === 2 ? 'held' : 'gone']}
          </span>
        </span>
      </>
    );
  }
  if (part === null) return null;
  const { name, seatCount } = session.hall!.parts[part]!;
  const free = session.states!.freeByPart[part]!;
  return (
    <>
      <b>{name}</b>
      <span className="quiet numeric">{texts.freeOf(free, seatCount, words.price(lowestOf(session, part)))}</span>
    </>
  );
}

/** What the cheapest seat of a part costs in its first rate. */
export function lowestOf(session: ReturnType<typeof useSession>, part: number): number {
  const hall = session.hall!;
  const { firstRow, rowCount } = hall.parts[part]!;
  let lowest = Number.POSITIVE_INFINITY;
  for (const row of hall.rows.slice(firstRow, firstRow + rowCount)) {
    const offer = session.offers.ofCategory(hall.category[row.firstSeat]!);
    if (offer) lowest = Math.min(lowest, offer.price);
  }
  return Number.isFinite(lowest) ? lowest : 0;
}
