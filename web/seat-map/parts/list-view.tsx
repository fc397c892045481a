import { Accessibility, Check, ChevronDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { textsOf } from '../../texts/texts.ts';
import { chosenCount } from '../choice/session.ts';
import { type SeatWords, seatWords, useSeatMap, useSession } from '../choice/use-session.ts';
import type { HallRow, Part } from '../engine/hall.ts';
import { Swatch } from './legend.tsx';
import styles from './list-view.module.css';
import { say } from './speaker.tsx';
import { lowestOf } from './tip.tsx';

/** All seats as buttons: part, row, seat. The same choice as on the map. */
export function ListView() {
  const session = useSession();
  const texts = textsOf('seat-map');
  const words = useMemo(() => seatWords(session), [session]);
  return (
    <section className={styles.view} aria-label={texts.list}>
      <p className="small quiet">{texts.listIntro}</p>
      {session.hall!.parts.map((part, index) => (
        <PartList key={part.firstRow} part={part} index={index} words={words} opens={index === 0} />
      ))}
    </section>
  );
}

function PartList({
  part,
  index,
  words,
  opens,
}: {
  readonly part: Part;
  readonly index: number;
  readonly words: SeatWords;
  readonly opens: boolean;
}) {
  const session = useSession();
  const texts = textsOf('seat-map');
  const hall = session.hall!;
  const hasChosen = useSeatMap(({ choice }) => [...choice.seats.keys()].some((seat) => hall.part[seat] === index));
  const free = useSeatMap(() => session.states!.freeByPart[index]!);
  const [isOpen, setOpen] = useState(opens || hasChosen);
  return (
    <details className={styles.part} open={isOpen} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Swatch category={hall.category[hall.rows[part.firstRow]!.firstSeat]!} />
        <h2>{part.name}</h2>
        <span className={`quiet numeric ${styles.facts}`}>
          {words.price(lowestOf(session, index))} {'·'} {texts.free(free)}
        </span>
        <ChevronDown aria-hidden="true" />
      </summary>
      {/* Rows are made only when they are looked at: an arena has a thousand. */}
      {isOpen &&
        hall.rows
          .slice(part.firstRow, part.firstRow + part.rowCount)
          .map((row) => <RowLine key={row.firstSeat} row={row} words={words} />)}
    </details>
  );
}

function RowLine({ row, words }: { readonly row: HallRow; readonly words: SeatWords }) {
  const session = useSession();
  const texts = textsOf('seat-map');
  const hall = session.hall!;
  const chosen = useSeatMap((state) => state.choice.seats);
  useSeatMap((state) => state.version);
  useSeatMap((state) => state.onlyAccessible);
  const seats: number[] = [];
  for (let seat = row.firstSeat; seat < row.firstSeat + row.seatCount; seat++)
    if ((session.isFree(seat) && session.isWanted(seat)) || chosen.has(seat)) seats.push(seat);
  if (seats.length === 0) return null;
  const free = seats.filter((seat) => session.isFree(seat)).length;
  function press(seat: number): void {
    const done = session.toggle(seat);
    if (done === 'full') say(texts.full(session.event.limitPerReservation));
    else if (done === 'taken') say(texts.taken(words.name(seat), chosenCount(session)));
    else if (done === 'left') say(texts.left(words.name(seat), chosenCount(session)));
  }
  return (
    <div className={styles.row}>
      <div className={styles.head}>
        {row.label !== '' && <h3>{texts.row(row.label)}</h3>}
        <span className="tiny faint numeric">{texts.free(free)}</span>
      </div>
      <div className={styles.seats}>
        {seats.map((seat, i) => {
          const isChosen = chosen.has(seat);
          const isAfterGap = i > 0 && seat !== seats[i - 1]! + 1;
          const kind = hall.kind[seat];
          const special = kind === 0 ? '' : `, ${texts.kinds[kind === 1 ? 'wheelchair' : 'companion']}`;
          return (
            <button
              key={seat}
              type="button"
              className={styles.seat}
              data-gap={isAfterGap || undefined}
              aria-pressed={isChosen}
              aria-label={
                texts.seatButton(words.name(seat), words.part(seat), words.price(session.priceOf(seat))) + special
              }
              onClick={() => press(seat)}
            >
              {isChosen ? <Check aria-hidden="true" /> : kind === 1 && <Accessibility aria-hidden="true" />}
              {hall.numbers[seat]}
            </button>
          );
        })}
      </div>
    </div>
  );
}
