import type { Instant } from '../../../kernel/instant.ts';
import type { SaleCode } from '../../pricing/domain/sale-codes.ts';
import type { HoldRefusal, HoldRequest, LedgerSnapshot, Purchase, SaleRules } from './types.ts';

export interface ModelHold {
  id: string;
  customer: string;
  account: string | null;
  /** The mail address that its payment counts for. */
  mail: string | null;
  codes: SaleCode[];
  email: string | null;
  placeNos: number[];
  status: 'active' | 'paying';
  deadline: Instant;
  deadlineBeforePayment: Instant;
  extended: boolean;
  renewals: number;
  attempts: number;
  key: string | undefined;
  requestHash: string | undefined;
  partial: boolean;
}

/** Who has how much, as one would count it on paper: by looking through all holds and purchases. */
export class CustomersModel {
  holds: ModelHold[] = [];
  rules: SaleRules;
  purchases: Purchase[];

  constructor(snapshot: LedgerSnapshot) {
    this.rules = snapshot.rules;
    this.purchases = [...snapshot.purchases];
  }

  /** Tickets that count under a key: of a session or account those held, of a mail address those in payment; and bought. */
  countOf(key: string): number {
    const held = this.holds.filter((hold) => keysOfHold(hold).includes(key)).map(({ placeNos }) => placeNos.length);
    const owned = this.purchases.filter(({ keys }) => keys.includes(key)).map(({ count }) => count);
    return sum(held) + sum(owned);
  }

  /** How many orders use a code, of one customer or of all. */
  usesOf(codeId: number, key?: string): number {
    const held = this.holds.filter(
      (hold) => hold.codes.some((code) => code.codeId === codeId) && (!key || keysOfHold(hold).includes(key)),
    );
    const owned = this.purchases.filter(
      ({ codeIds, keys }) => codeIds.includes(codeId) && (key === undefined || keys.includes(key)),
    );
    return held.length + owned.length;
  }

  /** The codes a request names, promo first; undefined for each that is not there. */
  protected codesOf({ promoCode, accessCode }: HoldRequest): (SaleCode | undefined)[] {
    const find = (text: string | null | undefined, kind: string) => {
      if (text === null || text === undefined) return [];
      const code = this.rules.codes?.get(text);
      return [code?.kind === kind ? code : undefined];
    };
    const promo = find(promoCode, 'promo');
    const access = find(accessCode, 'access');
    // An unknown access code beside a good promo code must not look like an unknown promo code.
    return promo.includes(undefined) ? promo : [...promo, ...access];
  }

  /** The codes of which a request for these types uses one use each. */
  protected usedBy(request: HoldRequest, typeIds: readonly number[]): SaleCode[] {
    const hidden = this.rules.types.filter(({ isHidden }) => isHidden).map(({ ticketTypeId }) => ticketTypeId);
    const codes = this.codesOf(request) as SaleCode[];
    const promo = codes.find(({ kind }) => kind === 'promo');
    return codes.filter(
      ({ kind, ticketTypeIds }) =>
        (kind === 'promo' &&
          (ticketTypeIds === null
            ? typeIds.some((id) => !hidden.includes(id))
            : typeIds.some((id) => ticketTypeIds.includes(id)))) ||
        (kind === 'access' &&
          typeIds.some(
            (id) => hidden.includes(id) && ticketTypeIds?.includes(id) && !promo?.ticketTypeIds?.includes(id),
          )),
    );
  }

  protected refuseUses(codes: readonly SaleCode[], keys: readonly string[]): HoldRefusal | undefined {
    for (const { codeId, kind, usesPerCustomer: limit } of codes) {
      if (limit === null || !keys.some((key) => this.usesOf(codeId, key) >= limit)) continue;
      return { code: kind === 'promo' ? 'PROMO_CODE_LIMIT' : 'ACCESS_CODE_LIMIT', limit };
    }
    for (const { codeId, kind, usesMax } of codes) {
      if (usesMax === null || this.usesOf(codeId) < usesMax) continue;
      const held = this.holds.filter((hold) => hold.codes.some((code) => code.codeId === codeId)).length;
      return { code: kind === 'promo' ? 'PROMO_CODE_USED_UP' : 'ACCESS_CODE_USED_UP', held };
    }
    return undefined;
  }
}

function keysOfHold({ customer, account, mail }: ModelHold): (string | null)[] {
  return [customer, account, mail];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
