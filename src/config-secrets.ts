/**
 * What a secret that is set must be in production, in words that follow the setting's name; undefined if it is. Every
 * secret setting has one of these: a new one cannot be forgotten.
 */
export type Strength = (text: string) => string | undefined;

/** Words of documents and examples. A random text holds one by chance once in millions. */
const exampleWords =
  /change.?me|change.?it|default|example|insecure|placeholder|password|passw0rd|development|dummy|secret|0123456|abcdef|qwerty/i;
/** Whole passwords that anybody would try, and those that images and guides come with. */
const firstGuesses = /^(?:postgres(?:ql)?|onsale|admin|administrator|root|user|test|guest|letmein|welcome)\W*\d*$/i;
const drawnLengthMin = 32;
const keyLengthMin = 20;
const passwordLengthMin = 8;

/** Something that signs, drawn at random for this installation. */
export const drawn: Strength = (text) =>
  text.length < drawnLengthMin || isPlain(text)
    ? `must be random in production: ${drawnLengthMin} characters or more (openssl rand -base64 32)`
    : undefined;

/** A key of Stripe: with one for tests, anybody pays with the card numbers of Stripe’s documentation. */
export const liveKey: Strength = (text) =>
  /^[sr]k_live_/.test(text) && isIssued(text.slice('sk_live_'.length))
    ? undefined
    : 'must be a live key in production (sk_live_… or rk_live_…), as Stripe shows it: with any other the tickets are free';

/** What another company has drawn for us, after its prefix. */
export const issued: Strength = (text) =>
  isIssued(text.slice(text.indexOf('_') + 1)) ? undefined : 'must be in production what Stripe shows, not an example';

/** An address with a password in it; without one somebody else sees to who may come in. */
export const addressWithPassword: Strength = (text) => {
  const { username, password } = new URL(text);
  if (password === '') return undefined;
  const plain = decodeURIComponent(password);
  const isWeak = plain.length < passwordLengthMin || plain === decodeURIComponent(username) || firstGuesses.test(plain);
  return isWeak || exampleWords.test(plain) || new Set(plain).size < 4
    ? `must not hold a password in production that is short (under ${passwordLengthMin}) or stands in examples`
    : undefined;
};

/** A file of a key: TLS itself refuses those that are too short. */
export const checkedElsewhere: Strength = () => undefined;

function isIssued(text: string): boolean {
  return text.length >= keyLengthMin && !isPlain(text);
}

function isPlain(text: string): boolean {
  return new Set(text).size < 10 || exampleWords.test(text);
}
