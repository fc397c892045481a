import { Check, Search, X } from 'lucide-react';
import { Badge } from '../../parts/badge/badge.tsx';
import { Button } from '../../parts/button/button.tsx';
import { Notice } from '../../parts/notice/notice.tsx';
import { textsOf } from '../../texts/texts.ts';
import { countOf, exchanged, readGeneralKey, withGeneral, withoutSeats, withRate } from '../choice/choice.ts';
import { rateName, seatWords, useSeatMap, useSession } from '../choice/use-session.ts';
import { findOrphan } from '../engine/orphans.ts';
import { GeneralSteppers } from './general-steppers.tsx';
import { SeatLegend } from './legend.tsx';
import styles from './panel.module.css';
import { type Asked, InsteadWords, TakeInstead, useSeatsInstead } from './replacement.tsx';
import { lowestOf } from './tip.tsx';
import { proposeBest } from './use-best-seats.ts';

/**
 * What is chosen, each with its rate and price; what has gone, unless a refusal names it already (`isRefused`: the live
 * channel and the answer both say it, in either order); what would leave a seat alone.
 */
export function Tray({ isRefused }: { readonly isRefused: boolean }) {
  const session = useSession();
  const texts = textsOf('seat-map');
  const choice = useSeatMap((state) => state.choice);
  const part = useSeatMap((state) => state.part);
  const { hall, store } = session;
  const count = countOf(choice);
  return (
    <div className={styles.tray}>
      {hall && part !== null && count === 0 && <PartFacts part={part} />}
      <div className={styles.between}>
        <h2 className={styles.title}>{hall ? texts.yours : texts.yourTickets}</h2>
        {count > 0 && <span className="small faint numeric">{texts.ofAtMost(count, choice.max)}</span>}
      </div>
      {!isRefused && <Lost />}
      {count === 0 && (
        <Notice
          tone="info"
          title={<span className={styles.plain}>{hall ? texts.nothing : texts.nothingGeneral}</span>}
        />
      )}
      {hall && (
        <ul className={styles.list}>
          {[...choice.seats].map(([seat, rate]) => (
            <SeatLine key={seat} seat={seat} rate={rate} />
          ))}
        </ul>
      )}
      {count >= choice.max && <p className="small quiet">{texts.full(choice.max)}</p>}
      {hall && session.offers.general.length > 0 && (
        <section aria-labelledby="general-title" className={styles.list}>
          <h2 id="general-title" className={styles.title}>
            {texts.general.title}
          </h2>
          <GeneralSteppers />
        </section>
      )}
      {!hall && (
        <ul className={styles.list}>
          {[...choice.general].map(([key, many]) => {
            const { typeId, rate } = readGeneralKey(key);
            const offer = session.offers.ofType(typeId);
            const words = texts.general.label(offer?.name ?? '', rateName(rate));
            return (
              <li key={key} className={styles.line}>
                <b className="numeric">{many}</b>
                <span className={styles.name}>{words}</span>
                <Button
                  look="quiet"
                  size="small"
                  square
                  aria-label={texts.leave(words)}
                  onClick={() => store.setState({ choice: withGeneral(choice, key, 0) })}
                >
                  <X aria-hidden="true" />
                </Button>
              </li>
            );
          })}
        </ul>
      )}
      {hall && <OrphanHint />}
      {hall && (
        <div className={styles.foot}>
          <SeatLegend />
        </div>
      )}
    </div>
  );
}

function SeatLine({ seat, rate }: { readonly seat: number; readonly rate: string }) {
  const session = useSession();
  const texts = textsOf('seat-map');
  const words = seatWords(session);
  const { store, hall, offers } = session;
  const rates = offers.ofCategory(hall!.category[seat]!)?.rates ?? [];
  const change = (next: string) => store.setState(({ choice }) => ({ choice: withRate(choice, seat, next) }));
  return (
    <li className={styles.line}>
      <span className={styles.mark} aria-hidden="true">
        <Check />
      </span>
      <span className={styles.name}>
        <b>{words.name(seat)}</b>
        <span className={styles.rate}>
          {words.part(seat)}
          {rates.length > 1 ? (
            <>
              {' · '}
              <select
                aria-label={texts.rateOf(words.name(seat))}
                value={rate}
                onChange={({ target }) => change(target.value)}
              >
                {rates.map(({ name }) => (
                  <option key={name} value={name}>
                    {rateName(name)}
                  </option>
                ))}
              </select>
            </>
          ) : (
            rate && ` · ${rateName(rate)}`
          )}
        </span>
      </span>
      <b className="numeric">{words.price(session.priceOf(seat))}</b>
      <Button
        look="quiet"
        size="small"
        square
        aria-label={texts.leave(words.name(seat))}
        onClick={() => store.setState(({ choice }) => ({ choice: withoutSeats(choice, [seat]) }))}
      >
        <X aria-hidden="true" />
      </Button>
    </li>
  );
}

