import { useQueries } from '@tanstack/react-query';
import { ChevronLeft } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import type { BookingAnswer, BookingPageAnswer, MyTicketPageAnswer } from '../../src/contract/booking.ts';
import { askApi } from '../api/client.ts';
import { ApiProblem } from '../api/problem.ts';
import { useApi } from '../api/queries.ts';
import { useSignedIn } from '../api/session.ts';
import { Badge } from '../parts/badge/badge.tsx';
import { LinkButton } from '../parts/button/button.tsx';
import { classes } from '../parts/classes.ts';
import { Poster } from '../parts/poster/poster.tsx';
import { Segmented } from '../parts/segmented/segmented.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { Frame, useTitle } from '../shop/frame/frame.tsx';
import { paths } from '../shop/paths.ts';
import { count, date } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import { FindOrder } from './find-order.tsx';
import { groupTickets, type Night } from './group-tickets.ts';
import { Order } from './order.tsx';
import styles from './tickets.module.css';

const whens = ['upcoming', 'past', 'cancelled'] as const;
type When = (typeof whens)[number];

/** One's shows at the left, the tickets of one of them at the right; on a phone one after the other. */
export function MyTickets({ bookingId }: { readonly bookingId: string | null }) {
  const texts = textsOf('tickets');
  useTitle(texts.title);
  const isSignedIn = useSignedIn();
  const [when, setWhen] = useState<When>('upcoming');
  const list = useNights(isSignedIn, when);
  const shown = bookingId ?? list.nights?.[0]?.bookingId ?? null;
  return (
    <Frame>
      <div className={classes('page', styles.columns, bookingId !== null && styles.isChosen)}>
        <h1 className="spoken">{texts.title}</h1>
        <div className={styles.side}>
          <p className={styles.title} aria-hidden="true">
            {texts.title}
          </p>
          {isSignedIn && (
            <Segmented<When>
              label={texts.which}
              value={when}
              options={whens.map((value) => ({ value, label: texts.whens[value] }))}
              onChange={setWhen}
            />
          )}
          {list.error !== null && !list.nights && <Failure error={list.error} retry={list.retry} />}
          {!list.nights && list.error === null && (
            <div className={styles.nights}>
              <Skeleton className={styles.nightPlace} />
              <Skeleton className={styles.nightPlace} />
            </div>
          )}
          {list.nights && list.nights.length > 0 && (
            <nav className={styles.nights} aria-label={texts.yourShows}>
              {list.nights.map((night) => (
                <NightLink key={night.bookingId} night={night} isShown={night.bookingId === shown} />
              ))}
            </nav>
          )}
          {list.nights?.length === 0 && (
            <div className={styles.empty}>
              <p className="quiet">{isSignedIn ? texts.none[when] : texts.noneAsGuest}</p>
              <LinkButton href={paths.home()}>{texts.toShows}</LinkButton>
            </div>
          )}
          {!isSignedIn && <FindOrder hasSignIn />}
        </div>
        <div className={styles.main}>
          {bookingId !== null && (
            <Link href={paths.tickets} className={`link small ${styles.back}`}>
              <ChevronLeft size={16} aria-hidden="true" />
              {texts.all}
            </Link>
          )}
          {shown !== null && <Order key={shown} source={{ bookingId: shown }} />}
        </div>
      </div>
    </Frame>
  );
}

function NightLink({ night, isShown }: { readonly night: Night; readonly isShown: boolean }) {
  const texts = textsOf('tickets');
  const { bookingId, title, type, startsAt, timeZone, imageUrl, status } = night;
  return (
    <Link href={paths.booking(bookingId)} className={styles.night} aria-current={isShown ? 'true' : undefined}>
      {imageUrl ? (
        <img className={styles.picture} src={imageUrl} alt="" loading="lazy" />
      ) : (
        <Poster title={title} type={type} form="plain" className={styles.picture} />
      )}
      <span>
        <strong className={styles.show}>{title}</strong>
        <span className="small quiet numeric">
          {status === 'postponed'
            ? texts.dateFollows
            : `${date(startsAt, timeZone, 'short')}, ${date(startsAt, timeZone, 'time')}`}
        </span>
      </span>
      {status === 'cancelled' ? (
        <Badge tone="no">{texts.calledOff}</Badge>
      ) : status === 'postponed' ? (
        <Badge tone="info">{texts.postponed}</Badge>
      ) : (
        <Badge tone={isShown ? 'solid' : 'plain'}>
          <span aria-hidden="true">{count(night.count)}</span>
          <span className="spoken">{texts.tickets(night.count)}</span>
        </Badge>
      )}
    </Link>
  );
}

interface Nights {
  readonly nights: readonly Night[] | undefined;
  readonly error: unknown;
  retry(): void;
}

/** The shows of whoever is signed in, or what was bought here as a guest. */
function useNights(isSignedIn: boolean, when: When): Nights {
  const mine = useApi<MyTicketPageAnswer>(isSignedIn ? `/api/me/tickets?when=${when}&limit=50` : null, {
    placeholderData: undefined as never,
  });
  const guest = useApi<BookingPageAnswer>(isSignedIn ? null : '/api/bookings?mine=true&limit=20', {
    placeholderData: undefined as never,
  });
  const details = useQueries({
    queries: (guest.data?.items ?? []).map(({ bookingId }) => ({
      queryKey: [`/api/bookings/${bookingId}`],
      queryFn: ({ signal }: { signal: AbortSignal }) => askApi<BookingAnswer>(`/api/bookings/${bookingId}`, { signal }),
    })),
  });
  if (isSignedIn) {
    return {
      nights: mine.data && groupTickets(mine.data.items),
      error: mine.error,
      retry: () => void mine.refetch(),
    };
  }
  // Without a guest session nothing was bought here.
  if (guest.error instanceof ApiProblem && guest.error.body.status === 401) {
    return { nights: [], error: null, retry: () => {} };
  }
  const isReading = !guest.data || details.some(({ isPending }) => isPending);
  return {
    nights: isReading ? undefined : details.flatMap(({ data }) => (data ? [toNight(data)] : [])),
    error: guest.error,
    retry: () => void guest.refetch(),
  };
}

function toNight({ bookingId, show, tickets }: BookingAnswer): Night {
  const { title, type, startsAt, timeZone, imageUrl, status } = show;
  const left = tickets.filter(({ status: one }) => one !== 'Cancelled').length;
  return { bookingId, title, type, startsAt, timeZone, imageUrl, status, count: left };
}
