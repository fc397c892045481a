import { editDistance, typosForgiven } from './edit-distance.ts';

/** A word that documents have, and in how many of them, roughly. */
export interface KnownWord {
  readonly word: string;
  readonly frequency: number;
}

const similarMax = 6;

/** How many typing errors are forgiven in a word: none in numbers, since years and dates are no misspelling of each other. */
export function errorsForgiven(word: string): number {
  return /^\p{N}+$/u.test(word) ? 0 : typosForgiven(word);
}

/** In a short word only the letters behind the first are forgiven, or it could be anything. */
export function canBeMeant(typed: string, candidate: string): boolean {
  return typed.length >= 5 || typed[0] === candidate[0];
}

/** Those of the words that somebody who typed this may have meant, nearest first; never the typed word itself. */
export function similarWords(typed: string, known: Iterable<KnownWord>): string[] {
  const most = errorsForgiven(typed);
  const candidates = new Map<string, { errors: number; frequency: number }>();
  for (const { word, frequency } of known) {
    if (word === typed) continue;
    const errors = editDistance(typed, word, most);
    if (errors <= most && canBeMeant(typed, word)) candidates.set(word, { errors, frequency });
  }
  const ordered = [...candidates].sort(([a, x], [b, y]) => {
    return (
      x.errors - y.errors ||
      firstLetter(typed, b) - firstLetter(typed, a) ||
      y.frequency - x.frequency ||
      (a < b ? -1 : 1)
    );
  });
  return ordered.slice(0, similarMax).map(([word]) => word);
}

/** People rarely mistype the first letter. */
function firstLetter(typed: string, candidate: string): number {
  return typed[0] === candidate[0] ? 1 : 0;
}
