import { Check, Clock, CreditCard, RotateCcw, Ticket } from 'lucide-react';
import { useEffect, useRef } from 'react';
import type { BookingAnswer, PurchaseAnswer } from '../../src/contract/booking.ts';
import type { EventBody } from '../../src/contract/catalog.ts';
import { useApi } from '../api/queries.ts';
import { wordsOf } from '../api/words-of.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { Button, buttonClass, LinkButton } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { Frame, useTitle } from '../shop/frame/frame.tsx';
import { paths } from '../shop/paths.ts';
import { date, money } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './done.module.css';
import { kindOf, placeOf, whenOf, whereOf } from './places.ts';

const none: PurchaseAnswer['tickets'] = [];

/** Paid: the tickets on the same page, the receipt, and until when they can be given back. */
export function Done({
  bookingId,
  answer,
  wasInDoubt = false,
}: {
  readonly bookingId: string;
  /** What the purchase answered; left out where the page was loaded later. */
  readonly answer?: PurchaseAnswer | undefined;
  /** It was not known for a while whether the payment had arrived. */
  readonly wasInDoubt?: boolean;
}) {
  const texts = textsOf('pay').done;
  const { data: booking, error, refetch } = useApi<BookingAnswer>(`/api/bookings/${encodeURIComponent(bookingId)}`);
  const { data: event } = useApi<EventBody>(booking ? `/api/events/${booking.eventId}` : null);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const amount = booking ?? answer;
  const isFree = amount?.totalPrice === 0;
  const paid = amount ? money(amount.totalPrice, amount.currency) : '';
  const title = wasInDoubt ? texts.titleDoubt : isFree ? texts.titleFree : texts.title;
  useTitle(title);
  const tickets: PurchaseAnswer['tickets'] = booking?.tickets ?? answer?.tickets ?? none;
  const names = new Map(booking?.tickets.map(({ ticketId, attendeeName }) => [ticketId, attendeeName]));
  const mail = booking?.customer?.email;
  return (
    <Frame>
      <div className={styles.done}>
        <span className={styles.mark} aria-hidden="true">
          <Check size={28} />
        </span>
        <h1 ref={heading} tabIndex={-1} className={styles.title}>
          {title}
        </h1>
        <p className="quiet">
          {wasInDoubt && !isFree && `${texts.onceDoubt(paid)} `}
          {mail ? texts.mail(mail) : texts.mailUnknown} {booking?.provider === 'sandbox' && texts.demo}
        </p>
        {!isFree && amount && (
          <p>
            <Badge>
              <CreditCard size={15} aria-hidden="true" />
              {texts.once(paid)}
            </Badge>
          </p>
        )}
        {error !== null && !booking && (
          <Notice
            tone="warn"
            title={wordsOf(error).title}
            actions={
              <Button size="small" onClick={() => void refetch()}>
                {textsOf('shop').tryAgain}
              </Button>
            }
          >
            {wordsOf(error).text}
          </Notice>
        )}
        <section className={styles.card} aria-label={texts.heading(tickets.length)}>
          <div className={styles.show}>
            <h2 className={styles.showTitle}>{event?.title ?? <Skeleton className={styles.skeleton} />}</h2>
            {event && (
              <p className="small quiet">
                {whenOf(event)}
                <br />
                {whereOf(event)}
              </p>
            )}
          </div>
          <ul>
            {tickets.map((ticket) => (
              <li key={ticket.ticketId} className={styles.ticket}>
                <span className={styles.place}>{placeOf(ticket)}</span>
                <span className="faint">{ticket.ticketNumber && texts.number(ticket.ticketNumber)}</span>
                <span className="faint">{kindOf(ticket)}</span>
                <span className="faint">{names.get(ticket.ticketId)}</span>
              </li>
            ))}
          </ul>
        </section>
        <div className={styles.actions}>
          <LinkButton look="primary" href={paths.booking(bookingId)}>
            <Ticket size={20} aria-hidden="true" />
            {texts.show}
          </LinkButton>
          <a
            className={buttonClass({ look: 'second' })}
            href={`/api/bookings/${encodeURIComponent(bookingId)}/receipt`}
          >
            {texts.receipt}
          </a>
        </div>
        {booking && event && <GiveBack booking={booking} event={event} />}
      </div>
    </Frame>
  );
}

function GiveBack({ booking, event }: { readonly booking: BookingAnswer; readonly event: EventBody }) {
  const { done, pay } = textsOf('pay');
  const { cancellation, currency } = booking;
  if (!cancellation) return <p className="small quiet">{pay.noGiveBack}</p>;
  const back = money(cancellation.refund, currency);
  const { until } = cancellation;
  return (
    <p className="small quiet">
      {until === null
        ? done.giveBackOpen(back)
        : done.giveBackUntil(`${date(until, event.timeZone, 'day')}, ${date(until, event.timeZone, 'time')}`, back)}
    </p>
  );
}

/** An order that came to no tickets after all, and where its money is. */
export function NotDone({
  booking,
}: {
  readonly booking: Pick<BookingAnswer, 'status' | 'totalPrice' | 'currency' | 'eventId'>;
}) {
  const { done, over } = textsOf('pay');
  const amount = money(booking.totalPrice, booking.currency);
  if (booking.status === 'needs_review') {
    return (
      <Notice tone="warn" icon={Clock} title={done.review.title}>
        {done.review.text}
      </Notice>
    );
  }
  return (
    <Notice
      tone="warn"
      icon={RotateCcw}
      title={done.lateTitle}
      actions={
        <LinkButton size="small" href={paths.seats(booking.eventId)}>
          {over.choose}
        </LinkButton>
      }
    >
      {done.lateText(amount)}
      <span className={styles.money}>
        <Badge>{done.lateMoney(amount)}</Badge>
      </span>
    </Notice>
  );
}
