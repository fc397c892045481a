import { useCallback, useEffect, useRef, useState } from 'react';
import type { EventBody } from '../../src/contract/catalog.ts';
import { ApiProblem } from '../api/problem.ts';
import { useApi } from '../api/queries.ts';
import { wordsOf } from '../api/words-of.ts';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Poster } from '../parts/poster/poster.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { useTitle } from '../shop/frame/frame.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import { AfterHold } from './after-hold.tsx';
import { Checkout } from './checkout.tsx';
import { Done } from './done.tsx';
import { HoldTimer } from './hold-timer.tsx';
import { keptHold, lastPaid } from './kept.ts';
import { Over } from './over.tsx';
import { PayFrame } from './pay-frame.tsx';
import { PromoCode } from './promo-code.tsx';
import { type SeenHold, useHold } from './use-hold.ts';
import { usePayment } from './use-payment.ts';
import styles from './view.module.css';

const paidParameter = 'paid';
const usualMinutes = 15;
const nothing = () => undefined;

/** The checkout of a hold, at its own address and at the one that banks send people back to. */
export function View({ reservationId }: { readonly reservationId: string }) {
  // Once paid, the address says so: neither a reload nor Back pays again.
  const [paid] = useState(() => new URLSearchParams(location.search).get(paidParameter));
  const last = reservationId === 'back' ? lastPaid.read() : null;
  useEffect(() => {
    if (last) location.replace(paths.payBack(last));
  }, [last]);
  if (last) return <Loading error={null} again={nothing} />;
  return paid ? <Done bookingId={paid} /> : <Paying key={reservationId} reservationId={reservationId} />;
}

function Paying({ reservationId }: { readonly reservationId: string }) {
  const texts = textsOf('pay');
  useTitle(texts.title);
  const hold = useHold(reservationId);
  const control = usePayment(reservationId);
  const { payment } = control;
  const code = hold.error instanceof ApiProblem ? hold.error.code : null;
  const isPaying = payment.phase === 'asking' || payment.phase === 'bank' || payment.phase === 'unknown';
  const [kept] = useState(() => keptSeen(reservationId));
  const seen = hold.seen ?? (isPaying || hold.error ? kept : undefined);
  const { data: event } = useApi<EventBody>(seen ? `/api/events/${seen.hold.eventId}` : null);
  const fullMinutes = event?.holdMinutes ?? usualMinutes;

  const done = payment.phase === 'done' ? payment.answer : null;
  const { refetch, changed } = hold;
  useEffect(() => {
    if (done) history.replaceState(null, '', `${paths.pay(reservationId)}?${paidParameter}=${done.bookingId}`);
  }, [done, reservationId]);
  // A payment begins or ends: its hold has another end now.
  const { phase } = payment;
  const before = useRef(phase);
  useEffect(() => {
    if (before.current === phase) return;
    before.current = phase;
    if (phase === 'idle' || phase === 'bank') changed();
  }, [phase, changed]);
  const onOver = useCallback(() => void refetch(), [refetch]);

  if (payment.phase === 'done') {
    return <Done bookingId={payment.answer.bookingId} answer={payment.answer} wasInDoubt={payment.wasInDoubt} />;
  }
  const isGone = code === 'RESERVATION_UNKNOWN' || (code === 'RESERVATION_EXPIRED' && !seen);
  if (!isPaying && isGone) return <AfterHold reservationId={reservationId} refusal={hold.error} />;
  if (!seen) return <Loading error={hold.error} again={onOver} />;

  const isOver = code === 'RESERVATION_EXPIRED' && !isPaying;
  return (
    <PayFrame
      back={{ href: paths.seats(seen.hold.eventId), label: texts.changeSeats }}
      timer={
        <HoldTimer
          seen={isOver ? { ...seen, endsAt: 0 } : seen}
          fullMinutes={fullMinutes}
          isPaying={isPaying}
          renew={hold.renew}
          onOver={isOver ? nothing : onOver}
        />
      }
    >
      <Checkout
        seen={seen}
        event={event}
        control={control}
        poster={event && <Poster title={event.title} type={event.type} form="plain" />}
        code={<PromoCode hold={seen.hold} isLocked={phase !== 'idle' || isOver} onChanged={changed} />}
        over={isOver && <Over hold={seen.hold} fullMinutes={fullMinutes} />}
      />
    </PayFrame>
  );
}

/** The hold as this tab saw it last: its time is not known by that, and counts as over until the server says more. */
function keptSeen(reservationId: string): SeenHold | undefined {
  const hold = keptHold.read(reservationId);
  return hold ? { hold, endsAt: 0 } : undefined;
}

function Loading({ error, again }: { readonly error: unknown; again(): void }) {
  const texts = textsOf('pay');
  const words = error === null ? null : wordsOf(error);
  return (
    <PayFrame>
      <div className={styles.loading}>
        <h1 className="spoken">{texts.title}</h1>
        {words ? (
          <Notice
            tone="warn"
            role="alert"
            title={words.title}
            actions={
              <Button size="small" onClick={again}>
                {textsOf('shop').tryAgain}
              </Button>
            }
          >
            {words.text}
          </Notice>
        ) : (
          <div className={styles.columns} role="status" aria-label={texts.loading}>
            <Skeleton className={styles.fields} />
            <Skeleton className={styles.order} />
          </div>
        )}
      </div>
    </PayFrame>
  );
}
