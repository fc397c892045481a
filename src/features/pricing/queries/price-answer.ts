import type { PriceBreakdownAnswer } from '../../../contract/inventory.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { PriceBreakdown } from '../domain/break-down.ts';
import { toPercent } from '../domain/rounding.ts';

/** A breakdown as answers show it. Without one (`price` is null) the total is the sum of the tickets. */
export function toPriceAnswer(
  price: PriceBreakdown | null | undefined,
  totalMinor: number,
  currency: string,
): PriceBreakdownAnswer {
  const decimal = (minor: number) => toDecimal(minor, currency);
  const total = decimal(totalMinor);
  if (!price) {
    return {
      tickets: total,
      discount: 0,
      serviceFee: 0,
      serviceFeePaidBy: 'buyer',
      net: total,
      tax: 0,
      taxName: null,
      taxPercent: 0,
      taxIncluded: true,
      total,
      promoCode: null,
    };
  }
  return {
    tickets: decimal(price.ticketsMinor),
    discount: decimal(price.discountMinor),
    serviceFee: decimal(price.feeMinor),
    serviceFeePaidBy: price.feePaidBy,
    net: decimal(price.netMinor),
    tax: decimal(price.taxMinor),
    taxName: price.taxName,
    taxPercent: toPercent(price.taxRate),
    taxIncluded: price.taxIncluded,
    total,
    promoCode: price.promoCode,
  };
}
