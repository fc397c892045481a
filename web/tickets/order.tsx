import { type ReactNode, useState } from 'react';
import type { BookingAnswer } from '../../src/contract/booking.ts';
import { ApiProblem } from '../api/problem.ts';
import { useApi } from '../api/queries.ts';
import { Button } from '../parts/button/button.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { useTitle } from '../shop/frame/frame.tsx';
import { date, ownTimeZone } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import { ContactDialog } from './contact-dialog.tsx';
import { GiveBackDialog } from './give-back-dialog.tsx';
import { OrderActions } from './order-actions.tsx';
import { OrderNews } from './order-news.tsx';
import { Passes } from './passes.tsx';
import { Receipt } from './receipt.tsx';
import { addressOf, type OrderSource } from './source.ts';
import styles from './tickets.module.css';

/** How often an order is looked at again while its payment or its refund is under way. */
const lookAgainMs = 4_000;

/** An order: what became of it, its tickets, and all that can be done with them. */
export function Order({
  source,
  isPage = false,
  ifUnknown,
}: {
  readonly source: OrderSource;
  /** Nothing else stands on the page: its heading is that of the page. */
  readonly isPage?: boolean;
  /** What to show beneath where there is no such order. */
  readonly ifUnknown?: ReactNode;
}) {
  const address = addressOf(source);
  const { data, error, refetch, dataUpdatedAt } = useApi<BookingAnswer>(address, {
    placeholderData: undefined as never,
    refetchInterval: ({ state }) => (state.data?.status === 'awaiting_payment' ? lookAgainMs : false),
  });
  const [isGivingBack, setGivingBack] = useState(false);
  const [isCorrecting, setCorrecting] = useState(false);
  /** Where the tickets go since the contact was corrected; null: only the name was. */
  const [corrected, setCorrected] = useState<string | null | undefined>(undefined);
  const [receiptOf, setReceiptOf] = useState<string | null | undefined>(undefined);
  useTitle(data?.show.title ?? textsOf('tickets').title);
  if (!data) {
    if (error === null) return <Skeleton className={styles.passPlace} />;
    return (
      <div className={styles.order}>
        {isPage && <h1 className="spoken">{textsOf('tickets').title}</h1>}
        <Failure error={error} retry={isFinal(error) ? undefined : () => void refetch()} />
        {isFinal(error) && ifUnknown}
      </div>
    );
  }
  return (
    <section className={styles.order} aria-label={textsOf('tickets').ticketsFor(data.show.title)}>
      {isPage && <h1 className="spoken">{textsOf('tickets').ticketsFor(data.show.title)}</h1>}
      {error !== null && <Age since={dataUpdatedAt} retry={() => void refetch()} />}
      <OrderNews order={data} />
      <Passes order={data} />
      {corrected !== undefined && (
        <Notice
          tone="ok"
          role="status"
          title={corrected === null ? textsOf('tickets').contact.done : textsOf('tickets').contact.doneMail(corrected)}
        >
          {corrected !== null && textsOf('tickets').contact.doneText}
        </Notice>
      )}
      <OrderActions
        order={data}
        address={address}
        onGiveBack={() => setGivingBack(true)}
        onCorrect={() => setCorrecting(true)}
        onReceipt={() => setReceiptOf(null)}
        onRefundReceipt={setReceiptOf}
        onChanged={() => void refetch()}
      />
      {isGivingBack && (
        <GiveBackDialog
          order={data}
          source={source}
          onClose={() => setGivingBack(false)}
          onChanged={() => void refetch()}
        />
      )}
      {isCorrecting && (
        <ContactDialog
          order={data}
          source={source}
          onClose={() => setCorrecting(false)}
          onCorrected={(email) => {
            setCorrecting(false);
            setCorrected(email);
          }}
        />
      )}
      {receiptOf !== undefined && (
        <Receipt address={address} refundId={receiptOf} onClose={() => setReceiptOf(undefined)} />
      )}
    </section>
  );
}

/** No network: what is shown is as old as this. */
function Age({ since, retry }: { readonly since: number; retry(): void }) {
  const { offline } = textsOf('tickets');
  return (
    <Notice
      tone="warn"
      role="status"
      title={offline.title}
      actions={
        <Button size="small" onClick={retry}>
          {textsOf('shop').tryAgain}
        </Button>
      }
    >
      {offline.text(date(new Date(since), ownTimeZone(), 'time'))}
    </Notice>
  );
}

function isFinal(error: unknown): boolean {
  return error instanceof ApiProblem && error.body.status < 500;
}
