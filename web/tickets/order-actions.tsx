import { CalendarPlus, Download, Mail, Pencil, Receipt, RotateCcw, User } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { BookingAnswer } from '../../src/contract/booking.ts';
import { askApi } from '../api/client.ts';
import { download } from '../api/download.ts';
import { Notice } from '../parts/notice/notice.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { date, money } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './order-actions.module.css';
import { VisitorsDialog } from './visitors-dialog.tsx';

/** What can be done with an order: take the tickets along, note the day, see the receipt, give back, have the mail once more. */
export function OrderActions({
  order,
  address,
  onGiveBack,
  onCorrect,
  onReceipt,
  onRefundReceipt,
  onChanged,
}: {
  readonly order: BookingAnswer;
  /** Where the API has it. */
  readonly address: string;
  onGiveBack(): void;
  onCorrect(): void;
  onReceipt(): void;
  onRefundReceipt(refundId: string): void;
  onChanged(): void;
}) {
  const texts = textsOf('tickets').actions;
  const [working, setWorking] = useState<string | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [isSent, setSent] = useState(false);
  const [isNaming, setNaming] = useState(false);
  const { tickets, orderNumber, currency, totalPrice, cancellation, show, customer, transactionId, refunds } = order;
  const good = tickets.filter(({ code }) => code !== null).length;
  async function during(what: string, work: () => Promise<void>) {
    if (working !== null) return;
    setWorking(what);
    setFailure(null);
    try {
      await work();
    } catch (error) {
      setFailure(error);
    } finally {
      setWorking(null);
    }
  }
  const resend = () =>
    during('mail', async () => {
      await askApi(`${address}/resend`, { method: 'POST' });
      setSent(true);
    });
  const until =
    cancellation?.until &&
    `${date(cancellation.until, show.timeZone, 'day')}, ${date(cancellation.until, show.timeZone, 'time')}`;
  const back = cancellation && money(cancellation.refund, currency);
  return (
    <>
      {failure !== null && <Failure error={failure} />}
      {isSent && <Notice tone="ok" role="status" title={texts.sent} />}
      <ul className={styles.actions}>
        {good > 0 && (
          <Action
            icon={<Download aria-hidden="true" />}
            name={texts.pdf(good)}
            more={texts.pdfMore}
            isWorking={working === 'pdf'}
            onPress={() => during('pdf', () => download(`${address}/tickets.pdf`, `tickets-${orderNumber}.pdf`))}
          />
        )}
        {good > 0 && show.status !== 'postponed' && (
          <Action
            icon={<CalendarPlus aria-hidden="true" />}
            name={texts.calendar}
            more={texts.calendarMore}
            isWorking={working === 'ics'}
            onPress={() => during('ics', () => download(`${address}/tickets.ics`, `tickets-${orderNumber}.ics`))}
          />
        )}
        {good > 0 && show.asksAttendeeNames && 'bookingId' in order && address.startsWith('/api/bookings/') && (
          <Action
            icon={<User aria-hidden="true" />}
            name={texts.visitors}
            more={texts.visitorsMore}
            onPress={() => setNaming(true)}
          />
        )}
        {transactionId !== null && (
          <Action
            icon={<Receipt aria-hidden="true" />}
            name={texts.receipt}
            more={texts.receiptMore(money(totalPrice, currency))}
            onPress={onReceipt}
          />
        )}
        {refunds
          .filter(({ status }) => status !== 'failed')
          .map(({ refundId, amount }, i) => (
            <Action
              key={refundId}
              icon={<Receipt aria-hidden="true" />}
              name={texts.refundReceipt(refunds.length > 1 ? i + 1 : null)}
              more={texts.refundReceiptMore(money(amount, currency))}
              onPress={() => onRefundReceipt(refundId)}
            />
          ))}
        {cancellation && (
          <Action
            icon={<RotateCcw aria-hidden="true" />}
            name={texts.giveBack}
            more={until ? texts.giveBackUntil(until, back!) : texts.giveBackOpen(back!)}
            onPress={onGiveBack}
          />
        )}
        {good > 0 && customer?.email && (
          <Action
            icon={<Mail aria-hidden="true" />}
            name={texts.mail}
            more={customer.email}
            isWorking={working === 'mail'}
            onPress={resend}
          />
        )}
        {good > 0 && customer && (
          <Action
            icon={<Pencil aria-hidden="true" />}
            name={texts.contact}
            more={customer.name ?? ''}
            onPress={onCorrect}
          />
        )}
      </ul>
      {good > 0 && !cancellation && show.status !== 'cancelled' && <p className="small faint">{texts.noGiveBack}</p>}
      {isNaming && <VisitorsDialog order={order} onClose={() => setNaming(false)} onChanged={onChanged} />}
    </>
  );
}

function Action({
  icon,
  name,
  more,
  isWorking = false,
  onPress,
}: {
  readonly icon: ReactNode;
  readonly name: string;
  readonly more: string;
  readonly isWorking?: boolean;
  onPress(): void;
}) {
  return (
    <li>
      <button type="button" className={styles.action} aria-busy={isWorking || undefined} onClick={onPress}>
        {icon}
        <span className={styles.name}>{name}</span>
        <span className={`tiny faint ${styles.more}`}>{more}</span>
      </button>
    </li>
  );
}
