import type { Hold, Owner } from './types.ts';

/** Whether something that belongs to one session or account is the owner's. Everything is staff's. */
export function isOwned(customer: string | null, owner: Owner): boolean {
  return owner === null || (customer !== null && owns({ customer, account: null }, owner));
}

/** Whether a hold is the owner's: made by its guest session or by its account. Everything is staff's. */
export function owns({ customer, account }: Pick<Hold, 'customer' | 'account'>, owner: Owner): boolean {
  if (owner === null || owner === customer) return true;
  if (typeof owner === 'string') return account !== null && owner === account;
  return owner.some((key) => key === customer || key === account);
}
