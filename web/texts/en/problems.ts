import type { ProblemCode } from '../../../src/contract/problems.ts';
import { clock, date, ownTimeZone, plural } from '../format.ts';
import { type ProblemTexts, type Situation, short, type Words } from '../problem-words.ts';
import { staffTexts } from './problems/staff.ts';

const at = (moment: string) => date(moment, ownTimeZone(), 'time');
const onDay = (moment: string) => `${date(moment, ownTimeZone(), 'short')}, ${at(moment)}`;
const minutes = (value: number) => `${value} ${plural(value, { one: 'minute', other: 'minutes' })}`;
const wait = (seconds: number) => (seconds < 60 ? `${seconds} seconds` : minutes(Math.ceil(seconds / 60)));
const stillHeld = ({ heldMinutes }: Situation, until: string) =>
  heldMinutes === undefined
    ? `The seats are yours until ${at(until)}.`
    : `The seats are still yours for ${minutes(heldMinutes)}.`;
const code = ({ typed }: Situation) => typed?.toUpperCase() ?? 'This code';

const onUs = ({ traceId }: { readonly traceId?: string }): Words => ({
  title: 'That’s on us.',
  text: `What you typed is kept.${traceId ? ` If you write to us, name ${traceId}.` : ''}`,
});

/** Why a bank says no, as far as it says why. */
function declined(failureCode: string): { readonly title: string; readonly advice: string } {
  switch (failureCode) {
    case 'INSUFFICIENT_FUNDS':
    case 'insufficient_funds':
      return { title: 'There is too little money on this card.', advice: 'Try another card.' };
    case 'AUTHENTICATION_FAILED':
      return {
        title: 'Your bank could not confirm that it is you.',
        advice: 'Try again, or take another card.',
      };
    case 'CANCELLED_BY_BUYER':
      return { title: 'You did not confirm the payment at your bank.', advice: 'Try again, or take another card.' };
    case 'PAYMENT_TIMED_OUT':
      return { title: 'Your bank was not answered in time.', advice: 'Try again, or take another card.' };
    default:
      return {
        title: 'Your bank declined this card.',
        advice: 'Try another card, or ask your bank whether online payments are on.',
      };
  }
}

