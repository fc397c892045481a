import { useEffect } from 'react';
import type { BookingSummaryAnswer } from '../../src/contract/booking.ts';
import { useApi } from '../api/queries.ts';
import { wordsOf } from '../api/words-of.ts';
import { buttonClass, LinkButton } from '../parts/button/button.tsx';
import { classes } from '../parts/classes.ts';
import { Notice } from '../parts/notice/notice.tsx';
import { paths } from '../shop/paths.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './after-hold.module.css';
import { Done, NotDone } from './done.tsx';
import { PayFrame } from './pay-frame.tsx';

const askEveryMs = 2_000;

/**
 * There is no such hold any more, or not for whoever looks: it was paid for (in another tab, or on the way back from the bank, where
 * this browser may know nothing of the press), or it is gone.
 */
export function AfterHold({ reservationId, refusal }: { readonly reservationId: string; readonly refusal: unknown }) {
  const texts = textsOf('pay');
  const path = `/api/bookings?reservationId=${encodeURIComponent(reservationId)}`;
  const query = useApi<{ readonly items: readonly BookingSummaryAnswer[] }>(path, { staleTime: 0 });
  const { data, error, refetch } = query;
  // A hold has several bookings where cards were declined before: the one that came to something counts.
  const booking = data?.items.find(({ status }) => status !== 'failed') ?? data?.items.find(isLate);
  const isOpen = booking?.status === 'awaiting_payment';
  useEffect(() => {
    if (!isOpen) return;
    const timer = setInterval(() => void refetch(), askEveryMs);
    return () => clearInterval(timer);
  }, [isOpen, refetch]);

  if (booking?.status === 'completed' || booking?.status === 'cancelled') return <Done bookingId={booking.bookingId} />;
  if (data === undefined && !error) {
    return <PayFrame>{<p className={classes(styles.page, 'quiet')}>{texts.loading}</p>}</PayFrame>;
  }
  const { title, text } = wordsOf(refusal);
  return (
    <PayFrame>
      <div className={styles.page}>
        <h1 className="spoken">{texts.title}</h1>
        {isOpen ? (
          <Notice tone="info" role="status" title={texts.asking.bank.title}>
            {texts.asking.bank.text}
          </Notice>
        ) : booking ? (
          <NotDone booking={booking} />
        ) : (
          <Notice
            tone="warn"
            title={title}
            actions={
              <>
                <LinkButton size="small" href={paths.home()}>
                  {texts.gone.shows}
                </LinkButton>
                <a
                  className={buttonClass({ look: 'quiet', size: 'small' })}
                  href={`${paths.signIn}?next=${encodeURIComponent(paths.pay(reservationId))}`}
                >
                  {texts.gone.signIn}
                </a>
              </>
            }
          >
            {text}
          </Notice>
        )}
      </div>
    </PayFrame>
  );
}

/** Money came when the places were gone. */
function isLate({ status, refunded, refundDue }: BookingSummaryAnswer): boolean {
  return status === 'failed' && refunded + refundDue > 0;
}
