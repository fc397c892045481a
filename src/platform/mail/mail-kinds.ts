import type { ShowFacts } from '../../kernel/show-facts.ts';

/**
 * What each kind of mail must be told. Kinds about a booking read the rest (show, tickets, address) when they are
 * written, so that history and messages hold ids only. A `link` is a path of ours (`/orders/…`, then PUBLIC_URL goes
 * before it) or a whole address.
 */
export interface MailFacts {
  'booking-confirmed': { readonly bookingId: string };
  /** `ticketIds`: those that were cancelled now. `isWhole`: none are left. */
  'booking-cancelled': {
    readonly bookingId: string;
    readonly ticketIds: readonly string[];
    readonly isWhole: boolean;
    /** What comes back; 0 or left out: nothing. */
    readonly refundMinor?: number;
    readonly reason?: string;
  };
  /** The money is on its way back. */
  refund: { readonly bookingId: string; readonly amountMinor: number; readonly currency: string };
  'event-moved': ShowChangeFacts;
  'event-postponed': ShowChangeFacts;
  /** On sale again after it was postponed, at the same date or another. */
  'event-resumed': ShowChangeFacts;
  /** Doors, end, an address: what takes nothing from whoever wants to go. */
  'event-updated': ShowChangeFacts;
  'event-cancelled': { readonly bookingId: string; readonly refundMinor?: number; readonly reason?: string };
  /** A guest asked for the way back to an order. */
  'guest-order': { readonly bookingId: string; readonly link: string };
  'verify-mail': TokenFacts;
  'reset-password': TokenFacts;
  'password-changed': Nothing;
  'second-factor-on': Nothing;
  'second-factor-off': Nothing;
  'recovery-code-used': { readonly codesLeft: number };
  /** Somebody tried to register an address that has an account: only its owner is told. */
  'account-exists': Nothing;
  invitation: TokenFacts & { readonly organizerName: string; readonly role: string };
}

/** Mails about accounts call nobody by name: anybody may have given the name, and whoever gets the mail may never have asked. */
type Nothing = Readonly<Record<string, never>>;

/** The show before and after the change; left out (by earlier versions): as it is when the mail is written. */
export interface ShowChangeFacts {
  readonly bookingId: string;
  readonly before?: ShowFacts;
  readonly after?: ShowFacts;
  readonly startsAtBefore?: number;
  readonly reason?: string;
}

interface TokenFacts {
  readonly link: string;
  /** What the link carries, for those who rather send it by program. */
  readonly token?: string;
  readonly expiresAt: number;
}

export type MailKind = keyof MailFacts;
