import { type TSchema, Type } from 'typebox';
import { closed, LanguageName, type ValueOf } from './common.ts';

/** A show as its buyers read of it: when, by which clock, and where. Instants are milliseconds since 1970. */
export const ShowFacts = Type.Object({
  startsAt: Type.Number(),
  doorsAt: Type.Union([Type.Number(), Type.Null()]),
  endsAt: Type.Union([Type.Number(), Type.Null()]),
  timeZone: Type.String(),
  venue: Type.String(),
  address: Type.Union([Type.String(), Type.Null()]),
});

/** The show before and after the change; left out (by earlier versions): as it is when the mail is written. */
const ShowChangeFacts = Type.Object({
  bookingId: Type.String(),
  before: Type.Optional(ShowFacts),
  after: Type.Optional(ShowFacts),
  startsAtBefore: Type.Optional(Type.Number()),
  reason: Type.Optional(Type.String()),
});

const TokenFacts = Type.Object({
  link: Type.String(),
  token: Type.Optional(Type.String({ description: 'What the link carries, for those who rather send it by program.' })),
  expiresAt: Type.Number(),
});

/** Mails about accounts call nobody by name: anybody may have entered the name, and whoever gets the mail may never have asked. */
const Nothing = Type.Unsafe<Record<string, never>>(Type.Object({}, closed));

/**
 * What the writer of each kind of mail must know. Kinds about a booking read the rest (show, tickets, address) when they
 * are written, so that history and messages hold ids only. A `link` is a path of ours (`/orders/…`, then PUBLIC_URL goes
 * before it) or a whole address.
 */
export const mailFacts = {
  'booking-confirmed': Type.Object({ bookingId: Type.String() }),
  /** `ticketIds`: those that were cancelled now. `isWhole`: none are left. `refundMinor` 0 or left out: nothing comes back. */
  'booking-cancelled': Type.Object({
    bookingId: Type.String(),
    ticketIds: Type.Array(Type.String()),
    isWhole: Type.Boolean(),
    refundMinor: Type.Optional(Type.Integer()),
    reason: Type.Optional(Type.String()),
  }),
  /** The money is on its way back. */
  refund: Type.Object({ bookingId: Type.String(), amountMinor: Type.Integer(), currency: Type.String() }),
  'event-moved': ShowChangeFacts,
  'event-postponed': ShowChangeFacts,
  /** On sale again after it was postponed, at the same date or another. */
  'event-resumed': ShowChangeFacts,
  /** Doors, end, an address: what takes nothing from whoever wants to go. */
  'event-updated': ShowChangeFacts,
  'event-cancelled': Type.Object({
    bookingId: Type.String(),
    refundMinor: Type.Optional(Type.Integer()),
    reason: Type.Optional(Type.String()),
  }),
  /** A guest asked for the way back to an order. */
  'guest-order': Type.Object({ bookingId: Type.String(), link: Type.String() }),
  /** To the address that an order had before: what goes there opens nothing any more. */
  'contact-corrected': Type.Object({ bookingId: Type.String() }),
  'verify-mail': TokenFacts,
  'reset-password': TokenFacts,
  'password-changed': Nothing,
  /** To the address that an account wants to have. */
  'change-mail': TokenFacts,
  /** To the address that it has: another one was asked for. */
  'change-mail-asked': Nothing,
  /** To the address that it had. */
  'mail-changed': Nothing,
  'second-factor-on': Nothing,
  'second-factor-off': Nothing,
  'recovery-code-used': Type.Object({ codesLeft: Type.Integer() }),
  /** Somebody wanted an account with an address that has an account: only its owner is notified. */
  'account-exists': Nothing,
  invitation: Type.Interface([TokenFacts], { organizerName: Type.String(), role: Type.String() }),
} as const satisfies Readonly<Record<string, TSchema>>;

export type MailKind = keyof typeof mailFacts;

export type MailFacts = { readonly [Kind in MailKind]: ValueOf<(typeof mailFacts)[Kind]> };

/** A mail that somebody needs. The mail slice writes its text from `kind` and `facts`. */
export type MailRequest = { readonly [Kind in MailKind]: MailRequestOf<Kind> }[MailKind];

interface MailRequestOf<Kind extends MailKind> {
  /** What made it necessary, unique within the organiser (`booking-<id>-confirmed`): one mail per cause, for ever. */
  readonly cause: string;
  readonly kind: Kind;
  /** Whose customer is written to; 1 for the platform itself. */
  readonly organizerId: number;
  /** Left out for kinds about a booking: its contact, else the account it belongs to (no address, no mail). */
  readonly to?: string;
  /** What its reader reads. Left out: kinds about a booking know it themselves; others are in English. */
  readonly language?: 'en' | 'de';
  readonly facts: MailFacts[Kind];
}

export const MailRequested = Type.Unsafe<MailRequest>(
  Type.Union(
    Object.entries(mailFacts).map(([kind, facts]) =>
      Type.Object({
        cause: Type.String(),
        kind: Type.Literal(kind),
        organizerId: Type.Integer(),
        to: Type.Optional(Type.String()),
        language: Type.Optional(LanguageName()),
        facts,
      }),
    ),
  ),
);
