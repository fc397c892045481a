import type { CommandContext } from '../../../kernel/context.ts';
import type { Language } from '../../../kernel/language.ts';
import type { HoldContact, Owner } from '../../inventory/index.ts';
import type { GuardedPaymentProvider, Payer } from '../../payments/index.ts';
import type { BuyerConsent } from './booking.ts';

/** An idempotency key as it is kept: whose it is (and for which route), and what the request said. */
export interface ClaimedKey {
  readonly scope: string;
  readonly key: string;
  readonly requestHash: string;
}

/** Somebody wants to buy what a reservation holds. */
export interface PurchaseInput {
  readonly reservationId: string;
  /** Whose hold it may be: guest session, account, or both; null for staff who may take payments for anybody. */
  readonly owner: Owner;
  /** `account:<id>` of a buyer who is signed in; null for guests and for staff. */
  readonly account: string | null;
  readonly provider: GuardedPaymentProvider;
  readonly detail: string;
  readonly payer: Payer;
  readonly key: ClaimedKey | null;
  readonly contact: HoldContact | null;
  readonly notes: string | null;
  /** What the buyer reads, if the request says so. */
  readonly language?: Language | undefined;
  readonly consent?: BuyerConsent | undefined;
  readonly context: CommandContext;
}
