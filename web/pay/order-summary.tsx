import { Check } from 'lucide-react';
import type { ReactNode } from 'react';
import type { EventBody } from '../../src/contract/catalog.ts';
import type { ReservationAnswer } from '../../src/contract/inventory.ts';
import { classes } from '../parts/classes.ts';
import { Skeleton } from '../parts/skeleton/skeleton.tsx';
import { money, percent } from '../texts/format.ts';
import { textsOf } from '../texts/texts.ts';
import styles from './order-summary.module.css';
import { kindOf, placeOf, whenOf, whereOf } from './places.ts';

/** What is bought: the show, each ticket, and the price, first all in, then what is in it. */
export function OrderSummary({
  hold,
  event,
  code,
  poster,
  isOpen,
}: {
  readonly hold: ReservationAnswer;
  readonly event: EventBody | undefined;
  /** Where a code is typed or taken away. */
  readonly code?: ReactNode;
  readonly poster?: ReactNode;
  /** On a phone it is folded away. */
  readonly isOpen: boolean;
}) {
  const texts = textsOf('pay').order;
  return (
    <aside className={classes(styles.order, isOpen && styles.open)} aria-label={texts.label}>
      <div className={styles.show}>
        {poster && <div className={styles.poster}>{poster}</div>}
        <div>
          <h2 className={styles.title}>{event?.title ?? <Skeleton className={styles.skeleton} />}</h2>
          {event && (
            <p className="small quiet">
              {whenOf(event)}
              <br />
              {whereOf(event)}
            </p>
          )}
        </div>
      </div>
      <ul className={styles.part}>
        {hold.tickets.map((ticket) => (
          <li key={ticket.ticketId} className={styles.item}>
            <span className={styles.place}>{placeOf(ticket)}</span>
            <span className="numeric">{money(allInOf(ticket, hold), hold.currency)}</span>
            <span className="faint">{kindOf(ticket)}</span>
          </li>
        ))}
      </ul>
      <div className={styles.part}>
        <Price hold={hold} code={code} />
      </div>
      <ul className={classes(styles.part, styles.safe)}>
        {texts.safe.map((sentence) => (
          <li key={sentence}>
            <Check size={18} aria-hidden="true" />
            {sentence}
          </li>
        ))}
      </ul>
    </aside>
  );
}

function Price({ hold, code }: { readonly hold: ReservationAnswer; readonly code: ReactNode }) {
  const texts = textsOf('pay').order;
  const { priceBreakdown: price, currency, totalPrice, quantity } = hold;
  const fee = price.serviceFeePaidBy === 'buyer' ? price.serviceFee : 0;
  const before = totalPrice + price.discount * (price.taxIncluded ? 1 : 1 + price.taxPercent / 100);
  const taxWords = price.taxIncluded ? texts.includingTax : texts.addedTax;
  return (
    <div className={classes(styles.lines, 'numeric')}>
      <p className={styles.line}>
        <span className="quiet">{texts.tickets(quantity)}</span>
        <span>{money(before, currency)}</span>
      </p>
      {code}
      <p className={classes(styles.line, styles.total)}>
        <span>{texts.pay}</span>
        <span>{money(totalPrice, currency)}</span>
      </p>
      {fee > 0 && (
        <p className={classes(styles.line, 'tiny')}>
          <span className="quiet">{texts.includingFee}</span>
          <span className="faint">{money(fee, currency)}</span>
        </p>
      )}
      {price.tax > 0 && (
        <p className={classes(styles.line, 'tiny')}>
          <span className="quiet">{taxWords(percent(price.taxPercent), price.taxName ?? texts.tax)}</span>
          <span className="faint">{money(price.tax, currency)}</span>
        </p>
      )}
    </div>
  );
}

/** What a ticket costs with its share of fee and added tax; with all of them the sum before a code. */
function allInOf(
  { price }: { readonly price: number },
  { priceBreakdown, tickets, totalPrice }: ReservationAnswer,
): number {
  const { serviceFee, serviceFeePaidBy, tickets: sum, tax, taxIncluded, discount, taxPercent } = priceBreakdown;
  if (price === 0) return 0;
  const isPlain = (serviceFee === 0 || serviceFeePaidBy === 'organizer') && (taxIncluded || tax === 0);
  if (isPlain || sum === 0) return price;
  // Alike for each that costs something where the fee is per ticket; by price where it is a share of it.
  const paying = tickets.filter((ticket) => ticket.price > 0).length;
  const all = totalPrice + discount * (taxIncluded ? 1 : 1 + taxPercent / 100);
  const even = tickets.every((ticket) => ticket.price === 0 || ticket.price === price);
  return even ? all / paying : price + ((all - sum) * price) / sum;
}