/** Never in the way: it can be followed by one press, or passed over. */
function OrphanHint() {
  const session = useSession();
  const texts = textsOf('seat-map');
  const { hall, store } = session;
  const seats = useSeatMap((state) => state.choice.seats);
  useSeatMap((state) => state.version);
  const found = findOrphan(hall!, new Set(seats.keys()), (seat) => session.isFree(seat));
  if (!found) return null;
  const words = seatWords(session);
  return (
    <Notice title={<span className={styles.plain}>{texts.orphan(words.within(found.alone))}</span>}>
      <button
        type="button"
        className="link"
        onClick={() => store.setState(({ choice }) => ({ choice: exchanged(choice, found.leave, found.take) }))}
      >
        {texts.takeInstead(found.take.map((seat) => hall!.numbers[seat]!))}
      </button>
    </Notice>
  );
}

/** Picked seats that somebody else was faster on, and what could be had instead of them and the others. */
function Lost() {
  const session = useSession();
  const texts = textsOf('seat-map');
  const lost = useSeatMap((state) => state.lost);
  const choice = useSeatMap((state) => state.choice);
  const asked = lost.size === 0 ? nothingAsked : new Map([...choice.seats, ...lost]);
  const instead = useSeatsInstead(asked);
  if (lost.size === 0) return null;
  const words = seatWords(session);
  const again = lost.size + countOf(choice);
  const forget = () => session.store.setState({ lost: new Map() });
  return (
    <Notice
      tone="warn"
      role="alert"
      title={texts.lost([...lost.keys()].map(words.short))}
      actions={
        <>
          {instead.length > 0 ? (
            <TakeInstead asked={asked} seats={instead} onTaken={forget} />
          ) : (
            <Button
              size="small"
              onClick={() => void proposeBest(session, { count: again, typeId: null, isAccessible: false })}
            >
              {texts.findOthers(again)}
            </Button>
          )}
          <Button size="small" look="quiet" onClick={forget}>
            {texts.ok}
          </Button>
        </>
      }
    >
      {texts.lostText}
      {instead.length > 0 && <InsteadWords seats={instead} />}
    </Notice>
  );
}

const nothingAsked: Asked = new Map();

function PartFacts({ part }: { readonly part: number }) {
  const session = useSession();
  const texts = textsOf('seat-map');
  useSeatMap((state) => state.version);
  const { name, firstRow, rowCount } = session.hall!.parts[part]!;
  const words = seatWords(session);
  const [first, last] = [session.hall!.rows[firstRow]!, session.hall!.rows[firstRow + rowCount - 1]!];
  const sentence = `${texts.rows(first.label, last.label)}. ${texts.from(words.price(lowestOf(session, part)))}`;
  return (
    <section className={styles.part}>
      <div className={styles.between}>
        <h2 className={styles.title}>{name}</h2>
        <Badge tone="ok">{texts.free(session.states!.freeByPart[part]!)}</Badge>
      </div>
      <p className="small quiet">{sentence.charAt(0).toLocaleUpperCase() + sentence.slice(1)}</p>
    </section>
  );
}

/** On phones: what is chosen in one line. */
export function ChosenLine() {
  const session = useSession();
  const texts = textsOf('seat-map');
  const choice = useSeatMap((state) => state.choice);
  const part = useSeatMap((state) => state.part);
  const { hall, store } = session;
  if (!hall) return null;
  const words = seatWords(session);
  if (choice.seats.size === 0) {
    if (part === null) return null;
    return (
      <p className={`small quiet ${styles.chosenPart}`}>
        <Search aria-hidden="true" />
        {hall.parts[part]!.name} {'·'} {texts.free(session.states!.freeByPart[part]!)}
      </p>
    );
  }
  return (
    <ul className={styles.chosenLine}>
      {[...choice.seats.keys()].map((seat) => (
        <li key={seat}>
          <span>
            <b>{words.short(seat)}</b>
            <span className="tiny quiet">{words.part(seat)}</span>
          </span>
          <button
            type="button"
            aria-label={texts.leave(words.name(seat))}
            onClick={() => store.setState({ choice: withoutSeats(choice, [seat]) })}
          >
            <X aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  );
}
