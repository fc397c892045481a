import { mailKey } from '../../../kernel/mail-address.ts';
import { keysOf, withMail } from './customer-book.ts';
import type { HoldBook } from './hold-book.ts';
import type { HoldLimits, HoldRefusal, HoldRequest, JournaledHold } from './types.ts';

/** So many places of an event one customer may hold at once, where the event says nothing else. */
export const heldPerCustomer = 40;
/** So many a network may in any case, as far as that is not half a house: carriers put thousands of people behind one address. */
const heldPerNetwork = 400;
/** An order of so many places is ordinary: a network that holds nothing may make one, however small the house. */
const ordinaryOrder = 10;

/**
 * Whom the places of a hold count for while it is open: its guest session, its account, and the mail address that a guest
 * names. An account names whom it likes: its own address is proven, and strangers must not use up its share.
 */
export function holdersOf(hold: Pick<HoldRequest | JournaledHold, 'customer' | 'account' | 'contact'>): string[] {
  const { customer, account = null, contact } = hold;
  const mail = account === null && contact?.email ? mailKey(contact.email) : null;
  return [...withMail(keysOf({ customer, account }), mail)];
}

/**
 * What a network may hold of an event: a quarter of it, or 400 places if that is more, but never more than half. So one address never
 * holds a house, and in a small house there is something left for others too.
 */
export function shareOfNetwork(placeCount: number): number {
  return Math.min(Math.max(heldPerNetwork, Math.ceil(placeCount / 4)), Math.floor(placeCount / 2));
}

/**
 * Whether a customer, or all guests of a network together, would hold more places of the event at once than they may. What is
 * in payment or renewed is held as well; what is bought or let go is not.
 */
export function refuseHeld(
  limits: HoldLimits,
  { holders, network, count }: { holders: readonly string[]; network: string | null; count: number },
  { book, placeCount }: { book: HoldBook; placeCount: number },
): HoldRefusal | undefined {
  let held = 0;
  for (const holder of holders) held = Math.max(held, book.heldBy(holder));
  if (held + count > limits.perCustomer) return { code: 'HOLD_LIMIT_PER_CUSTOMER', limit: limits.perCustomer, held };
  if (network === null) return undefined;
  const there = book.heldBy(network);
  if (limits.perNetwork === null && there === 0 && count <= ordinaryOrder) return undefined;
  const limit = limits.perNetwork ?? shareOfNetwork(placeCount);
  return there + count > limit ? { code: 'HOLD_LIMIT_PER_NETWORK', limit, held: there } : undefined;
}
