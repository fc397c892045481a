import type { ProblemCode, ProblemFacts } from '../../src/contract/problems.ts';

/** What a refusal says on the wire: its code decides, the rest are the facts of that code. */
export interface ProblemBody {
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly traceId: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
}

/** An answer of the API that refuses. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly body: ProblemBody;
  /** Seconds after which asking again makes sense, where the server said so. */
  readonly retryAfter: number | undefined;

  constructor(body: ProblemBody, retryAfter?: number) {
    super(`${body.code}: ${body.title}`);
    this.body = body;
    this.retryAfter = retryAfter;
  }

  get code(): ProblemCode {
    return this.body.code;
  }

  /** The facts of this code, if it is the one. */
  facts<Code extends ProblemCode>(code: Code): (ProblemBody & ProblemFacts<Code>) | undefined {
    return this.body.code === code ? (this.body as ProblemBody & ProblemFacts<Code>) : undefined;
  }
}

/** Whether a refusal says that what was asked for is not there, or not any more. */
export function isNotThere(error: unknown): boolean {
  return error instanceof ApiProblem && (error.body.status === 404 || error.body.status === 410);
}

/** No answer came, or one that is none of ours: it is not known whether the request was carried out. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
}
