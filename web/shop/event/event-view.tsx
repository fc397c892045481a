import { useState } from 'react';
import type { EventBody } from '../../../src/contract/catalog.ts';
import { ApiProblem } from '../../api/problem.ts';
import { useApi } from '../../api/queries.ts';
import { Badge } from '../../parts/badge/badge.tsx';
import { Button, LinkButton } from '../../parts/button/button.tsx';
import { classes } from '../../parts/classes.ts';
import { Notice } from '../../parts/notice/notice.tsx';
import { Poster } from '../../parts/poster/poster.tsx';
import { Skeleton } from '../../parts/skeleton/skeleton.tsx';
import { count, date, list, money } from '../../texts/format.ts';
import { describeSale, type ShowLanguage } from '../../texts/show/sale-words.ts';
import { describeShow } from '../../texts/show/show-words.ts';
import { textsOf } from '../../texts/texts.ts';
import { Frame, useTitle } from '../frame/frame.tsx';
import { NotFound } from '../frame/not-found.tsx';
import { paths } from '../paths.ts';
import { Acts } from './acts.tsx';
import { BottomBar, BuyCard } from './buy-card.tsx';
import styles from './event.module.css';
import { Facts } from './facts.tsx';
import { OtherDates } from './other-dates.tsx';
import { useCode } from './use-code.ts';
import { useLiveSale, useServerNow } from './use-live-sale.ts';

/** A show: what, when, where, prices, and the way to its seats. */
export function EventView({ id }: { readonly id: number }) {
  const query = useApi<EventBody | null>(Number.isSafeInteger(id) && id > 0 ? `/api/events/${id}` : null);
  const { data, error } = query;
  // The page of a show that was taken off brings null instead of an event.
  if (data === null || (error instanceof ApiProblem && error.body.status === 410)) return <Gone />;
  if (query.isPending && query.fetchStatus === 'idle') return <NotFound />;
  if (error instanceof ApiProblem && error.body.status === 404) return <NotFound />;
  if (data?.eventId !== id) {
    return <Frame>{error ? <Failed onRetry={() => void query.refetch()} /> : <EventSkeleton />}</Frame>;
  }
  return <Show key={id} event={data} isOld={error !== null} onRetry={() => void query.refetch()} />;
}

function Show({ event, isOld, onRetry }: { readonly event: EventBody; readonly isOld: boolean; onRetry(): void }) {
  const texts = textsOf('event');
  const language: ShowLanguage = { event: texts, money, count, date, list };
  const { availability, connection, onFrame } = useLiveSale(event.eventId);
  const code = useCode(event.eventId);
  const [isCounting, setCounting] = useState(false);
  const now = useServerNow(isCounting);
  const sale = describeSale({ event, availability: availability ?? null, unlocked: code.unlocked, now }, language);
  const counts = sale.types.some(({ returnsAt, opensAt }) => (returnsAt ?? opensAt) !== null);
  if (counts !== isCounting) setCounting(counts);
  const isFew = sale.state === 'open' && sale.free < event.totalCapacity * 0.1;
  const words = describeShow(event, sale.state, isFew, language);
  const isGrey = sale.state === 'sold out' || sale.state === 'called off';
  useTitle(texts.windowTitle(event.title, date(event.startsAt, event.timeZone, 'short'), event.venue));

  return (
    <Frame>
      <article className={classes('page', styles.layout)}>
        <div className={styles.art}>
          <Poster
            className={classes(styles.poster, isGrey && styles.grey)}
            title={event.title}
            type={event.type}
            form="plain"
          />
          <Acts event={event} />
        </div>
        <div className={classes(styles.head, isOld && styles.old)}>
          <Head event={event} words={words} />
          {(words.notice || isOld) && (
            <div className={styles.notices}>
              {words.notice && (
                <Notice tone={words.notice.tone} title={words.notice.title}>
                  {words.notice.text}
                </Notice>
              )}
              {isOld && <Failed onRetry={onRetry} />}
            </div>
          )}
          <Facts event={event} words={words} />
          <div className="only-phone">
            <Acts event={event} />
          </div>
        </div>
        <div className={styles.side} id="tickets">
          <BuyCard event={event} sale={sale} now={now} connection={connection} code={code} onFrame={onFrame} />
        </div>
        <div className={styles.parts}>
          {words.about.length > 0 && (
            <section className={styles.part}>
              <h2>{texts.about}</h2>
              {words.about.map((paragraph, i) => (
                <p key={i} dir="auto">
                  {paragraph}
                </p>
              ))}
            </section>
          )}
          {event.seriesId !== null && <OtherDates seriesId={event.seriesId} eventId={event.eventId} />}
        </div>
      </article>
      <BottomBar event={event} sale={sale} />
    </Frame>
  );
}

/** Titles longer than this are set smaller. */
const longTitle = 60;

function Head({ event, words }: { readonly event: EventBody; readonly words: ReturnType<typeof describeShow> }) {
  return (
    <>
      <div className={styles.badges}>
        {words.badges.map(({ word, tone }) => (
          <Badge key={word} tone={tone}>
            {word}
          </Badge>
        ))}
      </div>
      <h1 className={classes(styles.title, event.title.length > longTitle && styles.long)} dir="auto">
        {event.title}
      </h1>
      {words.lead && (
        <p className={styles.lead} dir="auto">
          {words.lead}
        </p>
      )}
    </>
  );
}

function Failed({ onRetry }: { onRetry(): void }) {
  const shop = textsOf('shop');
  return (
    <Notice
      tone="no"
      role="alert"
      title={shop.failed.title}
      actions={
        <Button size="small" onClick={onRetry}>
          {shop.tryAgain}
        </Button>
      }
    >
      {textsOf('event').old}
    </Notice>
  );
}

/** A show that was taken off the programme. */
function Gone() {
  const { gone } = textsOf('event');
  useTitle(gone.title);
  return (
    <Frame>
      <div className={classes('page', styles.gone)}>
        <h1>{gone.title}</h1>
        <p className="quiet">{gone.text}</p>
        <p>
          <LinkButton href={paths.home()}>{gone.action}</LinkButton>
        </p>
      </div>
    </Frame>
  );
}

function EventSkeleton() {
  return (
    <div className={classes('page', styles.layout, styles.wait)} role="status" aria-label={textsOf('shop').loading}>
      <div className={styles.art}>
        <Skeleton className={styles.blankArt} />
      </div>
      <div className={styles.head}>
        <Skeleton className={styles.blankTitle} />
        <Skeleton />
        <Skeleton />
      </div>
      <div className={styles.side}>
        <Skeleton className={styles.blankBuy} />
      </div>
    </div>
  );
}