const codes: ProblemTexts = {
  ...staffTexts,
  // paying
  PAYMENT_DECLINED: (facts, situation) => {
    const { title, advice } = declined(facts.failureCode);
    const { attemptsLeft } = facts;
    const tries =
      attemptsLeft === undefined
        ? ''
        : attemptsLeft === 0
          ? ' No other card can be tried for this order: choose the seats anew.'
          : ` ${attemptsLeft} ${plural(attemptsLeft, { one: 'try is', other: 'tries are' })} left.`;
    return {
      title: `${title} No money has moved.`,
      text: `${stillHeld(situation, facts.expiresAt)}${attemptsLeft === 0 ? '' : ` ${advice}`}${tries}`,
    };
  },
  TOO_MANY_DECLINES: ({ retryAfterSeconds }, { heldMinutes }) => ({
    title: 'Too many cards were declined. No money has moved.',
    text: `For safety, wait ${wait(retryAfterSeconds)}.${heldMinutes === undefined ? '' : ` Your seats stay held for ${minutes(heldMinutes)}.`}`,
  }),
  TOO_MANY_ATTEMPTS: ({ limit }) => ({
    title: 'This order was tried too often. No money has moved.',
    text: `After ${limit} payments that did not work we stop. Choose the seats anew and start again.`,
  }),
  PAYMENT_PROVIDER_DOWN: ({ expiresAt }) => ({
    title: 'The payment service doesn’t answer. Nothing was charged.',
    text: `Your seats stay held until ${at(expiresAt)}; we try again when you press.`,
  }),
  PAYMENT_PROVIDER_OFF: {
    title: 'One cannot pay this way here. Nothing was charged.',
    text: 'Load the page again to see the ways to pay.',
  },
  PAYMENT_PROVIDER_UNKNOWN: { title: 'One cannot pay this way here. Nothing was charged.', text: '' },
  PAYMENT_MISSING: { title: 'This order costs money.', text: 'Choose how you pay. Nothing was charged.' },
  PAYMENT_TOKEN_UNKNOWN: {
    title: 'The payment service does not know this card. Nothing was charged.',
    text: 'Check its number, or take another card.',
  },
  PAYMENT_UNCLEAR: { title: 'It is not clear how you want to pay. Nothing was charged.', text: 'Choose again.' },
  AMOUNT_NOT_PAYABLE: ({ currency }) => ({
    title: 'This amount cannot be charged by card. Nothing was charged.',
    text: `In ${currency} the payment service takes other steps. Choose another way to pay.`,
  }),
  ATTENDEE_NAMES_NEEDED: {
    title: 'Each ticket needs the name of who comes.',
    text: 'Nothing was charged. Add the names that are missing.',
  },
  MAIL_OR_ACCOUNT_NEEDED: {
    title: 'This show needs your mail address.',
    text: 'There is a limit for each person. Nothing was charged: add your address and press again.',
  },
  GUESTS_REFUSED: {
    title: 'This show is sold to accounts only.',
    text: 'Sign in or register; what you hold stays held meanwhile. Nothing was charged.',
  },
  CONTACT_CORRECTED_OFTEN: ({ max }) => ({
    title: 'The mail address was corrected too often.',
    text: `That can be done ${max} times. Write to the organiser.`,
  }),
  CONTACT_OF_ACCOUNT: {
    title: 'This order belongs to an account.',
    text: 'Sign in with it to correct the name or the mail address.',
  },
  LEGAL_VERSION_UNKNOWN: {
    title: 'The terms have changed meanwhile. Nothing was charged.',
    text: 'Read them, and press again.',
  },
  IDEMPOTENCY_IN_FLIGHT: {
    title: 'This payment is under way.',
    text: 'We ask again by ourselves. Nothing is charged twice.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    title: 'This press was used for another order.',
    text: 'Nothing new was charged. Press again.',
  },
  IDEMPOTENCY_KEYS_DIFFER: onUs({}),
  IDEMPOTENCY_KEY_INVALID: onUs({}),
  IDEMPOTENCY_KEY_WEAK: onUs({}),
  BOOKING_NOT_PAID: { title: 'This order is not paid.', text: 'No money has moved.' },

  // the hold
  RESERVATION_EXPIRED: {
    title: 'Your time is over. No money has moved.',
    text: 'The seats went back on sale. What you typed is kept.',
  },
  RESERVATION_UNKNOWN: {
    title: 'There are no seats held here for you.',
    text: 'They were given up, or held in another browser. No money has moved.',
  },
  RESERVATION_IN_PAYMENT: {
    title: 'These seats are being paid for already.',
    text: 'Perhaps in another tab. We ask how it ends; nothing is charged twice.',
  },
  ALREADY_RENEWED: {
    title: 'More time is there once, and you have taken it.',
    text: 'The seats stay yours until the clock is at zero.',
  },
  SEATS_TAKEN: {
    title: 'Somebody was faster. No money has moved.',
    text: 'Not all of these seats are free any more. Choose others.',
  },
  NOT_ENOUGH_TICKETS: ({ available, held, nextExpiryAt }) => ({
    title:
      available === 0
        ? `None free this moment${held > 0 ? `, ${held} held by others` : ''}.`
        : `Only ${available} ${plural(available, { one: 'is', other: 'are' })} free this moment.`,
    text:
      held === 0
        ? 'Take fewer, or choose others.'
        : `Not sold out: people are paying.${nextExpiryAt === null ? '' : ` The next seat may come back in ${clock((Date.parse(nextExpiryAt) - Date.now()) / 1000)}.`}`,
  }),
  SOLD_OUT: { title: 'Sold out.', text: 'All places are paid for.' },
  LIMIT_PER_CUSTOMER: ({ limit, already }) => ({
    title: `${limit} is the most for one person.`,
    text:
      already >= limit
        ? `You have ${already}, so no more are possible.`
        : already > 0
          ? `You have ${already}, so ${limit - already} more ${plural(limit - already, { one: 'is', other: 'are' })} possible.`
          : 'Take fewer.',
  }),
  LIMIT_PER_RESERVATION: ({ limit }) => ({ title: `${limit} is the most for one order.`, text: 'Take fewer.' }),
  LIMIT_PER_RATE: ({ rate, limit }) => ({
    title: `${limit} is the most of “${rate}” in one order.`,
    text: 'Take another rate for the rest.',
  }),
  RATE_NOT_ALONE: ({ rate, onlyWith }) => ({
    title: `“${rate}” is sold only together with “${onlyWith}”.`,
    text: `Add a ticket of “${onlyWith}”.`,
  }),
  RATE_UNKNOWN: ({ rate }) => ({ title: `There is no rate “${rate}” any more.`, text: 'Choose another.' }),
  HOLD_LIMIT_PER_CUSTOMER: ({ limit, held }) => ({
    title: `${limit} places are the most one may hold at once.`,
    text: `You hold ${held}. Pay for them or give some up first.`,
  }),
  HOLD_LIMIT_PER_NETWORK: {
    title: 'Too many places are held from your network.',
    text: 'Sign in with an account, or try again in some minutes.',
  },
  EVENT_NOT_ON_SALE: ({ reason, opensAt }) =>
    reason === 'not_yet' && opensAt !== null
      ? { title: `On sale from ${onDay(opensAt)}.`, text: 'Come back then.' }
      : reason === 'over'
        ? { title: 'The sale is over.', text: 'There are no tickets any more.' }
        : { title: 'This show is not on sale now.', text: 'No money has moved.' },
  TICKET_TYPE_NOT_ON_SALE: { title: 'These tickets are not on sale now.', text: 'Choose others.' },
  TICKET_TYPE_UNKNOWN: { title: 'These tickets do not exist any more.', text: 'Choose others.' },
  TICKET_TYPE_NEEDED: { title: 'There are several kinds of tickets.', text: 'Choose one.' },
  TICKET_UNKNOWN: { title: 'These seats do not exist any more.', text: 'Choose others.' },
  SELECTION_UNCLEAR: { title: 'It is not clear which seats you want.', text: 'Choose again.' },
  SEAT_MAP_UNKNOWN: { title: 'There is no seat map here.', text: '' },

  // codes
  PROMO_CODE_UNKNOWN: (_facts, situation) => ({
    title: `${code(situation)} is no code for this show.`,
    text: 'Check how it is written.',
  }),
  PROMO_CODE_USED_UP: ({ held }, situation) => ({
    title: `${code(situation)} is used up.`,
    text:
      held > 0
        ? `${held} of its uses ${plural(held, { one: 'is in a cart', other: 'are in carts' })} and may come back.`
        : '',
  }),
  PROMO_CODE_LIMIT: ({ limit }, situation) => ({
    title: `You have used ${code(situation)} as often as one may.`,
    text: `${limit} ${plural(limit, { one: 'time', other: 'times' })} for one person.`,
  }),
  PROMO_CODE_NOT_APPLICABLE: (_facts, situation) => ({
    title: `${code(situation)} counts for none of these tickets.`,
    text: '',
  }),
  PROMO_CODE_NOT_VALID: ({ reason, opensAt }, situation) => ({
    title: reason === 'over' ? `${code(situation)} has ended.` : `${code(situation)} does not count yet.`,
    text: opensAt === null ? '' : `It counts from ${onDay(opensAt)}.`,
  }),
  ACCESS_CODE_UNKNOWN: (_facts, situation) => ({
    title: `${code(situation)} is no code for this show.`,
    text: 'Check how it is written.',
  }),
  ACCESS_CODE_USED_UP: (_facts, situation) => short(`${code(situation)} is used up.`),
  ACCESS_CODE_LIMIT: (_facts, situation) => short(`You have used ${code(situation)} as often as one may.`),
  ACCESS_CODE_NOT_APPLICABLE: (_facts, situation) => short(`${code(situation)} opens none of these tickets.`),
  ACCESS_CODE_NOT_VALID: ({ reason, opensAt }, situation) => ({
    title: reason === 'over' ? `${code(situation)} has ended.` : `${code(situation)} does not count yet.`,
    text: opensAt === null ? '' : `It counts from ${onDay(opensAt)}.`,
  }),
  TOO_MANY_GUESSES: ({ retryAfterSeconds }) => ({
    title: 'Too many wrong tries.',
    text: `Wait ${wait(retryAfterSeconds)}.`,
  }),

  // tickets that one has
  ORDER_LINK_UNKNOWN: {
    title: 'This link opens no order.',
    text: 'It may be too old. Find your order by mail address and number.',
  },
  BOOKING_UNKNOWN: { title: 'There is no such order of yours.', text: 'Sign in, or open the link in your mail.' },
  BOOKING_VERSION_MISMATCH: {
    title: 'This order has changed meanwhile.',
    text: 'Load the page again, and look first.',
  },
  CANCELLATION_BREAKS_RATE: ({ tickets }) => ({
    title: 'Other tickets are only sold together with this one.',
    text: `Give these back first, or all: ${tickets.map(({ ticketType, rate }) => `${ticketType}, ${rate}`).join('; ')}.`,
  }),
  CANCELLATION_NOT_ALLOWED: { title: 'Tickets of this show cannot be given back.', text: '' },
  CANCELLATION_TOO_LATE: ({ deadline }) => ({
    title: 'It is too late to give them back.',
    text: `That was possible until ${onDay(deadline)}.`,
  }),
  PRESS_BUSY: ({ retryAfterSeconds }) => ({
    title: 'Many tickets are being printed right now.',
    text: `Try again in ${wait(retryAfterSeconds)}.`,
  }),
  PICTURE_BUSY: { title: 'Many pictures are being drawn right now.', text: '' },
  TICKETS_NONE: { title: 'There is no ticket in this order to come in with.', text: '' },
  TICKET_NOT_BOOKED: { title: 'This ticket is in no order.', text: '' },
  EVENT_GONE: { title: 'This show was taken away.', text: 'Search for another one.' },
  EVENT_NOT_FOUND: { title: 'There is no such show.', text: 'The link may be old. Search for it instead.' },
  EVENT_OVER: { title: 'This show is over.', text: '' },
  TOO_MANY_MAILS: ({ retryAfterSeconds }) => ({
    title: 'Too many mails were asked for.',
    text: `Try again in ${wait(retryAfterSeconds)}.`,
  }),

  // accounts
  LOGIN_FAILED: { title: 'Mail address and password don’t fit.', text: 'Check both, or set a new password.' },
  LOGIN_NEEDED: { title: 'You are not signed in.', text: 'Sign in to go on.' },
  LOGIN_BUSY: { title: 'Many people sign in right now.', text: 'Try again in a moment.' },
  MAIL_INVALID: { title: 'An account cannot have this mail address.', text: 'Check how it is written.' },
  MAIL_TAKEN: { title: 'Another account has this mail address by now.', text: 'Choose another one.' },
  MAIL_TOKEN_INVALID: { title: 'This link has been used, or is too old.', text: 'Ask for a new one.' },
  MAIL_UNVERIFIED: {
    title: 'Your mail address is not proven yet.',
    text: 'Follow the link in the mail that we sent you.',
  },
  PASSWORD_COMMON: {
    title: 'This password is one of the first that anybody would try.',
    text: 'Several words in a row are easy to keep in mind and hard to guess.',
  },
  PASSWORD_LONG: { title: 'This password is too long.', text: 'Take a shorter one.' },
  PASSWORD_SHORT: ({ lengthMin }) => ({
    title: 'This password is too short.',
    text: `At least ${lengthMin} characters.`,
  }),
  PASSWORD_WRONG: { title: 'This is not your password.', text: 'Try again.' },
  REFRESH_INVALID: { title: 'You have been signed out.', text: 'Sign in again. What you typed is kept.' },
  REFRESH_REUSED: {
    title: 'You have been signed out, for safety.',
    text: 'Somebody may have copied your login. Sign in again.',
  },
  TOKEN_EXPIRED: { title: 'You have been signed out.', text: 'Sign in again. What you typed is kept.' },
  TOKEN_INVALID: { title: 'You have been signed out.', text: 'Sign in again. What you typed is kept.' },
  SECOND_FACTOR_NEEDED: { title: 'A code of your second factor is needed.', text: 'Your app shows it.' },
  SECOND_FACTOR_OFF: { title: 'The second factor is not turned on.', text: '' },
  SECOND_FACTOR_ON: { title: 'The second factor is turned on already.', text: '' },
  SECOND_FACTOR_WRONG: { title: 'This code is wrong, or was used.', text: 'Take the next one that your app shows.' },
  SECOND_FACTOR_REQUIRED: { title: 'Your role needs a second factor.', text: 'Sign in again with its code.' },
  SESSION_UNKNOWN: { title: 'There is no such login.', text: 'It has ended already.' },
  ACCOUNT_NEEDED: { title: 'An account is needed.', text: 'Sign in to go on.' },
  ACCOUNT_UNKNOWN: { title: 'There is no such account.', text: '' },
  INVITATION_CLOSED: { title: 'This invitation has ended.', text: 'Ask for a new one.' },
  INVITATION_NOT_FOUND: { title: 'There is no such invitation.', text: 'Ask for a new one.' },
  INVITATION_OF_OTHERS: {
    title: 'This invitation is for another mail address.',
    text: 'Sign in with the account of that address.',
  },
  ORGANIZER_NOT_FOUND: { title: 'There is no such organiser.', text: '' },

  // all pages
  INTERNAL: onUs as () => Words,
  OWNER_CHANGED: {
    title: 'This show has just moved to another server. Nothing was charged.',
    text: 'What you typed is kept. Try again.',
  },
  UNAVAILABLE: { title: 'The server can’t answer right now.', text: 'What you typed is kept. Try again in a moment.' },
  RATE_LIMITED: ({ retryAfterSeconds }) => ({
    title: 'That was too much at once.',
    text: `Try again in ${wait(retryAfterSeconds)}.`,
  }),
  REQUEST_TOO_SLOW: { title: 'Your network is too slow right now.', text: 'What you typed is kept. Try again.' },
  VALIDATION_FAILED: {
    title: 'Something is not written as it should be.',
    text: 'Look at what is marked. Nothing was charged.',
  },
  NOT_FOUND: { title: 'There is nothing here.', text: 'The link may be old.' },
  ORIGIN_FOREIGN: { title: 'This came from another page than ours.', text: 'Open our page, and try again.' },
  VERSION_CONFLICT: { title: 'It was changed at the same time.', text: 'Try again.' },
  VERSION_MISMATCH: { title: 'It has changed meanwhile.', text: 'Load the page again, and look first.' },
  BODY_INVALID: onUs({}),
  BODY_TOO_LARGE: { title: 'That is too much text.', text: 'Shorten it.' },
  REQUEST_INVALID: onUs({}),
  HEADERS_TOO_LARGE: { title: 'Your browser sends too much.', text: 'Delete the cookies of this site, and try again.' },
};

/** What is said of each refusal: what happened, whether money moved, what now. */
export const texts: {
  readonly codes: { readonly [Code in ProblemCode]: ProblemTexts[Code] };
  readonly noAnswer: Words;
  readonly unknown: typeof onUs;
} = {
  codes,
  noAnswer: { title: 'The server doesn’t answer.', text: 'What you typed is kept. Check your network, and try again.' },
  unknown: onUs,
};
