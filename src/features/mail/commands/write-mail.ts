import type { MailFacts, MailKind } from '../../../contract/mail-request.ts';
import { type Language, usualLanguage } from '../../../kernel/language.ts';
import { erasedText } from '../../../kernel/reason.ts';
import { resolveTexts } from '../../../platform/event-store/kept-texts.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { LinkedBooking } from '../../booking/index.ts';
import {
  accountExists,
  changeMail,
  changeMailAsked,
  invitation,
  mailChanged,
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
  contactCorrected,
  eventCancelled,
  type GiveBack,
  guestOrder,
  type Order,
  type OrderParts,
  refundSent,
} from '../domain/booking-texts.ts';
import type { MailText } from '../domain/mail-text.ts';
import { eventMoved, eventPostponed, eventResumed, eventUpdated } from '../domain/show-texts.ts';
import { type Wording, wordingIn } from '../domain/words/in-words.ts';
import { readOrder } from '../queries/read-order.ts';
import type { WaitingMail } from '../store/mail-rows.ts';

/** What the slice of bookings knows of one. */
export interface Bookings {
  /** The path under which a buyer finds an order, with its signature. */
  readonly orderLink: (booking: LinkedBooking) => string;
  /** What its buyer gets who gives everything back now; null: nothing can be given back. */
  readonly giveBack: (bookingId: string) => Promise<GiveBack | null>;
  /** What doors scan of those of its tickets that are sold, by ticket. */
  readonly codes: (bookingId: string) => Promise<ReadonlyMap<string, string>>;
  /** Its calendar file; null if none of its tickets is left. */
  readonly calendar: (bookingId: string, language: Language) => Promise<NonNullable<MailText['calendar']> | null>;
}

export interface MailWriting {
  readonly bypassingRls: Queryable;
  /** The address that goes before a path of ours. */
  readonly baseUrl: () => string;
  readonly bookings: Bookings;
}

type BookingKind = { [Kind in MailKind]: MailFacts[Kind] extends { bookingId: string } ? Kind : never }[MailKind];
type WriteOrderMail<Facts> = (order: Order, facts: Facts, parts: OrderParts) => MailText;

const bookingTexts: { [Kind in BookingKind]: WriteOrderMail<MailFacts[Kind]> } = {
  'booking-confirmed': bookingConfirmed,
  'booking-cancelled': bookingCancelled,
  refund: refundSent,
  'event-moved': eventMoved,
  'event-postponed': eventPostponed,
  'event-resumed': eventResumed,
  'event-updated': eventUpdated,
  'event-cancelled': eventCancelled,
  'guest-order': guestOrder,
  'contact-corrected': contactCorrected,
};

type AccountKind = Exclude<MailKind, BookingKind>;
type WriteAccountMail<Facts> = (facts: Facts, wording: Wording) => MailText;

const accountTexts: { [Kind in AccountKind]: WriteAccountMail<MailFacts[Kind]> } = {
  'verify-mail': verifyMail,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'change-mail': changeMail,
  'change-mail-asked': changeMailAsked,
  'mail-changed': mailChanged,
  'second-factor-on': secondFactorOn,
  'second-factor-off': secondFactorOff,
  'recovery-code-used': recoveryCodeUsed,
  'account-exists': accountExists,
  invitation,
};

const noCodes: ReadonlyMap<string, string> = new Map();

/** What was typed stands beside the history; what is erased is left out. */
async function withReason<Facts extends object>(database: Queryable, facts: Facts): Promise<Facts> {
  const readable = await resolveTexts(database, facts);
  return 'reason' in readable && readable.reason === erasedText ? { ...readable, reason: undefined } : readable;
}

/** Writes mails: their text, from their kind and facts. Answers null where what it is about is gone or unknown. */
export function createMailWriter({ bypassingRls, baseUrl, bookings }: MailWriting) {
  const whole = (link: string) => (link.startsWith('/') ? `${baseUrl()}${link}` : link);
  return async (
    mail: Pick<WaitingMail, 'kind' | 'organizerId' | 'facts' | 'language' | 'recipient'>,
  ): Promise<MailText | null> => {
    const { kind, organizerId, language } = mail;
    if (Object.hasOwn(accountTexts, kind)) {
      const facts = 'link' in mail.facts ? { ...mail.facts, link: whole(String(mail.facts.link)) } : mail.facts;
      const write = accountTexts[kind as AccountKind] as WriteAccountMail<object>;
      return write(facts, wordingIn(language ?? usualLanguage));
    }
    if (!Object.hasOwn(bookingTexts, kind)) return null;
    const facts = await withReason(bypassingRls, mail.facts as MailFacts[BookingKind]);
    const { bookingId } = facts;
    const order = await readOrder(bypassingRls, { bookingId, organizerId });
    if (!order) return null;
    // It waited while the address was corrected: what it would open is no business of whoever reads there.
    const isOfBefore = order.email !== null && order.email !== mail.recipient && kind !== 'contact-corrected';
    if (isOfBefore) return null;
    const isConfirmation = kind === 'booking-confirmed';
    const write = bookingTexts[kind as BookingKind] as WriteOrderMail<object>;
    const read = language ?? order.language ?? usualLanguage;
    const text = write(order, facts, {
      wording: wordingIn(read),
      orderLink: whole('link' in facts ? facts.link : bookings.orderLink(order)),
      giveBack: isConfirmation ? await bookings.giveBack(bookingId) : null,
      codes: isConfirmation ? await bookings.codes(bookingId) : noCodes,
    });
    const calendar = isConfirmation ? await bookings.calendar(bookingId, read) : null;
    return calendar === null ? text : { ...text, calendar };
  };
}
