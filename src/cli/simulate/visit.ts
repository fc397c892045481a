import type { BuyerPlan } from './behaviours.ts';
import type { Stage } from './funnel.ts';
import type { Entry } from './history/history.ts';
import type { HistoryNotes } from './history/history-file.ts';
import type { HttpAnswer } from './http-answer.ts';
import type { HttpClient, Reply, Request } from './http-client.ts';
import type { PageStep } from './page-requests.ts';
import { beginPageVisit, type PagePlan, type PageVisit } from './page-visit.ts';
import type { Pauses } from './pauses.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Shop } from './shop.ts';
import type { Show } from './show.ts';
import { increase, type Step, type Tally } from './tally.ts';
import type { Witness } from './witness.ts';

/** What all buyers of a rehearsal share. */
export interface Crowd {
  readonly show: Show;
  readonly client: HttpClient;
  readonly tally: Tally;
  readonly witness: Witness;
  /** Thinking takes this many times less than for people. */
  readonly speed: number;
  /** `performance.now()` at the opening. */
  readonly openedAt: number;
  /** `performance.now()` after which nobody waits for seats any more. */
  readonly closesAt: number;
  readonly pauses: Pauses;
  /** Begins the keys of this rehearsal: a crowd that comes again, by the same seed, is no repetition. */
  readonly keyPrefix: string;
  /** Null: nobody comes by the pages. */
  readonly shop: Shop | null;
  readonly notes: HistoryNotes;
}

export interface Answer {
  readonly status: number;
  /** The problem's code, or null. */
  readonly code: string | null;
  readonly body: Record<string, unknown>;
  readonly sessionToken: string | null;
  /** The value of a header; null if it is not there. */
  header(name: string): string | null;
  readonly sentAt: number;
  /** When it was sent for the first time, before any retry. */
  readonly firstSentAt: number;
  /** An answer before this one did not say whether anything was done. */
  readonly wasUnclear: boolean;
  readonly answeredAt: number;
}

/** The server did not answer, or broke: the visit is over. It has been counted as an error. */
export class VisitFailed extends Error {
  override readonly name = 'VisitFailed';
}

const busyRetriesMax = 8;

/**
 * One buyer's time on the site: sends requests, thinks, and counts. A latency runs from when the request was meant to
 * leave (the arrival, or the end of a thought), so that a late client or a queue makes it longer, never invisible.
 */
export interface Visit {
  readonly crowd: Crowd;
  readonly plan: BuyerPlan;
  readonly random: SeededRandom;
  /** An access token: who is signed in needs no guest session. */
  readonly account: string | null;
  /** Null: this buyer asks the API alone. */
  readonly page: PageVisit | null;
  sessionToken: string | null;
  /** Notes what it asked and heard. */
  note(entry: Omit<Entry, 'client'>): void;
  /** The headers that say whose the hold and the booking are. */
  owner(): Readonly<Record<string, string>>;
  /** A new idempotency key. */
  newKey(): string;
  /** Counts the visit as having come so far, once. */
  reach(stage: Stage): void;
  /** Thinks for this many seconds of a person. */
  think(fromSeconds: number, toSeconds: number): Promise<void>;
  /** Waits for so many milliseconds of the server's time, which no speed compresses. */
  wait(ms: number): Promise<void>;
  /**
   * Sends and waits for the answer; 429 and 503 are obeyed and sent again. Throws {@link VisitFailed} if there is none.
   * `null`: the client's own time limit ended it.
   */
  ask(step: Step, request: Request): Promise<Answer | null>;
}

