import type { SaleCode } from '../../pricing/domain/sale-codes.ts';
import type { Hold, LimitRefusal, Purchase, SaleRules } from './types.ts';

/**
 * Who has how many tickets of an event, and how often which code is used: what the limits per customer and the codes
 * are decided by, in the same turn as a hold is made. A customer is counted under several keys (guest session, account,
 * mail address), each by itself. Session and account count tickets from the hold on; a mail address that nobody has
 * verified counts them from the payment on, or strangers could use up somebody's share.
 *
 * An event without limit and codes has no such book.
 */
export class CustomerBook {
  private readonly tickets = new Map<string, number>();
  private readonly uses = new Map<number, number>();
  /** Of these uses, those that are paid for. */
  private readonly usesPaid = new Map<number, number>();
  private readonly usesOf = new Map<string, number>();
  private readonly purchases = new Map<string, Purchase>();

  /** The customer would have more tickets than one may, under any of these keys. */
  refuseTickets(keys: readonly string[], count: number, rules: SaleRules): LimitRefusal | undefined {
    const { limitPerCustomer: limit } = rules;
    if (limit === null) return undefined;
    let already = 0;
    for (const key of keys) already = Math.max(already, this.tickets.get(key) ?? 0);
    return already + count > limit ? { code: 'LIMIT_PER_CUSTOMER', limit, already } : undefined;
  }

  /** The customer has used one of the codes as often as one may. */
  refuseUses(
    keys: readonly string[],
    codes: readonly Pick<SaleCode, 'codeId' | 'kind' | 'usesPerCustomer'>[],
  ): LimitRefusal | undefined {
    for (const { codeId, kind, usesPerCustomer: limit } of codes) {
      if (limit === null) continue;
      const isUp = keys.some((key) => (this.usesOf.get(useKey(codeId, key)) ?? 0) >= limit);
      if (isUp) return { code: kind === 'promo' ? 'PROMO_CODE_LIMIT' : 'ACCESS_CODE_LIMIT', limit };
    }
    return undefined;
  }

  /** How often the code is used, and how many of these uses may come back because they are not paid for. */
  usesOfCode(codeId: number): { readonly all: number; readonly held: number } {
    const all = this.uses.get(codeId) ?? 0;
    return { all, held: all - (this.usesPaid.get(codeId) ?? 0) };
  }

  /** A hold begins. */
  hold(hold: Hold): void {
    this.count(keysOf(hold), hold.places.length, codeIdsOf(hold), 1);
    for (const { codeId } of hold.codes) change(this.uses, codeId, 1);
  }

  /** A hold ends without a sale; `mail` is the key that its payment counted for, or null. */
  release(hold: Hold, mail: string | null): void {
    this.count(withMail(keysOf(hold), mail), hold.places.length, codeIdsOf(hold), -1);
    for (const { codeId } of hold.codes) change(this.uses, codeId, -1);
  }

  /** A payment begins (1) or stops (-1): from now on the mail address counts, or does not. */
  pay(hold: Hold, mail: string, by: 1 | -1): void {
    this.count([mail], hold.places.length, codeIdsOf(hold), by);
  }

  /** A hold is paid for: what it counted stays. */
  sell(hold: Hold, mail: string | null): void {
    const { reservationId, places } = hold;
    const codeIds = codeIdsOf(hold);
    this.purchases.set(reservationId, {
      reservationId,
      keys: withMail(keysOf(hold), mail),
      count: places.length,
      codeIds,
    });
    for (const codeId of codeIds) change(this.usesPaid, codeId, 1);
  }

  /** A purchase read from the database; one that is known already counts once. */
  learn(purchase: Purchase): void {
    const { reservationId, keys, count, codeIds } = purchase;
    if (this.purchases.has(reservationId)) return;
    this.purchases.set(reservationId, purchase);
    this.count(keys, count, codeIds, 1);
    for (const codeId of codeIds) {
      change(this.uses, codeId, 1);
      change(this.usesPaid, codeId, 1);
    }
  }

  /** So many tickets of a purchase are cancelled; with the last of them the uses of its codes come back. */
  cancel(reservationId: string, count: number): void {
    const purchase = this.purchases.get(reservationId);
    if (purchase === undefined) return;
    const left = Math.max(0, purchase.count - count);
    for (const key of purchase.keys) change(this.tickets, key, left - purchase.count);
    if (left > 0) {
      this.purchases.set(reservationId, { ...purchase, count: left });
      return;
    }
    this.purchases.delete(reservationId);
    for (const codeId of purchase.codeIds) {
      change(this.uses, codeId, -1);
      change(this.usesPaid, codeId, -1);
      for (const key of purchase.keys) change(this.usesOf, useKey(codeId, key), -1);
    }
  }

  /** So many tickets of a purchase are left, whatever was counted: said twice, or after a reading that knew, it counts once. */
  leave(reservationId: string, left: number): void {
    const known = this.purchases.get(reservationId)?.count ?? 0;
    if (known > left) this.cancel(reservationId, known - left);
  }

  private count(keys: readonly string[], count: number, codeIds: readonly number[], by: 1 | -1): void {
    for (const key of keys) {
      change(this.tickets, key, by * count);
      for (const codeId of codeIds) change(this.usesOf, useKey(codeId, key), by);
    }
  }
}

/** Under which keys a hold counts for its customer. */
export function keysOf({ customer, account }: Pick<Hold, 'customer' | 'account'>): readonly string[] {
  return account === null || account === customer ? [customer] : [customer, account];
}

export function withMail(keys: readonly string[], mail: string | null): readonly string[] {
  return mail === null ? keys : [...keys, mail];
}

function codeIdsOf({ codes }: Hold): readonly number[] {
  return codes.map(({ codeId }) => codeId);
}

function useKey(codeId: number, key: string): string {
  return `${codeId}\n${key}`;
}

function change<K>(counts: Map<K, number>, key: K, by: number): void {
  const count = (counts.get(key) ?? 0) + by;
  if (count > 0) counts.set(key, count);
  else counts.delete(key);
}
