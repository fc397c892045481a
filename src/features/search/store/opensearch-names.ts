import { wordsOfText } from '../domain/fold-text.ts';
import { foldPhrase, type SearchName } from '../domain/search-document.ts';
import type { FoundName } from './search-store.ts';

/** A name as a document has it, with what ranks it. */
export interface IndexedName extends FoundName {
  readonly lexeme: string;
  /** Folded. */
  readonly begins: string;
  readonly words: readonly string[];
}

const nameWordsMax = 120;

/**
 * A name as one value of the index: what it begins with, its words, and behind them all that is shown. Values are counted by the engine, so
 * the same name is the same value in all documents.
 */
export function nameValue({ kind, lexeme, name: text }: SearchName, city: string | null): string | null {
  const words = wordsOfText(text, nameWordsMax);
  if (words.length === 0) return null;
  const id = kind === 'city' ? null : Number(lexeme.slice(2));
  return `${foldPhrase(text)}|${words.join(' ')}|${JSON.stringify([lexeme, id, text, kind === 'venue' ? city : null])}`;
}

/** Reads what {@link nameValue} wrote. */
export function readNameValue(kind: SearchName['kind'], value: string): IndexedName {
  const [begins = '', words = ''] = value.split('|', 2);
  const rest = JSON.parse(value.slice(begins.length + words.length + 2)) as [string, number | null, string, string];
  const [lexeme, id, text, city] = rest;
  return { kind, lexeme, id, text, city, begins, words: words.split(' ') };
}

/** A pattern of values whose phrase begins so. Folded texts hold letters, digits, marks and spaces: none means anything in a pattern. */
export function beginningPattern(phrase: string): string {
  return `${phrase}.*`;
}

/** A pattern of values with one of these words, or with one that begins so. */
export function wordPattern(words: readonly string[], isUnfinished: boolean): string {
  const rest = isUnfinished ? '.*' : '( [^|]*)?\\|.*';
  return `[^|]*\\|([^|]* )?(${words.join('|')})${rest}`;
}