export function beginVisit(
  crowd: Crowd,
  plan: BuyerPlan,
  random: SeededRandom,
  arrivesAt: number,
  { account = null, page = null }: { readonly account?: string | null; readonly page?: PagePlan | null } = {},
): Visit {
  const { client, tally, openedAt, pauses } = crowd;
  const reached = new Set<Stage>();
  const name = `B${++crowd.tally.visits}`;
  let meantAt = arrivesAt;

  async function pause(ms: number): Promise<void> {
    const wakesAt = performance.now() + ms;
    if (ms > 0) await pauses.pause(ms);
    meantAt = wakesAt;
  }

  async function send(visit: Visit, step: Step, request: Request): Promise<{ reply: Reply; sentAt: number }> {
    pauses.throwIfOver();
    const headers = { ...request.headers, ...visit.owner() };
    const sentAt = performance.now();
    const from = Math.min(meantAt, sentAt);
    tally.requests += 1;
    const reply = await client.send({ ...request, headers });
    const answeredAt = performance.now();
    if (reply.kind === 'answer') {
      tally.latencies[step].record(answeredAt - from);
      tally.everything.record(answeredAt - from);
      if (reply.answer.status >= 500 || reply.answer.status === 429) tally.failed += 1;
      if (isOfPages(step)) {
        tally.pages[step].bytes += reply.answer.bytes;
        if (reply.answer.status === 304) tally.pages[step].unchanged += 1;
      }
    }
    meantAt = answeredAt;
    return { reply, sentAt };
  }

  const visit: Visit & { page: PageVisit | null } = {
    crowd,
    plan,
    random,
    account,
    page: null,
    sessionToken: null,
    note: (entry) => crowd.notes.note({ client: name, ...entry }),
    owner: () => ({
      ...(account !== null && { authorization: `Bearer ${account}` }),
      ...(visit.sessionToken !== null && { 'x-session-token': visit.sessionToken }),
    }),
    newKey: () => `${crowd.keyPrefix}${random.hex(16)}`,
    reach(stage) {
      if (reached.has(stage)) return;
      reached.add(stage);
      tally.funnel.reached(stage, account !== null);
    },
    think: (from, to) => pause((random.between(from, to) * 1000) / crowd.speed),
    wait: pause,
    async ask(step, request) {
      const firstSentAt = performance.now();
      let wasUnclear = false;
      for (let tries = 0; ; tries++) {
        const { reply, sentAt } = await send(visit, step, request);
        if (reply.kind === 'timeout' && request.timeoutMs !== undefined) return null;
        if (reply.kind !== 'answer') {
          tally.failed += 1;
          increase(tally.errors, reply.kind === 'timeout' ? 'no answer in time' : reply.reason);
          throw new VisitFailed();
        }
        const answeredAt = performance.now();
        const answer = toAnswer(reply.answer, { sentAt, answeredAt, firstSentAt, wasUnclear });
        if (answer.sessionToken !== null && visit.sessionToken === null) visit.sessionToken = answer.sessionToken;
        if (answer.status < 400) return answer;
        tally.count('refusals', answeredAt - openedAt);
        increase(tally.refusals, answer.code ?? `status ${answer.status}`);
        const isBusy = answer.status === 429 || answer.status === 503;
        if (isBusy && tries < busyRetriesMax) {
          wasUnclear ||= answer.status === 503;
          const seconds = Number(reply.answer.header('retry-after') ?? 1) || 1;
          await pause(seconds * 1000 * random.between(1, 1.5));
          continue;
        }
        if (answer.status >= 500) {
          increase(tally.errors, `status ${answer.status}`);
          throw new VisitFailed();
        }
        return answer;
      }
    },
  };
  if (page !== null && crowd.shop !== null) visit.page = beginPageVisit(visit, crowd.shop, page);
  visit.reach('came');
  return visit;
}

function isOfPages(step: Step): step is PageStep {
  return step.startsWith('page:');
}

function toAnswer(
  answer: HttpAnswer,
  times: Pick<Answer, 'sentAt' | 'answeredAt' | 'firstSentAt' | 'wasUnclear'>,
): Answer {
  const json = /json/.test(answer.header('content-type') ?? '') ? answer.json() : null;
  const body = json !== null && typeof json === 'object' ? (json as Record<string, unknown>) : {};
  return {
    status: answer.status,
    code: typeof body.code === 'string' ? body.code : null,
    body,
    sessionToken: answer.header('x-session-token'),
    header: answer.header,
    ...times,
  };
}
