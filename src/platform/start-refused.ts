/**
 * Why Onsale does not start, or cannot go on: one line for the operator that says what is wrong and what to do about
 * it. The command line prints the message alone, without a stack, and ends with a non-zero exit code.
 */
export class StartRefused extends Error {
  override readonly name: string = 'StartRefused';
}
