import { erasedText } from '../../../kernel/reason.ts';
import { tellTexts } from '../../../platform/event-store/kept-texts.ts';
import type { MailFacts, MailKind } from '../../../platform/mail/mail-kinds.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import {
  accountExists,
  invitation,
  passwordChanged,
  recoveryCodeUsed,
  resetPassword,
  secondFactorOff,
  secondFactorOn,
  verifyMail,
} from '../domain/account-texts.ts';
import {
  bookingCancelled,
  bookingConfirmed,
  eventCancelled,
  guestOrder,
  type Order,
  refundSent,
} from '../domain/booking-texts.ts';
import type { MailText } from '../domain/mail-text.ts';
import { eventMoved, eventPostponed, eventResumed, eventUpdated } from '../domain/show-texts.ts';
import { readOrder } from '../queries/read-order.ts';

export interface Links {
  /** The address that goes before a path of ours. */
  readonly baseUrl: () => string;
  /** The path under which a buyer finds an order, with its signature. */
  readonly orderLink: (bookingId: string) => string;
}

type BookingKind = { [Kind in MailKind]: MailFacts[Kind] extends { bookingId: string } ? Kind : never }[MailKind];

const bookingTexts: {
  [Kind in BookingKind]: (
    order: Order,
    facts: MailFacts[Kind],
    orderLink: string,
    whole: (link: string) => string,
  ) => MailText;
} = {
  'booking-confirmed': (order, _facts, orderLink) => bookingConfirmed(order, orderLink),
  'booking-cancelled': bookingCancelled,
  refund: refundSent,
  'event-moved': eventMoved,
  'event-postponed': eventPostponed,
  'event-resumed': eventResumed,
  'event-updated': eventUpdated,
  'event-cancelled': eventCancelled,
  'guest-order': (order, { link }, _orderLink, whole) => guestOrder(order, whole(link)),
};

const accountTexts: { [Kind in Exclude<MailKind, BookingKind>]: (facts: MailFacts[Kind]) => MailText } = {
  'verify-mail': verifyMail,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'second-factor-on': secondFactorOn,
  'second-factor-off': secondFactorOff,
  'recovery-code-used': recoveryCodeUsed,
  'account-exists': accountExists,
  invitation,
};

/** What was typed stands beside the history; what is erased is not told. */
async function tellReason<Facts extends object>(database: Queryable, facts: Facts): Promise<Facts> {
  const told = await tellTexts(database, facts);
  return 'reason' in told && told.reason === erasedText ? { ...told, reason: undefined } : told;
}

/** Writes mails: their text, from their kind and facts. Answers null where what it is about is gone or unknown. */
export function createMailWriter({ database, links }: { readonly database: Queryable; readonly links: Links }) {
  const whole = (link: string) => (link.startsWith('/') ? `${links.baseUrl()}${link}` : link);
  return async (mail: { kind: string; organizerId: number; facts: object }): Promise<MailText | null> => {
    const { kind, organizerId } = mail;
    if (Object.hasOwn(accountTexts, kind)) {
      const facts = 'link' in mail.facts ? { ...mail.facts, link: whole(String(mail.facts.link)) } : mail.facts;
      return (accountTexts as Record<string, (facts: object) => MailText>)[kind]!(facts);
    }
    if (!Object.hasOwn(bookingTexts, kind)) return null;
    const facts = await tellReason(database, mail.facts as MailFacts[BookingKind]);
    const order = await readOrder(database, { bookingId: facts.bookingId, organizerId });
    const write = bookingTexts[kind as BookingKind] as (
      order: Order,
      facts: object,
      orderLink: string,
      whole: (link: string) => string,
    ) => MailText;
    return order && write(order, facts, whole(links.orderLink(order.bookingId)), whole);
  };
}
