import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { keysOf } from './customer-book.ts';
import { refuseUsesOf } from './customer-limits.ts';
import type { HoldRecord } from './hold-book.ts';
import { priceOf } from './make-hold.ts';
import type { LedgerView } from './plan-hold.ts';
import { typesOf } from './refuse-request.ts';
import { readCodes, refuseCodes, toHeldCode } from './requested-codes.ts';
import type { CodeChangeRefusal, CodeRefusal, Hold, LimitRefusal } from './types.ts';

/** Gives a hold another promo code, or none, or says why it keeps the one that it has. */
export function changePromoCode(
  record: HoldRecord,
  promoCode: string | null,
  view: LedgerView,
  now: Instant,
): Decision<Hold, CodeChangeRefusal> {
  const changed = withPromoCode(record, promoCode, view, now);
  if (!changed.accepted) return changed;
  view.customers?.release(record.hold, null);
  view.customers?.hold(changed.value);
  view.book.replace(record, changed.value);
  return changed;
}

/**
 * The hold with another promo code, or with none (null), at the prices of its places that were promised. What it was unlocked by stays:
 * a hold of hidden types keeps its code. The use of the code before comes back only if the new one is taken.
 */
function withPromoCode(
  { hold, placeNos }: HoldRecord,
  promoCode: string | null,
  { rules, table, customers }: LedgerView,
  now: Instant,
): Decision<Hold, CodeRefusal | LimitRefusal> {
  const types = typesOf(placeNos, table);
  const read = readCodes({ promoCode, accessCode: null }, rules);
  if (!read.accepted) return read;
  if (types.some(({ isHidden }) => isHidden)) return refuse({ code: 'PROMO_CODE_NOT_APPLICABLE' });
  const promo = read.value?.promo ?? null;
  const access = hold.codes.filter(({ kind }) => kind === 'access');
  if (promo !== null && !hold.codes.some(({ codeId }) => codeId === promo.codeId)) {
    const invalid = refuseCodes({ promo, access: null }, types, now);
    if (invalid !== undefined) return refuse(invalid);
    const spent = customers === null ? undefined : refuseUsesOf(customers, keysOf(hold), [promo]);
    if (spent !== undefined) return refuse(spent);
  }
  const price = priceOf(hold.places, rules, table, promo === null ? [] : [promo]);
  const sumMinor = hold.places.reduce((sum, { priceMinor }) => sum + priceMinor, 0);
  const codes = promo === null ? access : [toHeldCode(promo), ...access];
  return accept({ ...hold, codes, price, totalMinor: price === null ? sumMinor : price.totalMinor });
}
