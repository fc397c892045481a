import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { type ArrivalShape, planArrivals } from './arrivals.ts';
import { type BuyerPlan, drawBuyer } from './behaviours.ts';
import type { HistoryNotes } from './history/history-file.ts';
import { createHttpClient, type HttpClient } from './http-client.ts';
import { drawPagePlan } from './page-visit.ts';
import { createPauses } from './pauses.ts';
import { playBuyer } from './play-buyer.ts';
import { seededRandom } from './seeded-random.ts';
import { openShop, readShopPages } from './shop.ts';
import { readAvailability, type Show } from './show.ts';
import { createTally, increase, type Tally } from './tally.ts';
import { gatherViewers } from './viewers.ts';
import type { Crowd } from './visit.ts';
import { createWitness, type Witness } from './witness.ts';

export interface CrowdOptions {
  readonly url: string;
  readonly show: Show;
  readonly buyers: number;
  readonly arrival: ArrivalShape;
  readonly durationMs: number;
  /** Until then whoever has left comes again, as somebody else; 0: nobody does. */
  readonly goesOnMs: number;
  /** People who only look, and how many requests a second they and the buyers send together. */
  readonly viewers: number;
  readonly perSecond: number;
  /** How long after the last arrival buyers still wait for seats. */
  readonly tailMs: number;
  readonly speed: number;
  readonly seed: number;
  readonly connections: number;
  /** The share, 0 to 1, of buyers who come by the pages of the shop. */
  readonly byPage: number;
  /** Called while the server still builds its pages. */
  readonly onBuilding: () => void;
  /** Access tokens of buyers' accounts, one each; when they are used up all are guests. */
  readonly accounts: readonly string[];
  readonly notes: HistoryNotes;
  readonly signal: AbortSignal;
  readonly onOpened: (tally: Tally, openedAt: number) => void;
}

export interface CrowdRun {
  readonly tally: Tally;
  readonly witness: Witness;
  readonly plans: readonly BuyerPlan[];
  readonly tailMs: number;
  readonly ms: number;
  readonly load: LoadCost;
}

/** What the rehearsal itself cost: it takes from a server on the same machine. */
export interface LoadCost {
  readonly cpuMs: number;
  /** By so much its own work was late, in 99 of 100 moments. */
  readonly lateP99Ms: number;
}

const seatSampleMs = 500;
const lateResolutionMs = 5;

/** The streams of the seed: arrivals, then one for each buyer. */
const arrivalStream = 0;
const buyerStream = 1;
/** Beyond those of all buyers: a crowd stays the same whoever of it comes by the pages. */
const pageStream = 1_000_000;
const viewerStream = 2_000_000;
const laterStream = 3_000_000;
/** A person who has left comes again after so many seconds. */
const awaySeconds = { least: 10, most: 30 };

/**
 * Lets the whole crowd in at the times that the plan says, whatever is answered, and waits until everyone has left.
 * Throws `Interrupted` when the signal comes.
 */
