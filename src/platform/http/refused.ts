import type { Refusal } from '../../contract/problems.ts';
import type { Decision } from '../../kernel/decision.ts';

/**
 * Thrown by a thin edge to answer a refusal; the HTTP server turns it into problem+json by the one table
 * (`contract/problems.ts`): a code that is not in it, or a fact that its code does not have, does not compile here. Domain code
 * returns refusals and never throws this.
 */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly refusal: Refusal;
  /** Of the request that was refused first, if this one repeats it; left out: the request's own. */
  readonly traceId: string | undefined;
  constructor(refusal: Refusal, traceId?: string) {
    // A refusal is no fault: nobody reads its stack, and in a rush capturing one costs more than answering it.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(refusal.code);
    Error.stackTraceLimit = stackTraceLimit;
    this.refusal = refusal;
    this.traceId = traceId;
  }
}

/** The value of an accepted decision; throws {@link Refused} for a refused one. For thin edges. */
export function acceptedValue<T>(decision: Decision<T, Refusal>): T {
  if (decision.accepted) return decision.value;
  throw new Refused(decision.refusal);
}
