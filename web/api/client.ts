import { language } from '../texts/texts.ts';
import { ApiProblem, NoAnswer, type ProblemBody } from './problem.ts';
import { noteServerTime } from './server-clock.ts';

export interface ApiRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until the request counts as unanswered. */
  readonly patienceMs?: number;
  /** Goes without who is signed in: what signs in, or renews it. */
  readonly isAnonymous?: boolean;
  /** The answer is a file (`Blob`). */
  readonly isFile?: boolean;
}

const usualPatienceMs = 15_000;

/** Who asks: supplied by the session. */
interface Authorizing {
  /** The header, or null for a guest. */
  authorization(): Promise<string | null>;
  /** Hears that a header was refused. Answers whether to ask again, with another. */
  renew(refused: string): Promise<boolean>;
}
let authorizing: Authorizing | null = null;
export function authorizeBy(supply: Authorizing): void {
  authorizing = supply;
}

/** A token ended before its time: the request was not carried out. */
const endedTokens: ReadonlySet<string> = new Set(['TOKEN_EXPIRED', 'TOKEN_INVALID']);

/**
 * Asks the API; guests are known by their cookie. Throws {@link ApiProblem} for a refusal, {@link NoAnswer} if no answer came
 * or none that is ours.
 */
export async function askApi<Answer>(path: string, request: ApiRequest = {}): Promise<Answer> {
  const authorization = request.isAnonymous ? null : ((await authorizing?.authorization()) ?? null);
  try {
    return await ask<Answer>(path, request, authorization);
  } catch (error) {
    const hasEnded = error instanceof ApiProblem && authorization !== null && endedTokens.has(error.code);
    if (!hasEnded || !(await authorizing!.renew(authorization))) throw error;
    return ask<Answer>(path, request, (await authorizing!.authorization()) ?? null);
  }
}

async function ask<Answer>(path: string, request: ApiRequest, authorization: string | null): Promise<Answer> {
  const { method = 'GET', body, headers, signal, patienceMs = usualPatienceMs } = request;
  const patience = AbortSignal.timeout(patienceMs);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: request.isFile ? '*/*' : 'application/json',
        ...(language !== 'pseudo' && { 'accept-language': language }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(authorization && { authorization }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NoAnswer(`${method} ${path}`, { cause: error });
  }
  noteServerTime(response.headers.get('date'));
  if (response.status === 204) return undefined as Answer;
  const type = response.headers.get('content-type') ?? '';
  let answer: unknown;
  try {
    if (request.isFile && response.ok) answer = await response.blob();
    else answer = type.includes('json') ? await response.json() : await response.text();
  } catch (error) {
    throw new NoAnswer(`${method} ${path}`, { cause: error });
  }
  if (response.ok) return answer as Answer;
  if (!type.includes('problem+json')) throw new NoAnswer(`${method} ${path}: ${response.status}`);
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  throw new ApiProblem(answer as ProblemBody, Number.isFinite(wait) ? wait : undefined);
}
