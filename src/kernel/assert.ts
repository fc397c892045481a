/** Thrown when our own code is wrong. It fails the request and is logged; it is never swallowed. */
class Bug extends Error {
  override readonly name = 'Bug';
}

/** Throws {@link Bug} with the sentence unless the condition holds. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Bug(sentence);
}