export async function runCrowd(options: CrowdOptions): Promise<CrowdRun> {
  const { show, buyers, durationMs, seed } = options;
  const arrivals = planArrivals(options.arrival, { buyers, durationMs, random: seededRandom(seed, arrivalStream) });
  const randoms = Array.from({ length: buyers }, (_, i) => seededRandom(seed, buyerStream + i));
  const plans: BuyerPlan[] = randoms.map(drawBuyer);
  const accounts = handOut(options.accounts, plans);
  const pagePlans = randoms.map((_, i) => {
    const random = seededRandom(seed, pageStream + i);
    return random.chance(options.byPage) ? drawPagePlan(random) : null;
  });
  const tally = createTally();
  const witness = createWitness();
  const client = createHttpClient(options.url, options.connections);
  const looker = createHttpClient(options.url, 1);
  const pauses = createPauses(options.signal);
  const pages =
    options.byPage === 0
      ? null
      : await readShopPages(looker, show.eventId, pauses, options).catch((error) => {
          looker.close();
          throw error;
        });
  const shop = pages && openShop(pages, options.url, options.connections, tally);
  const viewers =
    options.viewers === 0
      ? null
      : await gatherViewers({
          ...options,
          count: options.viewers,
          tally,
          random: seededRandom(seed, viewerStream),
          pauses,
        });
  const late = monitorEventLoopDelay({ resolution: lateResolutionMs });
  late.enable();
  const cpuBefore = process.cpuUsage();
  const openedAt = performance.now();
  const crowd: Crowd = {
    show,
    client,
    tally,
    witness,
    speed: options.speed,
    openedAt,
    closesAt: openedAt + Math.max(durationMs, options.goesOnMs) + options.tailMs,
    pauses,
    keyPrefix: randomBytes(8).toString('hex'),
    shop,
    notes: options.notes,
  };
  options.onOpened(tally, openedAt);
  viewers?.begin(openedAt);
  const seats = watchSeats(looker, crowd);
  try {
    await letIn(crowd, arrivals, async (i) => {
      let arrivesAt = openedAt + arrivals[i]!;
      let [plan, random] = [plans[i]!, randoms[i]!];
      for (let visit = 1; ; visit++) {
        leave(tally, await playBuyer(crowd, plan, random, { arrivesAt, account: accounts[i]!, page: pagePlans[i]! }));
        random = seededRandom(seed, laterStream + i + visit * buyers);
        arrivesAt = performance.now() + (random.between(awaySeconds.least, awaySeconds.most) * 1_000) / options.speed;
        if (arrivesAt > openedAt + options.goesOnMs) return;
        await pauses.pause(arrivesAt - performance.now());
        plan = drawBuyer(random);
        plans.push(plan);
        come(tally, arrivesAt - openedAt);
      }
    });
    await viewers?.stop();
    const ms = performance.now() - openedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    const load = { cpuMs: (user + system) / 1_000, lateP99Ms: late.percentile(99) / 1e6 - lateResolutionMs };
    await seats.stop();
    return { tally, witness, plans, tailMs: options.tailMs, ms, load };
  } finally {
    late.disable();
    await viewers?.stop();
    await seats.stop();
    shop?.channels.closeAll();
    client.close();
    looker.close();
  }
}

/** An account for each buyer who wants one, as long as there are any. */
function handOut(tokens: readonly string[], plans: readonly BuyerPlan[]): (string | null)[] {
  let next = 0;
  return plans.map(({ hasAccount }) => (hasAccount ? (tokens[next++] ?? null) : null));
}

/** Starts each buyer at the planned time; resolves when all have left, throws what the first broken one threw. */
async function letIn(crowd: Crowd, arrivals: Float64Array, play: (buyer: number) => Promise<void>) {
  const { pauses, openedAt, tally } = crowd;
  const visits: Promise<void>[] = [];
  for (let i = 0; i < arrivals.length; ) {
    const now = performance.now() - openedAt;
    for (; i < arrivals.length && arrivals[i]! <= now; i++) {
      come(tally, arrivals[i]!);
      visits.push(play(i));
    }
    if (i < arrivals.length) await pauses.pause(Math.max(1, arrivals[i]! - (performance.now() - openedAt)));
  }
  const ended = await Promise.allSettled(visits);
  const broken = ended.find((end) => end.status === 'rejected');
  if (broken) throw broken.reason;
}

function come(tally: Tally, atMs: number): void {
  tally.inside += 1;
  tally.count('arrivals', atMs);
}

function leave(tally: Tally, outcome: Parameters<Tally['outcomes']['set']>[0]): void {
  tally.inside -= 1;
  increase(tally.outcomes, outcome);
}

/** Notes how many seats are free, held and sold, twice a second and once more at the end. */
function watchSeats(client: HttpClient, { show, tally, openedAt }: Crowd): { stop(): Promise<void> } {
  let over: (() => void) | null = null;
  const ended = new Promise<void>((resolve) => {
    over = resolve;
  });
  let isOver = false;
  const look = async () => {
    const { ticketTypes } = await readAvailability(client, show.eventId);
    const sum = (name: 'available' | 'held' | 'reserved' | 'sold') =>
      ticketTypes.reduce((total, type) => total + type[name], 0);
    const sample = {
      atMs: performance.now() - openedAt,
      available: sum('available'),
      held: sum('held'),
      reserved: sum('reserved'),
      sold: sum('sold'),
    };
    tally.seats.push(sample);
    if (sample.sold > 0 && sample.available + sample.held + sample.reserved === 0) tally.soldOutAtMs ??= sample.atMs;
  };
  const loop = async () => {
    while (!isOver) {
      await look().catch(() => {});
      let timer: NodeJS.Timeout | undefined;
      const next = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, seatSampleMs);
      });
      await Promise.race([next, ended]);
      clearTimeout(timer);
    }
    await look().catch(() => {});
  };
  const running = loop();
  return {
    async stop() {
      isOver = true;
      over?.();
      await running;
    },
  };
}
