import { Client, errors } from '@opensearch-project/opensearch';
import type { Clock } from '../clock/clock.ts';
import { StartRefused } from '../start-refused.ts';

/** OpenSearch could not be asked, did not answer in time, or cannot do now what it was asked: somebody else must. */
export class OpenSearchUnavailable extends Error {
  override readonly name = 'OpenSearchUnavailable';
}

/** OpenSearch answered that what was asked of it is wrong, or not there. */
export class OpenSearchRefused extends Error {
  override readonly name = 'OpenSearchRefused';
  readonly status: number;
  constructor(message: string, options: { readonly status: number; readonly cause: unknown }) {
    super(message, { cause: options.cause });
    this.status = options.status;
  }
}

/** What is wrong with an OpenSearch: while it is so, nothing is sent to it but the question whether it works again. */
export type OpenSearchTrouble = 'unreachable' | 'slow' | 'failing' | 'unfit';

/** One request of its REST interface. `lines`: the body of the interfaces that take a line of JSON each. */
export interface OpenSearchRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  readonly path: string;
  readonly body?: object;
  readonly lines?: readonly object[];
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  /** How long an answer is waited for, where not as long as a search is. */
  readonly patienceMs?: number;
}

/** What was asked of an OpenSearch so far, by how it went. Untried: nothing was sent, because it is away. */
export interface OpenSearchCounts {
  answered: number;
  failed: number;
  untried: number;
}

/** The OpenSearch that a process uses for what may be lost: everybody can do without. */
export interface OpenSearch {
  /** Where it is, without a password, and which setting says so. */
  readonly place: string;
  /** Null while all is well. */
  readonly trouble: OpenSearchTrouble | null;
  readonly counts: OpenSearchCounts;
  /**
   * Asks it. Rejects with {@link OpenSearchUnavailable} at once while it is away, after `patienceMs` if it does not answer, and where it
   * has no room or no leader; with {@link OpenSearchRefused} where it says that the request is wrong.
   */
  ask<Answer>(request: OpenSearchRequest): Promise<Answer>;
  close(): Promise<void>;
}

/** Nobody who searches waits longer for an answer. */
const patienceMs = 1_000;
const beatEveryMs = 1_000;
/** One that was too slow for a search may well be quick to say that it lives: it is left alone for so long. */
const restAfterSlowMs = 3_000;
const oldestMajor = 2;

const words: Record<OpenSearchTrouble, string> = {
  unreachable: 'cannot be reached',
  slow: `does not answer within ${patienceMs} ms`,
  failing: 'fails',
  unfit: 'cannot be used',
};

/**
 * Connects to an OpenSearch. Throws StartRefused with one line that names the setting if what answers there is none, or refuses us. It never
 * throws for being away, now or later: once a second it is asked for a sign of life, and `trouble` says what came of it.
 */
