import type { Clock } from '../../../platform/clock/clock.ts';

/**
 * Keeps the last answer for so long, for everybody: what many ask at once is asked of the database once. A failure is not kept.
 */
export function recently<Answer>(clock: Clock, keptMs: number, ask: () => Promise<Answer>): () => Promise<Answer> {
  let kept: { readonly answer: Promise<Answer>; readonly until: number } | undefined;
  return () => {
    const now = clock.now();
    if (kept && now < kept.until && now >= kept.until - keptMs) return kept.answer;
    const answer = ask();
    const mine = { answer, until: now + keptMs };
    kept = mine;
    answer.catch(() => {
      if (kept === mine) kept = undefined;
    });
    return answer;
  };
}
