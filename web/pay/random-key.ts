/** A key that nobody guesses. By numbers of our own: `randomUUID` is there only over HTTPS, and a phone in the same house has none. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
