/** A promise of the product is broken, in a sentence. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** Throws a {@link Violation} with the sentence unless the claim is true. */
export function claim(isTrue: boolean, sentence: string): asserts isTrue {
  if (!isTrue) throw new Violation(sentence);
}
