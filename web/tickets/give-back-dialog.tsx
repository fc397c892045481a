import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BookingAnswer, CancelledAnswer } from '../../src/contract/booking.ts';
import type { CancellationPreview } from '../../src/contract/cancellation.ts';
import { askApi } from '../api/client.ts';
import { NoAnswer } from '../api/problem.ts';
import { wordsOf } from '../api/words-of.ts';
import { Button } from '../parts/button/button.tsx';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { Notice } from '../parts/notice/notice.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { money } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './give-back-dialog.module.css';
import { placeOf } from './places.ts';
import { addressOf, type OrderSource } from './source.ts';

/**
 * Which tickets go back, and what comes back for just those, before the button that does it. The request names the version that is
 * shown: what has changed meanwhile is looked at first.
 */
export function GiveBackDialog({
  order,
  source,
  onClose,
  onChanged,
}: {
  readonly order: BookingAnswer;
  readonly source: OrderSource;
  onClose(): void;
  onChanged(): void;
}) {
  const texts = textsOf('tickets').giveBack;
  const left = order.tickets.filter(({ status }) => status === 'Sold');
  const [unchosen, setUnchosen] = useState<ReadonlySet<string>>(new Set());
  const [isWorking, setWorking] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const [done, setDone] = useState<{ readonly refund: number; readonly isNoted: boolean } | null>(null);
  const amount = (value: number) => money(value, order.currency);
  const chosen = left.map(({ ticketId }) => ticketId).filter((id) => !unchosen.has(id));
  const isWhole = chosen.length === left.length;
  const preview = usePreview(order, source, done ? [] : chosen);
  const sums = preview.data;
  const refund = sums?.amount ?? 0;

  async function giveBack() {
    setWorking(true);
    setFailure(null);
    try {
      const headers = { 'if-match': `"${order.version}"` };
      const body = isWhole ? {} : { ticketIds: chosen };
      const answer = await askApi<CancelledAnswer>(`${addressOf(source)}/cancel`, { method: 'POST', headers, body });
      setDone({
        refund: answer.refundDue + answer.refunded - order.refundDue - order.refunded,
        isNoted: !answer.success,
      });
      onChanged();
    } catch (error) {
      setFailure(error);
    } finally {
      setWorking(false);
    }
  }

  if (done) {
    return (
      <Dialog
        title={done.isNoted ? texts.notedTitle : texts.doneTitle}
        onClose={onClose}
        actions={
          <Button look="primary" onClick={onClose}>
            {texts.close}
          </Button>
        }
      >
        <p role="status">
          {done.isNoted ? texts.noted : done.refund > 0 ? texts.done(amount(done.refund)) : texts.doneNothing}
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={texts.title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.keep}</Button>
          <Button look="danger" working={isWorking} disabled={!preview.isSure} onClick={() => void giveBack()}>
            {isWorking
              ? texts.working
              : chosen.length === 0
                ? texts.chooseFirst
                : refund > 0
                  ? texts.confirm(amount(refund))
                  : texts.confirmNothing}
          </Button>
        </>
      }
    >
      {failure !== null && <Failure error={failure} />}
      {left.length > 1 && (
        <fieldset className={styles.choices}>
          <legend className="spoken">{texts.which}</legend>
          <Choice
            isChosen={isWhole}
            isSome={chosen.length > 0}
            label={texts.all(left.length)}
            more={order.cancellation ? amount(order.cancellation.refund) : ''}
            onChange={(is) => setUnchosen(new Set(is ? [] : left.map(({ ticketId }) => ticketId)))}
          />
          {left.map((one) => (
            <Choice
              key={one.ticketId}
              isChosen={!unchosen.has(one.ticketId)}
              label={placeOf(one)}
              more={one.giveBack === null ? texts.notAlone : amount(one.giveBack)}
              onChange={(is) => {
                const next = new Set(unchosen);
                if (is) next.delete(one.ticketId);
                else next.add(one.ticketId);
                setUnchosen(next);
              }}
            />
          ))}
        </fieldset>
      )}
      {preview.error !== null && <Refused error={preview.error} retry={preview.retry} />}
      {sums && (
        <dl className={`numeric ${styles.sums}`} aria-live="polite" aria-busy={!preview.isSure}>
          <div>
            <dt>{texts.paid}</dt>
            <dd>{amount(sums.tickets.reduce((sum, { paid }) => sum + paid, 0))}</dd>
          </div>
          {sums.kept > 0 && (
            <div>
              <dt>{texts.kept}</dt>
              <dd>{amount(sums.kept)}</dd>
            </div>
          )}
          <div className={styles.total}>
            <dt>{texts.back}</dt>
            <dd>{amount(refund)}</dd>
          </div>
        </dl>
      )}
      {chosen.length > 0 && <p className="small quiet">{texts.consequence(chosen.length)}</p>}
    </Dialog>
  );
}

/** What comes back for the chosen tickets, as the server counts it. `isSure`: it is the sum of just these. */
function usePreview(order: BookingAnswer, source: OrderSource, chosen: readonly string[]) {
  const path = `${addressOf(source)}/cancellation`;
  const { data, error, isPlaceholderData, isFetching, refetch } = useQuery({
    queryKey: [path, order.version, ...chosen],
    enabled: chosen.length > 0,
    gcTime: 0,
    staleTime: 0,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => askApi<CancellationPreview>(path, { method: 'POST', body: { ticketIds: chosen }, signal }),
  });
  const isShown = chosen.length > 0 && error === null;
  return {
    data: isShown ? data : undefined,
    error: chosen.length > 0 ? error : null,
    isSure: isShown && data !== undefined && !isPlaceholderData && !isFetching,
    retry: () => void refetch(),
  };
}

/** Why these tickets cannot go back. */
function Refused({ error, retry }: { readonly error: unknown; retry(): void }) {
  if (error instanceof NoAnswer) return <Failure error={error} retry={retry} />;
  const { title, text } = wordsOf(error);
  return (
    <Notice tone="warn" role="status" title={title}>
      {text}
    </Notice>
  );
}

function Choice({
  isChosen,
  isSome = isChosen,
  label,
  more,
  onChange,
}: {
  readonly isChosen: boolean;
  /** Of several that this stands for, some are chosen. */
  readonly isSome?: boolean;
  readonly label: string;
  readonly more: string;
  onChange(is: boolean): void;
}) {
  return (
    <label className={styles.choice}>
      <input
        ref={(box) => {
          if (box) box.indeterminate = isSome && !isChosen;
        }}
        type="checkbox"
        checked={isChosen}
        onChange={({ target }) => onChange(target.checked)}
      />
      <span>{label}</span>
      <span className="small quiet numeric">{more}</span>
    </label>
  );
}
