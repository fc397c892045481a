import type { ReceiptAnswer } from '../../src/contract/accounting.ts';
import { useApi } from '../api/queries.ts';
import { Button } from '../parts/button/button.tsx';
import { Dialog } from '../parts/dialog/dialog.tsx';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { Failure } from '../shop/frame/failure.tsx';
import { date, money, ownTimeZone, percent } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './receipt.module.css';

/** The receipt of an order or of a refund, to read and to print. */
export function Receipt({
  address,
  refundId,
  onClose,
}: {
  readonly address: string;
  /** null: of the order itself. */
  readonly refundId: string | null;
  onClose(): void;
}) {
  const texts = textsOf('tickets').receipt;
  const path = refundId === null ? `${address}/receipt` : `${address}/refunds/${refundId}/receipt`;
  const { data, error, refetch } = useApi<ReceiptAnswer>(path, { placeholderData: undefined as never });
  return (
    <Dialog
      title={data ? texts.title(data.number) : texts.receipt}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{texts.close}</Button>
          {data && (
            <Button look="primary" onClick={() => print()}>
              {texts.print}
            </Button>
          )}
        </>
      }
    >
      {error !== null && !data && <Failure error={error} retry={() => void refetch()} />}
      {!data && error === null && <Skeleton className={styles.place} />}
      {data && <Paper receipt={data} />}
    </Dialog>
  );
}

function Paper({ receipt }: { readonly receipt: ReceiptAnswer }) {
  const texts = textsOf('tickets').receipt;
  const { seller, customer, show, lines, taxes, currency, net, tax, total, paidAt, issuedAt, kind, isVoid } = receipt;
  const amount = (value: number) => money(value, currency);
  return (
    <div className={styles.paper}>
      {isVoid && <p className={styles.void}>{texts.isVoid}</p>}
      <p>
        <strong>{seller.name}</strong>
        {seller.address && <span className={styles.address}>{seller.address}</span>}
        {seller.taxNumber && <span className={styles.address}>{texts.taxNumber(seller.taxNumber)}</span>}
      </p>
      <dl className={styles.facts}>
        <div>
          <dt>{kind === 'refund' ? texts.refundedOn : texts.paidOn}</dt>
          <dd>{date(kind === 'refund' ? issuedAt : paidAt, ownTimeZone(), 'medium')}</dd>
        </div>
        <div>
          <dt>{texts.show}</dt>
          <dd>{[show.title, date(show.startsAt, show.timeZone, 'medium'), show.venue].join(', ')}</dd>
        </div>
        {customer && (
          <div>
            <dt>{texts.customer}</dt>
            <dd>{customer}</dd>
          </div>
        )}
      </dl>
      <table className={`numeric ${styles.lines}`}>
        <caption className="spoken">{texts.lines}</caption>
        <tbody>
          {lines.map(({ description, amount: value }, i) => (
            // Two tickets of a kind have the same words, and no other key.
            <tr key={i}>
              <th scope="row">{description}</th>
              <td>{amount(value)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{texts.total}</th>
            <td>{amount(total)}</td>
          </tr>
          {taxes.length > 1 && (
            <tr>
              <th scope="row">{texts.net}</th>
              <td>{amount(net)}</td>
            </tr>
          )}
          {taxes.map((one) => (
            <tr key={`${one.name} ${one.percent}`} className={styles.tax}>
              <th scope="row">{texts.taxOf(one.name, percent(one.percent), amount(one.net))}</th>
              <td>{amount(one.tax)}</td>
            </tr>
          ))}
          {taxes.length > 1 && (
            <tr className={styles.tax}>
              <th scope="row">{texts.taxes}</th>
              <td>{amount(tax)}</td>
            </tr>
          )}
        </tfoot>
      </table>
    </div>
  );
}
