import type { Refusal } from '../../contract/problem.ts';
import { bookingProblems } from './booking-problems.ts';
import { catalogProblems } from './catalog-problems.ts';
import { edgeProblems } from './edge-problems.ts';
import { identityProblems } from './identity-problems.ts';
import { inventoryProblems } from './inventory-problems.ts';
import { priceProblems } from './price-problems.ts';

/** How a refusal looks to a client: its status, a title that never changes, and a sentence made of its facts. */
export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly detail?: (facts: Refusal) => string;
}

/** The one table from refusal codes to HTTP. A code that is missing here answers 500 and fails a test. */
export const problemKinds: Record<string, ProblemKind> = {
  ...edgeProblems,
  ...identityProblems,
  ...catalogProblems,
  ...inventoryProblems,
  ...priceProblems,
  ...bookingProblems,
};

/** The kind of a code; for one that nobody mapped, an internal error. */
export function problemKind(code: string): ProblemKind {
  return problemKinds[code] ?? problemKinds.INTERNAL!;
}
