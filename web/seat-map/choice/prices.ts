import type { EventBody } from '../../../src/contract/catalog.ts';
import { currencyDecimals } from '../../../src/kernel/money.ts';

/** What decides how a price becomes what the buyer pays. */
export type PriceTerms = Pick<EventBody, 'currency' | 'serviceFee' | 'tax'>;

/**
 * What one ticket of this price costs with fee and tax. The server rounds once an order: sums of several may differ from it by a
 * cent where fee or tax are shares, and its sum counts.
 */
export function allIn(price: number, { currency, serviceFee, tax }: PriceTerms): number {
  const unit = 10 ** currencyDecimals(currency);
  const minor = Math.round(price * unit);
  let paid = minor;
  if (serviceFee?.paidBy === 'buyer' && minor > 0)
    paid +=
      serviceFee.perTicket !== null
        ? Math.round(serviceFee.perTicket * unit)
        : Math.round((minor * (serviceFee.percent ?? 0)) / 100);
  if (tax && !tax.included) paid += Math.round((paid * tax.percent) / 100);
  return paid / unit;
}
