import { Clock, RotateCcw } from 'lucide-react';
import type { BookingAnswer } from '../../src/contract/booking.ts';
import { LinkButton } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { paths } from '../shop/paths.ts';
import { date, money } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import { moneyBack, orderState } from './order-state.ts';
import styles from './tickets.module.css';

/** What became of an order and of its show, and where its money is. */
export function OrderNews({ order }: { readonly order: BookingAnswer }) {
  const texts = textsOf('tickets').states;
  const { currency, totalPrice, show, showChange, refunds, eventId } = order;
  const state = orderState(order);
  const amount = (value: number) => money(value, currency);
  const back = moneyBack(refunds);
  const whenBefore =
    showChange?.startsAtBefore &&
    `${date(showChange.startsAtBefore, show.timeZone, 'medium')}, ${date(showChange.startsAtBefore, show.timeZone, 'time')}`;
  const moneySentence = [
    back.underWay > 0 && texts.underWay(amount(back.underWay)),
    back.made > 0 && texts.made(amount(back.made)),
  ]
    .filter(Boolean)
    .join(' ');
  return (
    <>
      {state === 'awaiting-payment' && (
        <Notice
          tone="warn"
          icon={Clock}
          role="status"
          title={texts.awaiting.title}
          actions={
            <a className="link" href={paths.pay(order.reservationId)}>
              {texts.awaiting.action}
            </a>
          }
        >
          {texts.awaiting.text}
        </Notice>
      )}
      {state === 'needs-review' && (
        <Notice tone="warn" title={texts.review.title}>
          {texts.review.text}
        </Notice>
      )}
      {state === 'failed' && (
        <Notice
          tone="no"
          title={texts.failed.title}
          actions={
            <LinkButton size="small" href={paths.event(eventId)}>
              {texts.failed.action}
            </LinkButton>
          }
        >
          {texts.failed.text}
        </Notice>
      )}
      {state === 'late' && (
        <Notice tone="warn" icon={RotateCcw} title={texts.late.title}>
          {texts.late.text(amount(back.underWay + back.made || totalPrice))}
        </Notice>
      )}
      {state === 'called-off' && (
        <Notice tone="no" title={texts.calledOff.title}>
          {moneySentence || texts.calledOff.text}
        </Notice>
      )}
      {state === 'cancelled' && (
        <Notice tone="info" icon={RotateCcw} role="status" title={texts.cancelled.title}>
          {moneySentence || texts.cancelled.nothing}
        </Notice>
      )}
      {state === 'paid-postponed' && (
        <Notice tone="info" icon={Clock} title={texts.postponed.title}>
          {texts.postponed.text} {whenBefore && texts.before(whenBefore)}
        </Notice>
      )}
      {state === 'paid' && showChange !== null && (
        <Notice tone="info" icon={Clock} title={texts.moved.title}>
          {whenBefore && texts.before(whenBefore)} {texts.moved.text}
        </Notice>
      )}
      {(state === 'paid' || state === 'paid-postponed') && moneySentence && (
        <Notice tone="info" icon={RotateCcw} role="status" title={moneySentence} />
      )}
      {back.failed > 0 && (
        <Notice tone="no" title={texts.refundFailed.title(amount(back.failed))}>
          {texts.refundFailed.text}
        </Notice>
      )}
      {state === 'paid' && order.tickets.length > 0 && (
        <p className={`small faint ${styles.onPaper}`}>{texts.order(order.orderNumber)}</p>
      )}
    </>
  );
}
