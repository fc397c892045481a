import type { Caller } from './request.ts';

/** Who a request buys for, as holds and bookings know people. */
export interface Customer {
  /** The guest session, else the account; null if the request carries neither. */
  readonly customer: string | null;
  /** `account:<id>` of whoever is signed in. */
  readonly account: string | null;
  /** All that a hold or booking may belong to for it to be the caller's own. */
  readonly owner: string | readonly string[];
}

/** An account as the owner of holds and bookings. */
export function accountOwner(accountId: string): string {
  return `account:${accountId}`;
}

/** Whether the owner of a hold or booking is an account, and no guest session. */
export function isAccountOwner(owner: string): boolean {
  return owner.startsWith(accountOwner(''));
}

/** The customer of a request: its guest session, its account, or both. Somebody without either owns nothing. */
export function customerOf(request: { readonly caller: Caller; readonly sessionId: string | null }): Customer {
  const { caller, sessionId } = request;
  const account = caller.kind === 'account' ? accountOwner(caller.accountId) : null;
  if (sessionId === null) return { customer: account, account, owner: account ?? [] };
  return { customer: sessionId, account, owner: account === null ? sessionId : [sessionId, account] };
}
