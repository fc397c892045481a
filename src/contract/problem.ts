import { Type } from 'typebox';
import type { Decision } from '../kernel/decision.ts';

/** RFC 9457 problem details: the body of every error answer (`application/problem+json`). */
export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable, upper snake case: what a program decides by.' }),
    detail: Type.Optional(Type.String()),
    traceId: Type.String({ description: 'The correlation id of this request.' }),
    errors: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), message: Type.String() }), {
        description: 'The fields that are wrong, as JSON pointers.',
      }),
    ),
  },
  { $id: 'Problem', additionalProperties: true },
);

/** A refusal of the domain: its code, and the facts that the answer shows. */
export interface Refusal {
  readonly code: string;
  readonly [fact: string]: unknown;
}

/**
 * Thrown by a thin edge to answer a refusal; the HTTP server turns it into problem+json by one table
 * (`edges/http/problem-details.ts`). Domain code returns refusals and never throws this.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    // A refusal is no fault: nobody reads its stack, and in a rush capturing one costs more than answering it.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(refusal.code);
    Error.stackTraceLimit = stackTraceLimit;
    this.refusal = refusal;
  }
}

/** The value of an accepted decision; throws {@link Refused} for a refused one. For thin edges. */
export function acceptedValue<T>(decision: Decision<T, { readonly code: string }>): T {
  if (decision.accepted) return decision.value;
  throw new Refused(decision.refusal);
}
