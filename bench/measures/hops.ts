import { median } from '../alternate.ts';
import { type Bench, cpu, type Measure, ms, percent, perSecond, type Row, temporaryFolder } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { ownCpuMsOf } from '../load/cpu.ts';
import { buyHolds, buyOrders, prepareHolds, reserveRequest, settle, type Timing } from '../product/buyers.ts';
import { type FrontAndOwner, startFrontAndOwner } from '../product/front-and-owner.ts';
import { type Product, startProduct } from '../product/product.ts';
import { createShow, type Show } from '../product/shows.ts';
import { warmupMs } from './purchase.ts';

const shareMust = 0.4;
const shareStretch = 0.25;
const addedMsMust = 1;
const connections = 64;
/** Of what these processes can carry on two cores a quarter or less: what a hop adds is not what a queue adds. */
const arrivals = { hold: 1_000, purchase: 500 };

/** Where requests come in, whose events they are about, and whose CPU counts. */
interface Way {
  readonly at: Product;
  readonly counted: Product;
  createShow(capacity: number): Promise<Show>;
}

interface Round extends LoadResult {
  /** CPU per answer of the process that counts, and of the one that was asked, without their children. */
  readonly ownMicros: number;
  readonly askedMicros: number;
}

type Kind = keyof typeof arrivals;

/**
 * One event's owner behind another process, against a process that does it all, in turns: what of a hold and of a purchase is left at
 * the owner. That decides how many processes before it one event can use.
 */
export const hops: Measure = {
  key: 'hops',
  about:
    'CPU at the owner of an event per hold and purchase that came by another process, against one that does it all',
  async run(bench) {
    const pair = await startFrontAndOwner(bench);
    const folder = await temporaryFolder(bench);
    const single = await startProduct(folder);
    bench.atEnd(single.stop);
    const ways = {
      alone: { at: single, counted: single, createShow: (capacity) => createShow(single, capacity) },
      owner: wayTo(pair.owner, pair),
      front: wayTo(pair.front, pair),
    } satisfies Record<string, Way>;
    for (const way of Object.values(ways)) await warm(bench, way);
    const rows: Row[] = [];
    for (const kind of ['hold', 'purchase'] as const) rows.push(...(await measure(bench, kind, ways)));
    return rows;
  },
};

const wayTo = (at: Product, { owner, createOwnedShow }: FrontAndOwner): Way => ({
  at,
  counted: owner,
  createShow: createOwnedShow,
});

async function warm(bench: Bench, { at, createShow: create }: Way): Promise<void> {
  const measureMs = bench.quick ? 2_000 : 8_000;
  await buyOrders(at, [await create(measureMs * 10)], { connections, warmupMs: 0, measureMs });
  await settle(at);
}

async function measure(bench: Bench, kind: Kind, ways: Readonly<Record<'alone' | 'owner' | 'front', Way>>) {
  const full: Timing = { connections, warmupMs, measureMs: bench.seconds * 1_000 };
  const easy: Timing = { ...full, arrivalsPerSecond: arrivals[kind] };
  const rounds = { alone: [] as Round[], owner: [] as Round[], front: [] as Round[] };
  const added: number[] = [];
  for (let round = 0; round < bench.rounds; round++) {
    for (const name of ['alone', 'front', 'owner'] as const) {
      const result = await play(kind, ways[name], full);
      rounds[name].push(result);
      say(bench, `${kind}, ${name}`, result);
    }
    const [byFront, direct] = [await play(kind, ways.front, easy), await play(kind, ways.owner, easy)];
    added.push(byFront.p50Ms - direct.p50Ms);
    say(bench, `${kind}, by the front at ${arrivals[kind]}/s`, byFront);
    say(bench, `${kind}, at the owner at ${arrivals[kind]}/s`, direct);
  }
  const share = (of: readonly Round[]) => median(rounds.front.map(({ ownMicros }, i) => ownMicros / of[i]!.ownMicros));
  const micros = (of: readonly Round[]) => median(of.map(({ ownMicros }) => ownMicros));
  const rate = (of: readonly Round[]) => perSecond(median(of.map((one) => one.perSecond)));
  const ratio = share(rounds.alone);
  return [
    {
      what: `${kind} that came by a hop: CPU at the owner, of one process that does it all`,
      goal: `≤ ${percent(shareMust)} (stretch ${percent(shareStretch)})`,
      measured:
        `${cpu(micros(rounds.front))} (front ${cpu(median(rounds.front.map(({ askedMicros }) => askedMicros)))}), ${rate(rounds.front)}; ` +
        `alone ${cpu(micros(rounds.alone))}, ${rate(rounds.alone)}`,
      ratio,
      met: ratio <= shareMust,
      details: rounds,
    },
    {
      what: `… of the same process where the ${kind} comes to it itself`,
      goal: 'for orientation',
      measured: `${cpu(micros(rounds.owner))}, ${rate(rounds.owner)}`,
      ratio: share(rounds.owner),
      met: null,
    },
    {
      what: `… added to the median by the hop, at ${arrivals[kind]}/s`,
      goal: `≤ ${addedMsMust} ms`,
      measured: ms(median(added)),
      ratio: null,
      met: median(added) <= addedMsMust,
      details: added,
    },
  ] satisfies Row[];
}

/** One round on a show of its own. Purchases are checked against the database. */
async function play(kind: Kind, { at, counted, createShow: create }: Way, timing: Timing): Promise<Round> {
  const perSecondMax = timing.arrivalsPerSecond ?? (kind === 'hold' ? 14_000 : 7_000);
  const count = Math.ceil(perSecondMax * (timing.warmupMs + timing.measureMs + 1_000) * 0.001);
  const show = await create(count);
  const holds = kind === 'purchase' ? await prepareHolds(at, show, count) : [];
  const request = reserveRequest(show);
  await settle(at);
  const before = [counted, at].map(({ pid }) => ownCpuMsOf(pid));
  const result =
    kind === 'purchase'
      ? await buyHolds(at, show, holds, timing)
      : await runLoad({ port: at.port, ...timing, next: () => request });
  const [ownMicros, askedMicros] = [counted, at].map(
    ({ pid }, i) => ((ownCpuMsOf(pid) - before[i]!) * 1_000) / okOf(result),
  );
  await settle(at);
  return { ...result, ownMicros: ownMicros!, askedMicros: askedMicros! };
}

function okOf({ statuses }: LoadResult): number {
  return statuses['201'] ?? 0;
}

function say(bench: Bench, what: string, { perSecond: rate, ownMicros, p50Ms, p99Ms, statuses }: Round): void {
  bench.say(
    `${what}: ${perSecond(rate)}, ${cpu(ownMicros)}, p50 ${p50Ms}, p99 ${p99Ms} ms, ${JSON.stringify(statuses)}`,
  );
}
