import { mailKey } from '../../../kernel/mail-address.ts';
import type { SaleCode } from '../../pricing/domain/sale-codes.ts';
import type { Basket } from './basket.ts';
import { type CustomerBook, keysOf, withMail } from './customer-book.ts';
import type { HoldRecord } from './hold-book.ts';
import type { Buyer, CodeRefusal, HoldRefusal, HoldRequest, LimitRefusal, Purchase, SaleRules } from './types.ts';

/** Whether the customer has enough already, of tickets or of the codes that the hold would use, or a code is used up. */
export function refuseLimits(
  customers: CustomerBook,
  { customer, account = null, contact }: HoldRequest,
  { count }: Basket,
  codes: readonly SaleCode[],
  rules: SaleRules,
): HoldRefusal | undefined {
  // What staff give away counts for nobody's limit.
  const mail = contact?.email && !customer.startsWith('staff:') ? mailKey(contact.email) : null;
  const keys = withMail(keysOf({ customer, account }), mail);
  return customers.refuseTickets(keys, count, rules) ?? refuseUsesOf(customers, keys, codes);
}

/** Whether a customer has used one of the codes often enough, or all together have. */
export function refuseUsesOf(
  customers: CustomerBook,
  keys: readonly string[],
  codes: readonly SaleCode[],
): LimitRefusal | CodeRefusal | undefined {
  const limit = customers.refuseUses(keys, codes);
  if (limit !== undefined) return limit;
  for (const { codeId, kind, usesMax } of codes) {
    const { all, held } = customers.usesOfCode(codeId);
    if (usesMax === null || all < usesMax) continue;
    return { code: kind === 'promo' ? 'PROMO_CODE_USED_UP' : 'ACCESS_CODE_USED_UP', held };
  }
  return undefined;
}

/**
 * The buyer is known now: an account that was not signed in before takes the hold along, and the mail address counts.
 * Refuses if either has enough already, by what it bought and has in payment, and a buyer who is nobody where that counts.
 */
export function bindBuyer(
  customers: CustomerBook | null,
  record: HoldRecord,
  buyer: Buyer,
  rules: SaleRules,
): LimitRefusal | undefined {
  const { hold } = record;
  const account = hold.account === null ? buyer.account : null;
  if (customers === null) {
    if (account !== null) record.hold = { ...hold, account };
    return undefined;
  }
  const email = buyer.email ?? hold.contact?.email ?? null;
  const mail = email === null ? null : mailKey(email);
  const keys = [account, mail].filter((key) => key !== null);
  const codes = hold.codes.flatMap(({ code }) => rules.codes?.get(code) ?? []);
  const isKnown = mail !== null || account !== null || hold.account !== null || buyer.byStaff === true;
  if (!isKnown && isLimited(rules, codes)) return { code: 'MAIL_OR_ACCOUNT_NEEDED' };
  const limit = customers.refuseTickets(keys, hold.places.length, rules) ?? customers.refuseUses(keys, codes);
  if (limit !== undefined && keys.length > 0) return limit;
  if (account !== null) {
    customers.release(hold, null);
    record.hold = { ...hold, account };
    customers.hold(record.hold);
  }
  record.mail = mail;
  if (mail !== null) customers.pay(record.hold, mail, 1);
  return undefined;
}

/** A session is drawn anew whenever somebody likes: where a limit per customer counts, it is no customer. */
function isLimited({ limitPerCustomer }: SaleRules, codes: readonly SaleCode[]): boolean {
  return limitPerCustomer !== null || codes.some(({ usesPerCustomer }) => usesPerCustomer !== null);
}

/** A hold that was read in payment: its buyer's mail address counts, as in the purchase that the database knows of it. */
export function bindMailOf(customers: CustomerBook, record: HoldRecord, { keys }: Purchase): void {
  if (record.hold.status !== 'paying' || record.mail !== null) return;
  const own = keysOf(record.hold);
  record.mail = keys.find((key) => !own.includes(key)) ?? null;
  if (record.mail !== null) customers.pay(record.hold, record.mail, 1);
}

/** The payment has stopped: the mail address counts no longer. */
export function unbindMail(customers: CustomerBook | null, record: HoldRecord): void {
  if (record.mail !== null) customers?.pay(record.hold, record.mail, -1);
  record.mail = null;
}
