import { CalendarClock, CircleAlert, Clock, Zap } from 'lucide-react';
import { Link } from 'wouter';
import type { FoundEventAnswer } from '../../../src/contract/search.ts';
import { Badge, type BadgeTone } from '../../parts/badge/badge.tsx';
import { classes } from '../../parts/classes.ts';
import { Poster } from '../../parts/poster/poster.tsx';
import { Skeleton } from '../../parts/skeleton/skeleton.tsx';
import { date, money } from '../../texts/format.ts';
import { textsOf } from '../../texts/texts.ts';
import { paths } from '../paths.ts';
import styles from './show-card.module.css';

/** Shows in a grid; on a phone one beneath the other. */
export function ShowList({
  shows,
  hasLead,
  label,
}: {
  readonly shows: readonly FoundEventAnswer[];
  /** The first one is shown large. */
  readonly hasLead?: boolean;
  readonly label: string;
}) {
  return (
    <ul className={styles.list} aria-label={label}>
      {shows.map((show, i) => (
        <ShowCard key={show.eventId} show={show} isLead={hasLead === true && i === 0} />
      ))}
    </ul>
  );
}

/** A show as a card: poster, when, what, where, what it costs with all fees, and what there is to know about its sale. */
function ShowCard({ show, isLead }: { readonly show: FoundEventAnswer; readonly isLead: boolean }) {
  const texts = textsOf('home');
  const { startsAt, timeZone, title, availability } = show;
  const place = show.city ? `${show.venue}, ${show.city}` : show.venue;
  const note = `${date(startsAt, timeZone, 'short')} · ${show.venue}`;
  const state = stateOf(show);
  const isGone = availability === 'sold out' || availability === 'cancelled';
  return (
    <li className={classes(isLead && styles.lead, isGone && styles.gone)}>
      <Link href={paths.event(show.eventId, show.slug)} className={styles.card}>
        {state && (
          <Badge tone={state.posterTone} className={styles.tag}>
            <state.Icon aria-hidden="true" />
            {state.word}
          </Badge>
        )}
        <Poster className={styles.poster} title={title} type={show.type} note={note} form={isLead ? 'wide' : 'tall'} />
        <span className={styles.text}>
          <span className={styles.when}>
            {date(startsAt, timeZone, 'short')} · {date(startsAt, timeZone, 'time')}
          </span>
          <h3 className={styles.title} dir="auto">
            {title}
          </h3>
          <span className={styles.where} dir="auto">
            {place}
          </span>
          <span className={styles.line}>
            <Price show={show} isLead={isLead} />
            {state && (
              <Badge tone={state.tone} className={styles.inline}>
                <state.Icon aria-hidden="true" />
                {state.word}
              </Badge>
            )}
            {show.distanceKm !== undefined && (
              <span className="faint">{texts.away(show.distanceKm.toFixed(show.distanceKm < 10 ? 1 : 0))}</span>
            )}
          </span>
        </span>
      </Link>
    </li>
  );
}

function Price({ show, isLead }: { readonly show: FoundEventAnswer; readonly isLead: boolean }) {
  const texts = textsOf('home');
  if (show.availability === 'sold out') return <span className={styles.price}>{texts.availability['sold out']}</span>;
  if (show.fromPrice === null) return null;
  if (show.fromPrice === 0) return <b className={styles.price}>{texts.free}</b>;
  return (
    <>
      <span className={styles.price}>
        {texts.from} <b>{money(show.fromPrice, show.currency)}</b>
      </span>
      {isLead && <span className="faint">{texts.feesIncluded}</span>}
    </>
  );
}

interface SaleState {
  readonly word: string;
  readonly tone: BadgeTone;
  /** On the poster it has to stand out from any colour. */
  readonly posterTone: BadgeTone;
  readonly Icon: typeof Clock;
}

function stateOf({ availability, onSaleFrom, timeZone, previousStartsAt }: FoundEventAnswer): SaleState | null {
  const texts = textsOf('home');
  const word = texts.availability[availability] ?? '';
  switch (availability) {
    case 'few left':
      return { word, tone: 'warn', posterTone: 'warn', Icon: Zap };
    case 'not on sale yet': {
      const opens = onSaleFrom ? texts.onSaleAt(date(onSaleFrom, timeZone, 'weekdayTime')) : word;
      return { word: opens, tone: 'plain', posterTone: 'solid', Icon: Clock };
    }
    case 'cancelled':
      return { word, tone: 'no', posterTone: 'no', Icon: CircleAlert };
    case 'postponed':
      return { word, tone: 'info', posterTone: 'info', Icon: CalendarClock };
    case 'sold out':
    case 'off sale':
      return { word, tone: 'plain', posterTone: 'plain', Icon: CircleAlert };
    default:
      return previousStartsAt === null
        ? null
        : { word: texts.moved, tone: 'info', posterTone: 'info', Icon: CalendarClock };
  }
}

/** Places of cards that load. */
export function ShowListSkeleton({ count }: { readonly count: number }) {
  return (
    <div className={styles.list} aria-hidden="true">
      {Array.from({ length: count }, (_, i) => (
        <div key={i} className={styles.card}>
          <Skeleton className={styles.blank} />
          <span className={styles.text}>
            <Skeleton />
            <Skeleton />
          </span>
        </div>
      ))}
    </div>
  );
}
