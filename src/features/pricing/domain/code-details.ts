import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { toMinorUnits } from '../../../kernel/money.ts';
import { toPpm } from './rounding.ts';
import { type CodeKind, isCode, normalCode, type SaleCode } from './sale-codes.ts';

/** What an organiser says about a code. */
export interface CodeDetails extends Omit<SaleCode, 'codeId'> {
  readonly note: string | null;
}

/** What a request says. What is absent is left as it is, or to its default. */
export interface CodeInput {
  readonly code?: string;
  readonly note?: string | null;
  readonly percentOff?: number | null;
  readonly amountOff?: number | null;
  readonly ticketTypeIds?: readonly number[] | null;
  readonly validFrom?: Instant | null;
  readonly validUntil?: Instant | null;
  readonly maxUses?: number | null;
  readonly maxUsesPerCustomer?: number | null;
}

export interface CodeInputRefusal {
  readonly code:
    | 'AMOUNT_OUT_OF_RANGE'
    | 'CODE_INVALID'
    | 'CURRENCY_UNKNOWN'
    | 'DATES_CONTRADICT'
    | 'DISCOUNT_UNCLEAR'
    | 'PERCENT_INVALID'
    | 'TICKET_TYPE_FOREIGN'
    | 'TOO_MANY_DECIMALS';
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

interface CodeContext {
  readonly kind: CodeKind;
  readonly currency: string;
  /** Of the event. */
  readonly ticketTypeIds: readonly number[];
}

/**
 * The code after an input, or a new one (`before` is null; then `input.code` is there). Refuses spellings that are no
 * code, types of other events, dates out of order, and a promo code that takes off neither or both of the two.
 */
export function readCode(
  before: CodeDetails | null,
  input: CodeInput,
  { kind, currency, ticketTypeIds }: CodeContext,
): Decision<CodeDetails, CodeInputRefusal> {
  const code = input.code === undefined ? before!.code : normalCode(input.code);
  if (!isCode(code)) return refuse(fault('CODE_INVALID', '/code', 'is 2 to 50 letters, digits, - and _'));
  const types = input.ticketTypeIds === undefined ? (before?.ticketTypeIds ?? null) : input.ticketTypeIds;
  const foreign = types?.findIndex((id) => !ticketTypeIds.includes(id)) ?? -1;
  if (foreign >= 0) {
    return refuse(fault('TICKET_TYPE_FOREIGN', `/ticketTypeIds/${foreign}`, 'is no ticket type of this event'));
  }
  const discount = kind === 'access' ? accept(null) : readDiscount(before, input, currency);
  if (!discount.accepted) return discount;
  const kept = <T>(requested: T | undefined, present: T | undefined, none: T): T =>
    requested === undefined ? (present ?? none) : requested;
  const validFrom = kept(input.validFrom, before?.validFrom, null);
  const validUntil = kept(input.validUntil, before?.validUntil, null);
  if (validFrom !== null && validUntil !== null && validUntil <= validFrom) {
    return refuse(fault('DATES_CONTRADICT', '/validUntil', 'must be after validFrom'));
  }
  return accept({
    kind,
    code,
    note: kept(input.note, before?.note, null) || null,
    discount: discount.value,
    ticketTypeIds: types,
    validFrom,
    validUntil,
    usesMax: kept(input.maxUses, before?.usesMax, null),
    usesPerCustomer: kept(input.maxUsesPerCustomer, before?.usesPerCustomer, null),
  });
}

function readDiscount(
  before: CodeDetails | null,
  { percentOff, amountOff }: CodeInput,
  currency: string,
): Decision<CodeDetails['discount'], CodeInputRefusal> {
  if (before !== null && percentOff === undefined && amountOff === undefined) return accept(before.discount);
  if ((percentOff ?? null) === null && (amountOff ?? null) === null) {
    return refuse(fault('DISCOUNT_UNCLEAR', '/percentOff', 'percentOff or amountOff is needed'));
  }
  if (typeof percentOff === 'number' && typeof amountOff === 'number') {
    return refuse(fault('DISCOUNT_UNCLEAR', '/amountOff', 'either percentOff or amountOff, not both'));
  }
  if (typeof percentOff === 'number') {
    const rate = toPpm(percentOff);
    if (rate === undefined || rate === 0) {
      return refuse(fault('PERCENT_INVALID', '/percentOff', 'is above 0, up to 100, with at most four decimals'));
    }
    return accept({ rate, amountMinor: null });
  }
  const minor = toMinorUnits(amountOff!, currency);
  if (!minor.accepted) return refuse(fault(minor.refusal.code, '/amountOff', `is no amount in ${currency}`));
  if (minor.value === 0) return refuse(fault('AMOUNT_OUT_OF_RANGE', '/amountOff', 'must be above zero'));
  return accept({ rate: null, amountMinor: minor.value });
}

function fault(code: CodeInputRefusal['code'], field: string, message: string): CodeInputRefusal {
  return { code, errors: [{ field, message }] };
}
