import { codesOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { changeCode, createCode, takeBackCode } from './commands/change-codes.ts';

/** Everything that this slice refuses with. */
export type PricingRefusals = RefusalIn<typeof changeCode | typeof createCode | typeof takeBackCode>;

/** The codes that a change of a promo or access code can be refused with, for the routes that make one. */
export const codeProblems = codesOf<PricingRefusals>({
  AMOUNT_OUT_OF_RANGE: true,
  CODE_INVALID: true,
  CODE_NOT_FOUND: true,
  CODE_TAKEN: true,
  CURRENCY_UNKNOWN: true,
  DATES_CONTRADICT: true,
  DISCOUNT_UNCLEAR: true,
  EVENT_NOT_FOUND: true,
  PERCENT_INVALID: true,
  TICKET_TYPE_FOREIGN: true,
  TOO_MANY_CODES: true,
  TOO_MANY_DECIMALS: true,
  USES_BELOW_USED: true,
});
