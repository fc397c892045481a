import { createHttpClient, type HttpClient, type Reply } from './http-client.ts';
import type { Pauses } from './pauses.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Show } from './show.ts';
import { increase, type Tally, type ViewStep } from './tally.ts';

/** People who look and do not buy, each over a connection of their own. */
export interface Viewers {
  /** From now on they send what is left of the rate once buyers have sent theirs. */
  begin(openedAt: number): void;
  /** They send nothing more; resolves when all are answered. */
  stop(): Promise<void>;
}

/** What they ask for, and how often of a hundred times. */
const looks: readonly (readonly [ViewStep, number])[] = [
  ['viewNumbers', 40],
  ['viewEvent', 25],
  ['viewPage', 15],
  ['viewSeats', 5],
  ['viewSearch', 10],
  ['viewList', 5],
];
const words = ['rehearsal', 'music', 'arena', 'piano', 'summer'];
/** So often it is looked whether requests are due: they are counted from when they were, not from then. */
const tickMs = 2;
const gatheredAtOnce = 100;

/**
 * Lets viewers connect, before the doors open. Then requests leave at a fixed rate, buyers' included, whatever is answered (an open
 * loop): one whose viewer still waits for the last answer waits for it too, and its latency runs from when it was due.
 */
export async function gatherViewers(parts: {
  readonly url: string;
  readonly count: number;
  /** Of viewers and buyers together. */
  readonly perSecond: number;
  readonly show: Show;
  readonly tally: Tally;
  readonly random: SeededRandom;
  readonly pauses: Pauses;
}): Promise<Viewers> {
  const { url, count, perSecond, show, tally, random, pauses } = parts;
  const viewers = Array.from({ length: count }, () => createHttpClient(url, 1));
  const tags = new Map<string, string>();
  const underWay = new Set<Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let next = 0;

  function pathOf(step: ViewStep): string {
    const event = `/api/events/${show.eventId}`;
    if (step === 'viewEvent') return event;
    if (step === 'viewNumbers') return `${event}/availability`;
    if (step === 'viewSeats') return `${event}/seats`;
    if (step === 'viewPage') return `/e/${show.eventId}`;
    return step === 'viewList' ? '/api/events' : `/api/search?term=${words[random.below(words.length)]}`;
  }

  function note(step: ViewStep, path: string, reply: Reply, ms: number): void {
    if (reply.kind !== 'answer') {
      tally.failed += 1;
      increase(tally.errors, reply.kind === 'timeout' ? 'no answer in time' : reply.reason);
      return;
    }
    const { status, header } = reply.answer;
    tally.latencies[step].record(ms);
    tally.everything.record(ms);
    const tag = header('etag');
    if (tag !== null) tags.set(path, tag);
    if (status === 200 || status === 304) return;
    tally.failed += 1;
    increase(status >= 500 ? tally.errors : tally.refusals, `viewer: status ${status}`);
  }

  function look(dueAt: number): void {
    const step = random.weighted(looks);
    const path = pathOf(step);
    const tag = tags.get(path);
    const accept = step === 'viewPage' ? 'text/html' : 'application/json';
    tally.requests += 1;
    const asked = viewers[next++ % count]!.send({
      method: 'GET',
      path,
      headers: { accept, ...(tag !== undefined && { 'if-none-match': tag }) },
    });
    const noted = asked.then((reply) => {
      underWay.delete(noted);
      note(step, path, reply, performance.now() - dueAt);
    });
    underWay.add(noted);
  }

  await connectAll(viewers, pathOf('viewNumbers'), pauses);
  return {
    begin(openedAt) {
      timer = setInterval(() => {
        const due = Math.floor(((performance.now() - openedAt) * perSecond) / 1_000);
        while (tally.requests < due) look(openedAt + ((tally.requests + 1) * 1_000) / perSecond);
      }, tickMs);
    },
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      for (const viewer of viewers) viewer.close();
    },
  };
}

async function connectAll(viewers: readonly HttpClient[], path: string, pauses: Pauses): Promise<void> {
  for (let from = 0; from < viewers.length; from += gatheredAtOnce) {
    pauses.throwIfOver();
    await Promise.all(viewers.slice(from, from + gatheredAtOnce).map((viewer) => viewer.send({ method: 'GET', path })));
  }
}
