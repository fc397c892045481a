import { nothingFound, type SearchAnswer } from './search-store.ts';

/** A word of a term with what else it may stand for. */
export interface TypedWord {
  readonly word: string;
  /** Words that differ by a typing error or two, nearest first; empty until they are asked for. */
  readonly similar: readonly string[];
  /** Whether any document has the word, or what it may be the beginning or a part of. */
  readonly known: boolean;
}

/** What forgiving typing errors asks of an engine, all of it about one question. */
export interface Forgiving<Word extends TypedWord> {
  answer(words: readonly Word[]): Promise<SearchAnswer>;
  /** Adds to the words at these positions what is similar to them. */
  addSimilar(words: readonly Word[], positions: readonly number[]): Promise<Word[]>;
  /** The word that looks most like one that nobody knows, however far. */
  findLookAlike(word: string): Promise<string | undefined>;
  /** The first of these terms, spelt exactly so, that finds anything. */
  firstThatMatches(terms: readonly (readonly string[])[]): Promise<readonly string[] | null>;
}

const suggestionsMax = 4;

/**
 * Answers a term that matched nothing as it was typed: forgives typing errors, first in words that nobody knows, then in all of them.
 * Where nothing is near enough, a term that would have found something is named.
 */
export async function answerMistyped<Word extends TypedWord>(
  engine: Forgiving<Word>,
  typed: readonly Word[],
): Promise<SearchAnswer> {
  const unknown = positionsOf(typed, (word) => !word.known);
  const all = positionsOf(typed, () => true);
  for (const positions of unknown.length === 0 ? [all] : [unknown, all]) {
    const words = await engine.addSimilar(typed, positions);
    if (!words.every(({ known }) => known) || !words.some(({ similar }) => similar.length > 0)) continue;
    const answer = await engine.answer(words);
    if (answer.total > 0) return { ...answer, didYouMean: await firstOf(engine, rewritings(words)) };
  }
  const guesses: string[] = [];
  for (const { word, known } of typed) {
    const guess = known ? word : await engine.findLookAlike(word);
    if (guess !== undefined) guesses.push(guess);
  }
  const suggestions = [guesses, ...guesses.map((guess) => [guess])].filter((words) => words.length > 0);
  return { ...nothingFound, didYouMean: await firstOf(engine, suggestions) };
}

async function firstOf<Word extends TypedWord>(
  engine: Forgiving<Word>,
  terms: readonly (readonly string[])[],
): Promise<string | null> {
  const words = await engine.firstThatMatches(terms.slice(0, suggestionsMax));
  return words?.join(' ') ?? null;
}

function positionsOf(words: readonly TypedWord[], wanted: (word: TypedWord) => boolean): number[] {
  return words.flatMap((word, i) => (wanted(word) ? [i] : []));
}

/** The term with its mistyped words corrected: all nearest first, then other candidates word by word. */
function rewritings(words: readonly TypedWord[]): string[][] {
  const nearest = words.map(({ word, similar }) => similar[0] ?? word);
  const others = words.flatMap(({ similar }, i) => similar.slice(1).map((other) => nearest.with(i, other)));
  const partly = words.flatMap(({ word, similar }, i) => (similar.length > 0 ? [nearest.with(i, word)] : []));
  return [nearest, ...partly, ...others];
}