export async function openOpenSearch(parts: {
  /** One or several addresses of one cluster, with user and password in them. */
  readonly urls: readonly string[];
  /** The setting that named it. */
  readonly setting: string;
  readonly ca: string | undefined;
  readonly clock: Pick<Clock, 'after' | 'measure'>;
  /** Something an operator should find in the log. */
  readonly onNotice: (sentence: string) => void;
}): Promise<OpenSearch> {
  const { urls, setting, ca, clock, onNotice } = parts;
  // Retries would only add up to more waiting: whoever searches has somebody else to ask.
  const client = new Client({
    nodes: [...urls],
    maxRetries: 0,
    requestTimeout: patienceMs,
    ...(ca !== undefined && { ssl: { ca } }),
  });
  const place = `OpenSearch at ${urls.map((url) => new URL(url).host).join(', ')} (${setting})`;
  const counts: OpenSearchCounts = { answered: 0, failed: 0, untried: 0 };
  let trouble: OpenSearchTrouble | null = null;
  let lastError = '';
  let restsUntil = Number.NEGATIVE_INFINITY;
  let isClosed = false;

  function change(to: OpenSearchTrouble | null): void {
    if (to === 'slow') restsUntil = clock.measure() + restAfterSlowMs;
    if (to === trouble || isClosed) return;
    trouble = to;
    if (to === null) onNotice(`${place} works again.`);
    else {
      const cause = lastError && to !== 'slow' ? `: ${lastError.replace(/\.$/, '')}` : '';
      onNotice(`${place} ${words[to]}${cause}. Searches are answered by PostgreSQL until it works again.`);
    }
  }

  /** Sends it, whatever was wrong before. */
  async function send<Answer>(request: OpenSearchRequest): Promise<Answer> {
    const { method, path, body, lines, query, patienceMs: ownPatienceMs } = request;
    try {
      const { body: answer } = await client.transport.request(
        {
          method,
          path,
          ...(query && { querystring: { ...query } }),
          ...(body && { body }),
          ...(lines && { bulkBody: [...lines] }),
        },
        ownPatienceMs === undefined ? {} : { requestTimeout: ownPatienceMs },
      );
      return answer as Answer;
    } catch (error) {
      if (error instanceof errors.ResponseError && isAboutRequest(error)) {
        throw new OpenSearchRefused(reasonOf(error), { status: error.statusCode ?? 0, cause: error });
      }
      throw error;
    }
  }

  async function ask<Answer>(request: OpenSearchRequest): Promise<Answer> {
    if (trouble !== null) {
      counts.untried += 1;
      throw new OpenSearchUnavailable(`${place} ${words[trouble]}`);
    }
    try {
      const answer = await send<Answer>(request);
      counts.answered += 1;
      return answer;
    } catch (error) {
      if (error instanceof OpenSearchRefused) {
        counts.answered += 1;
        throw error;
      }
      counts.failed += 1;
      lastError = reasonOf(error);
      change(troubleOf(error));
      throw new OpenSearchUnavailable(`${place}: ${lastError}`, { cause: error });
    }
  }

  /** Asks for a sign of life. Answers what is wrong; a reason not to start is thrown. */
  async function beat(): Promise<OpenSearchTrouble | null> {
    try {
      const { version } = await send<{ version?: { distribution?: string; number?: string } }>({
        method: 'GET',
        path: '/',
      });
      if (version?.distribution !== 'opensearch') {
        throw new StartRefused(`${place} is no OpenSearch. Name one of version ${oldestMajor} or newer.`);
      }
      if (Number.parseInt(version.number ?? '', 10) < oldestMajor) {
        throw new StartRefused(`${place} is OpenSearch ${version.number}; Onsale needs ${oldestMajor} or newer.`);
      }
      return null;
    } catch (error) {
      if (error instanceof StartRefused) throw error;
      const { statusCode } = error as { statusCode?: number };
      if (statusCode === 401 || statusCode === 403 || isDenial(error)) {
        throw new StartRefused(`${place} refuses the user or the password.`, { cause: error });
      }
      lastError = reasonOf(error);
      return troubleOf(error);
    }
  }

  let cancelBeat = () => {};
  function beatAgain(): void {
    cancelBeat = clock.after(beatEveryMs, async () => {
      if (clock.measure() >= restsUntil) {
        change(
          await beat().catch((error: Error): OpenSearchTrouble => {
            lastError = error.message;
            return 'unfit';
          }),
        );
      }
      if (!isClosed) beatAgain();
    });
  }

  const close = async () => {
    isClosed = true;
    cancelBeat();
    await client.close();
  };
  try {
    change(await beat());
  } catch (error) {
    await close();
    throw error;
  }
  beatAgain();
  return {
    place,
    counts,
    get trouble() {
      return trouble;
    },
    ask,
    close,
  };
}

/** Whether it says something about the request, and not about itself: too busy, no leader, or no room. */
function isAboutRequest({ statusCode }: { readonly statusCode?: number | undefined }): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 && ![401, 408, 429].includes(statusCode);
}

function isDenial(error: unknown): boolean {
  return error instanceof OpenSearchRefused && error.status === 403;
}

function troubleOf(error: unknown): OpenSearchTrouble {
  if (error instanceof errors.TimeoutError) return 'slow';
  if (error instanceof errors.ResponseError || error instanceof OpenSearchRefused) return 'failing';
  return 'unreachable';
}

/** In a few words, without what was sent. */
function reasonOf(error: unknown): string {
  if (error instanceof errors.ResponseError) {
    const { error: said } = (error.body ?? {}) as { error?: { reason?: string; type?: string } | string };
    const reason = typeof said === 'string' ? said : (said?.reason ?? said?.type);
    return `${error.statusCode}${reason ? ` ${reason.slice(0, 200)}` : ''}`;
  }
  return (error as Error).message.slice(0, 200);
}
