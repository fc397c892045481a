import type { Situation, Words } from '../texts/problem-words.ts';
import { textsOf } from '../texts/texts.ts';
import { ApiProblem, NoAnswer } from './problem.ts';

/**
 * What to say of something that failed: a refusal by its code, an answer that did not come, and for all else "That's on us" with
 * the id under which the logs have it.
 */
export function wordsOf(error: unknown, situation: Situation = {}): Words {
  const { codes, noAnswer, unknown } = textsOf('problems');
  if (error instanceof NoAnswer) return noAnswer;
  if (!(error instanceof ApiProblem)) return unknown({});
  const words = codes[error.code] as Words | ((facts: unknown, situation: Situation) => Words) | undefined;
  if (words === undefined) return unknown(error.body);
  return typeof words === 'function' ? words(error.body, situation) : words;
}
