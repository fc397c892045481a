/**
 * The cards of the sandbox by a number as cards have them: the form is filled in as with a real one, and what is sent is the
 * sandbox's token. No other number is ever taken, so no real card can come here.
 */
export const testCards: readonly { readonly token: string; readonly number: string }[] = [
  { token: 'tok_ok', number: '4242 4242 4242 4242' },
  { token: 'tok_3ds', number: '4000 0025 0000 3155' },
  { token: 'tok_declined', number: '4000 0000 0000 0002' },
  { token: 'tok_insufficient_funds', number: '4000 0000 0000 9995' },
  { token: 'tok_slow', number: '4000 0000 0000 0077' },
  { token: 'tok_timeout_paid', number: '4000 0000 0000 0127' },
  { token: 'tok_timeout_unpaid', number: '4000 0000 0000 0119' },
  { token: 'tok_webhook_late', number: '4000 0000 0000 0259' },
  { token: 'tok_webhook_twice', number: '4000 0000 0000 2685' },
  { token: 'tok_webhook_never', number: '4000 0000 0000 1976' },
  { token: 'tok_refund_fails', number: '4000 0000 0000 5126' },
];

const digitsOf = (typed: string) => typed.replace(/\D/g, '');

/** The sandbox's token of a card number; undefined: none of its cards. */
export function tokenOf(typed: string): string | undefined {
  const digits = digitsOf(typed);
  return testCards.find(({ number }) => digitsOf(number) === digits)?.token;
}

/** Digits in fours, as they stand on a card. */
export function formatNumber(typed: string): string {
  return digitsOf(typed)
    .slice(0, 19)
    .replace(/(.{4})(?=.)/g, '$1 ');
}

/** `MM / YY` while it is typed. */
export function formatExpiry(typed: string, before = ''): string {
  let digits = digitsOf(typed).slice(0, 4);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`.slice(0, 4);
  if (digits.length < 2) return digits;
  // The slash that was taken away stays away.
  if (digits.length === 2 && before.startsWith(digits) && before.length > typed.length) return digits;
  return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
}

/** Whether the check digit of a card number (Luhn) is right. */
export function isCardNumber(typed: string): boolean {
  const digits = digitsOf(typed);
  if (digits.length < 12) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    sum += i % 2 === 0 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2;
  }
  return sum % 10 === 0;
}

/** Why an expiry is none, by a calendar; null: it is one that has not passed. */
export function expiryFault(typed: string, now: Date): 'missing' | 'form' | 'past' | null {
  const digits = digitsOf(typed);
  if (digits === '') return 'missing';
  const month = Number(digits.slice(0, 2));
  if (digits.length !== 4 || month < 1 || month > 12) return 'form';
  return new Date(2000 + Number(digits.slice(2)), month, 1) <= now ? 'past' : null;
}
