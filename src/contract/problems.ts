import type { Static, TObject, TProperties } from 'typebox';
import { bookingProblems } from './problems/booking.ts';
import { catalogProblems } from './problems/catalog.ts';
import { edgeProblems } from './problems/edge.ts';
import { identityProblems } from './problems/identity.ts';
import { inventoryProblems } from './problems/inventory.ts';
import type { AnyProblemKind } from './problems/kind.ts';
import { pricingProblems } from './problems/pricing.ts';

/**
 * The one table of refusal codes: what each means over HTTP, and which facts it carries. A code that stands nowhere here does
 * not compile where it is refused with (`Refused`); `docs/problems.md` and the OpenAPI document are made of it.
 */
export const problems = {
  ...edgeProblems,
  ...identityProblems,
  ...catalogProblems,
  ...inventoryProblems,
  ...pricingProblems,
  ...bookingProblems,
};

/** A code that a client can be answered. */
export type ProblemCode = keyof typeof problems;

/** The facts of a code as the wire has them. */
export type ProblemFacts<Code extends ProblemCode> = (typeof problems)[Code] extends {
  readonly facts: infer Facts extends TProperties;
}
  ? Static<TObject<Facts>>
  : unknown;

/** Facts that are moments: milliseconds inside, ISO 8601 on the wire. The edge knows them by the same names. */
type MomentName = `${string}At` | `${string}From` | `${string}Until` | 'deadline' | 'from' | 'until';

type ReadonlyValue<T> = T extends readonly (infer Item)[]
  ? readonly ReadonlyValue<Item>[]
  : T extends object
    ? { readonly [Name in keyof T]: ReadonlyValue<T[Name]> }
    : T;

type FactsInside<Facts> = {
  readonly [Name in keyof Facts]: ReadonlyValue<Facts[Name]> | (Name extends MomentName ? number : never);
};

/** A refusal with one of some codes: the code, and the facts that its answer shows. */
export type RefusalOf<Code extends ProblemCode> = {
  readonly [Each in Code]: { readonly code: Each } & FactsInside<ProblemFacts<Each>>;
}[Code];

/** Any refusal that a client can be answered. */
export type Refusal = RefusalOf<ProblemCode>;

/** What a code means. */
export function problemKind(code: ProblemCode): AnyProblemKind {
  return problems[code];
}

/** The codes of a union of refusals, as a route declares them (`config.problems`): one that is missing does not compile. */
export function codesOf<R extends { readonly code: ProblemCode }>(
  codes: Readonly<Record<R['code'], true>>,
): readonly R['code'][] {
  return Object.keys(codes) as R['code'][];
}
