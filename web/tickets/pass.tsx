import { CalendarDays, CircleAlert, RotateCcw } from 'lucide-react';
import type { BookingAnswer } from '../../src/contract/booking.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { classes } from '../parts/classes.ts';
import { Qr } from '../parts/qr/qr.tsx';
import { date, isElsewhere, money, ownTimeZone } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import { ticketState } from './order-state.ts';
import styles from './pass.module.css';

/** One ticket: the code that the door scans, and where and when it lets somebody in. */
export function Pass({
  order,
  ticket,
  of,
}: {
  readonly order: BookingAnswer;
  readonly ticket: BookingAnswer['tickets'][number];
  /** `Ticket 1 of 3` */
  readonly of: string;
}) {
  const texts = textsOf('tickets').pass;
  const { show, currency, createdAt } = order;
  const { seat, ticketType, rate, totalPrice, ticketNumber, code, attendeeName } = ticket;
  const state = ticketState(ticket, show);
  const time = (moment: string) => date(moment, show.timeZone, 'time');
  const zone = seat?.zone || ticketType;
  const facts = [
    [texts.part, zone],
    seat?.row ? [texts.row, seat.row] : null,
    seat ? [texts.seat, seat.number] : null,
    show.status === 'postponed'
      ? null
      : show.doorsAt
        ? [texts.doors, time(show.doorsAt)]
        : [texts.begins, time(show.startsAt)],
  ].filter((fact) => fact !== null);
  const kind = [ticketType === zone ? null : ticketType, rate, money(totalPrice, currency)].filter(Boolean).join(' · ');
  return (
    <article className={classes(styles.pass, state !== 'valid' && styles.dark)} aria-label={of}>
      <div className={styles.facts}>
        <div>
          <p className={`small quiet ${styles.day}`}>
            <CalendarDays size={16} aria-hidden="true" />
            {show.status === 'postponed'
              ? texts.dateFollows
              : `${date(show.startsAt, show.timeZone, 'long')}, ${time(show.startsAt)}`}
          </p>
          <h2 className={styles.title}>{show.title}</h2>
          <p className="quiet">{[show.venue, show.address].filter(Boolean).join(' · ')}</p>
          {show.status !== 'postponed' && isElsewhere(show.startsAt, show.timeZone) && (
            <p className="small faint">
              {texts.yourTime(
                `${date(show.startsAt, ownTimeZone(), 'short')}, ${date(show.startsAt, ownTimeZone(), 'time')}`,
              )}
            </p>
          )}
        </div>
        <dl className={`numeric ${styles.place}`}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        <p className="small faint">
          {attendeeName && <strong className={styles.visitor}>{attendeeName} · </strong>}
          {kind} · {texts.bought(date(createdAt, ownTimeZone(), 'day'), show.organizer)}
        </p>
      </div>
      <div className={styles.stub}>
        {state === 'valid' || state === 'postponed' ? (
          <Qr text={code!} label={texts.code(ticketNumber ?? of)} className={styles.code} />
        ) : (
          <div className={styles.noCode}>
            {state === 'given-back' ? <RotateCcw aria-hidden="true" /> : <CircleAlert aria-hidden="true" />}
            <strong>{texts.states[state]}</strong>
          </div>
        )}
        {ticketNumber && <span className={styles.number}>{ticketNumber}</span>}
        {(state === 'valid' || state === 'postponed') && (
          <Badge tone={state === 'valid' ? 'ok' : 'info'}>{texts.states[state]}</Badge>
        )}
        <span className="tiny faint">
          {state === 'valid' ? texts.onePerson : state === 'postponed' ? texts.keep : texts.letsNobodyIn}
        </span>
      </div>
    </article>
  );
}
