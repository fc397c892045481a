import type { ProblemCode, ProblemFacts } from '../../src/contract/problems.ts';

/** What is said of a refusal: what happened and whether money moved (`title`), then what to do now (`text`, may be empty). */
export interface Words {
  readonly title: string;
  readonly text: string;
}

/** What the page knows beside the refusal's own facts. */
export interface Situation {
  /** Whole minutes that the buyer's places stay held, by the page's own clock. */
  readonly heldMinutes?: number | undefined;
  /** What the person typed that the refusal is about: a code. */
  readonly typed?: string | undefined;
}

/** The words of each code, all of them: a code without words does not compile. */
export type ProblemTexts<Code extends ProblemCode = ProblemCode> = {
  readonly [One in Code]: Words | ((facts: ProblemFacts<One>, situation: Situation) => Words);
};

/** A sentence that needs no other. */
export const short = (title: string): Words => ({ title, text: '' });
