import { codesOf } from '../../contract/problems.ts';
import type { TooManyGuesses } from './commands/code-guesses.ts';
import type { PlaceHoldRefusal } from './commands/place-hold.ts';
import type { CodeChangeRefusal, ReservationRefusal } from './domain/types.ts';

/** Everything that this slice refuses with. */
export type InventoryRefusals = PlaceHoldRefusal | ReservationRefusal | TooManyGuesses;

/** The codes that a hold can be refused with, whoever makes it. */
export const placeHoldProblems = codesOf<PlaceHoldRefusal>({
  ACCESS_CODE_LIMIT: true,
  ACCESS_CODE_NOT_APPLICABLE: true,
  ACCESS_CODE_NOT_VALID: true,
  ACCESS_CODE_UNKNOWN: true,
  ACCESS_CODE_USED_UP: true,
  EVENT_NOT_FOUND: true,
  EVENT_NOT_ON_SALE: true,
  GUESTS_REFUSED: true,
  HOLD_LIMIT_PER_CUSTOMER: true,
  HOLD_LIMIT_PER_NETWORK: true,
  IDEMPOTENCY_KEY_REUSED: true,
  LIMIT_PER_CUSTOMER: true,
  LIMIT_PER_RATE: true,
  LIMIT_PER_RESERVATION: true,
  MAIL_OR_ACCOUNT_NEEDED: true,
  NOT_ENOUGH_TICKETS: true,
  PROMO_CODE_LIMIT: true,
  PROMO_CODE_NOT_APPLICABLE: true,
  PROMO_CODE_NOT_VALID: true,
  PROMO_CODE_UNKNOWN: true,
  PROMO_CODE_USED_UP: true,
  RATE_NOT_ALONE: true,
  RATE_UNKNOWN: true,
  SEATS_TAKEN: true,
  SELECTION_UNCLEAR: true,
  SOLD_OUT: true,
  TICKET_TYPE_NEEDED: true,
  TICKET_TYPE_NOT_ON_SALE: true,
  TICKET_TYPE_UNKNOWN: true,
  TICKET_UNKNOWN: true,
  UNAVAILABLE: true,
});

/** What a proposal is not refused for: it writes nothing, repeats nothing, and looking needs no account. */
const onlyOfHolds = new Set<string>(['GUESTS_REFUSED', 'IDEMPOTENCY_KEY_REUSED', 'UNAVAILABLE']);

/** The codes that asking for a proposal or a price can be refused with: those of the hold that it would be. */
export const proposalProblems = [
  ...placeHoldProblems.filter((code) => !onlyOfHolds.has(code)),
  'TOO_MANY_GUESSES',
] as const;

/** The codes that another promo code on a hold can be refused with. */
export const codeChangeProblems = [
  ...codesOf<CodeChangeRefusal>({
    ACCESS_CODE_LIMIT: true,
    ACCESS_CODE_NOT_APPLICABLE: true,
    ACCESS_CODE_NOT_VALID: true,
    ACCESS_CODE_UNKNOWN: true,
    ACCESS_CODE_USED_UP: true,
    ALREADY_RENEWED: true,
    LIMIT_PER_CUSTOMER: true,
    MAIL_OR_ACCOUNT_NEEDED: true,
    PROMO_CODE_LIMIT: true,
    PROMO_CODE_NOT_APPLICABLE: true,
    PROMO_CODE_NOT_VALID: true,
    PROMO_CODE_UNKNOWN: true,
    PROMO_CODE_USED_UP: true,
    RESERVATION_EXPIRED: true,
    RESERVATION_IN_PAYMENT: true,
    RESERVATION_UNKNOWN: true,
    TOO_MANY_ATTEMPTS: true,
  }),
  'TOO_MANY_GUESSES',
] as const;

/** The codes that reading, renewing, releasing or paying for a reservation can be refused with. */
export const reservationProblems = codesOf<ReservationRefusal>({
  ALREADY_RENEWED: true,
  RESERVATION_EXPIRED: true,
  RESERVATION_IN_PAYMENT: true,
  RESERVATION_UNKNOWN: true,
  TOO_MANY_ATTEMPTS: true,
});
