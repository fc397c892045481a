import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { PriceTerms, ServiceFee, Tax } from '../../pricing/domain/break-down.ts';
import { toPercent, toPpm } from '../../pricing/domain/rounding.ts';
import { fault, type InputRefusal } from './refusals.ts';
import { toPrice } from './ticket-type-details.ts';

/** What a request says about fee and tax; null: there is none. */
export interface PriceTermsInput {
  readonly serviceFee?: {
    readonly perTicket?: number | null;
    readonly percent?: number | null;
    readonly paidBy?: 'buyer' | 'organizer';
  } | null;
  readonly tax?: { readonly name?: string | null; readonly percent: number; readonly included?: boolean } | null;
}

/**
 * Fee and tax after an input: what it says, else as they were, in the same decimals if the currency is another. Refuses a
 * fee that is neither one amount nor one percentage, percentages with more than four decimals, and amounts that the
 * currency does not have.
 */
export function readPriceTerms(
  input: PriceTermsInput,
  before: (PriceTerms & { readonly currency: string }) | null,
  currency: string,
): Decision<PriceTerms, InputRefusal> {
  const kept = toTermsBody(before ?? { serviceFee: null, tax: null }, before?.currency ?? currency);
  const fee = input.serviceFee === undefined ? kept.serviceFee : input.serviceFee;
  const serviceFee = fee === null ? accept(null) : readFee(fee, currency);
  if (!serviceFee.accepted) return serviceFee;
  const tax = input.tax === undefined ? accept(before?.tax ?? null) : readTax(input.tax);
  return tax.accepted ? accept({ serviceFee: serviceFee.value, tax: tax.value }) : tax;
}

function readFee(
  { perTicket = null, percent = null, paidBy = 'buyer' }: NonNullable<PriceTermsInput['serviceFee']>,
  currency: string,
): Decision<ServiceFee, InputRefusal> {
  if ((perTicket === null) === (percent === null)) {
    return refuse(fault('FEE_UNCLEAR', '/serviceFee', 'is either perTicket or percent'));
  }
  if (perTicket !== null) {
    const minor = toPrice(perTicket, currency, '/serviceFee/perTicket');
    return minor.accepted ? accept({ perTicketMinor: minor.value, rate: null, paidBy }) : minor;
  }
  const rate = toPpm(percent!);
  if (rate === undefined) return refuse(percentFault('/serviceFee/percent'));
  return accept({ perTicketMinor: null, rate, paidBy });
}

function readTax(tax: NonNullable<PriceTermsInput['tax']> | null): Decision<Tax | null, InputRefusal> {
  if (tax === null) return accept(null);
  const rate = toPpm(tax.percent);
  if (rate === undefined) return refuse(percentFault('/tax/percent'));
  return accept({ name: tax.name ?? null, rate, isIncluded: tax.included ?? true });
}

function percentFault(field: string): InputRefusal {
  return fault('PERCENT_INVALID', field, 'is 0 to 100 with at most four decimals');
}

/** Fee and tax in decimals, as people write them. */
export function toTermsBody({ serviceFee, tax }: PriceTerms, currency: string) {
  return {
    serviceFee: serviceFee && {
      perTicket: serviceFee.perTicketMinor === null ? null : toDecimal(serviceFee.perTicketMinor, currency),
      percent: serviceFee.rate === null ? null : toPercent(serviceFee.rate),
      paidBy: serviceFee.paidBy,
    },
    tax: tax && { name: tax.name, percent: toPercent(tax.rate), included: tax.isIncluded },
  };
}
