import type { InjectOptions } from 'fastify';
import { type SeededRandom, seededRandom } from '../../src/cli/simulate/seeded-random.ts';
import type { RandomBytes } from '../../src/kernel/ids.ts';
import { type Clock, createManualClock, type ManualClock } from '../../src/platform/clock/clock.ts';
import type { LeasedOwnership } from '../../src/platform/ownership/leased-ownership-parts.ts';
import type { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { Violation } from './claim.ts';
import { type Crew, createCrew, type Member } from './crew.ts';
import type { Ground } from './ground.ts';
import type { Answer } from './process.ts';
import { createSentinel, type Sentinel } from './sentinel.ts';
import { openShow, type Show } from './show.ts';
import { createTroubles } from './troubles.ts';
import { drawCluster, drawFate, drawWeather, type Weather } from './weather.ts';
import { createWire, type Plant, type Wire } from './wire.ts';

/** What a planted bug may bend: traffic with PostgreSQL, the time a process believes in, or what it thinks it owns. */
export interface Bent extends Plant {
  readonly clock?: (clock: Clock) => Clock;
  /** The clock by which leases are waited for. */
  readonly leaseClock?: (clock: Clock) => Partial<Clock>;
  readonly ownership?: (ownership: LeasedOwnership) => void;
  /** The kind of world in which it shows. */
  readonly weather?: Partial<Weather>;
}

/** How a seed is played: by one process that is alone, or by several. */
export type Sellers = 'alone' | 'together';

/** A request on its way. `hear` gets the answer, or null if the client will never know it. */
export interface Request {
  readonly name: string;
  readonly request: InjectOptions;
  readonly hear: (answer: Answer | null) => void;
  /** Asked of whoever owns the event: others show it as it was some moments ago. */
  readonly isForOwner?: boolean;
}

/** One seed's world: virtual time, a wire with faults to a real PostgreSQL, and one process or several. */
export interface World {
  readonly seed: number;
  readonly random: SeededRandom;
  readonly weather: Weather;
  readonly clock: ManualClock;
  readonly wire: Wire;
  readonly metrics: Metrics;
  readonly ground: Ground;
  readonly show: Show;
  readonly log: readonly string[];
  readonly crew: Crew;
  readonly sentinel: Sentinel;
  /** How many processes there were. */
  readonly lives: number;
  /** Whatever happened that a request may fail for: a claim that spans one may not hold. */
  readonly faults: number;
  /** Whether a request may fail that was sent when {@link World.faults} was this. */
  mayFail(since: number): boolean;
  readonly underway: number;
  note(line: string): void;
  send(request: Request): void;
  /** Lets everything that can go on without PostgreSQL or time go on. Throws the first violation found. */
  rest(): Promise<void>;
  /** Lets time pass, in which leases are renewed or not; `clock.advance` jumps over time in which nothing happens to them. */
  pass(ms: number): Promise<void>;
  /** The same, while PostgreSQL answers now and then. */
  passSlowly(ms: number): Promise<void>;
  /** A process is killed; who was alone begins again at once. */
  crash(): Promise<void>;
  /** Something befalls processes that sell together. */
  meetTrouble(): Promise<void>;
  /** Starts a job of a process that is not running there. */
  startJob(member: Member, name: string, done?: () => void): void;
  /** From now on nothing fails and nothing is slow. */
  calm(): void;
  /** Goes on until nothing is under way. */
  finish(): Promise<void>;
  /** Goes on until the event is owned by a process that knows it. */
  untilOwned(): Promise<void>;
}

/** How long a process has the turn to run a job (`postgres-job-turns.ts`), and a little. */
const turnMs = 12_000;

export const worldStart = Date.UTC(2027, 0, 15, 12);

export async function createWorld(
  seed: number,
  ground: Ground,
  bent: Bent = {},
  sellers: Sellers = 'alone',
): Promise<World> {
  const random = seededRandom(seed);
  const faults = seededRandom(seed, 1);
  const bytes = seededRandom(seed, 2);
  const fortune = seededRandom(seed, 3);
  const randomBytes: RandomBytes = (count) => Uint8Array.from({ length: count }, () => bytes.below(256));
  const weather: Weather = {
    ...drawWeather(random),
    ...(sellers === 'together' && drawCluster(fortune)),
    ...bent.weather,
  };
  const isCluster = weather.processes > 1;
  const clock = createManualClock(worldStart);
  const leaseTime = createManualClock(worldStart);
  let databaseSetMs = 0;
  const log: string[] = [];
  const note = (line: string) => {
    log.push(`${((clock.now() - worldStart) / 1000).toFixed(3).padStart(9)} ${line}`);
  };
  let isCalm = true;
  const { metrics } = ground;
  const underway = new Set<object>();
  let running = 0;
  let broken: unknown;
  let activity = 0;
  const onViolation = (violation: unknown) => {
    broken ??= violation;
  };

  const onFailure = (what: string, error: unknown) => {
    note(`proc   ${what}: ${error instanceof Error ? error.message : error}`);
  };

  const sentinel = createSentinel({ ground, trustsClocks: weather.clocks !== 'wild', note, onViolation });
  const wire = createWire({
    postgres: ground.postgres,
    random: faults,
    fate: () => (isCalm ? 'fine' : drawFate(faults, weather)),
    note,
    plant: bent,
    // Leases and turns are over by the clock of PostgreSQL.
    async before(text) {
      if (isCluster && /\buntil\b/.test(text)) await ground.setTime(leaseTime.now() + databaseSetMs);
    },
    async after(worked) {
      if (isCluster) await sentinel.worked(worked);
    },
  });

  async function turns(): Promise<void> {
    for (let idle = 0; idle < 5; ) {
      const before = activity + wire.asked;
      await new Promise((done) => setImmediate(done));
      idle = activity + wire.asked === before ? idle + 1 : 0;
    }
  }

  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    if (!isCluster) return;
    // In steps: what comes of one timer happens before the next, or clocks that are a little fast would run away from others.
    for (let left = ms; left > 0; left -= 10) {
      leaseTime.advance(Math.min(left, 10));
      await new Promise((done) => setImmediate(done));
    }
    await wire.endIdle(leaseTime.measure());
  }

  /** Waits for a promise of the process while the wire is stepped for it. */
  async function drive<T>(work: Promise<T>): Promise<T> {
    let outcome: { value: T } | { error: unknown } | undefined;
    work.then(
      (value) => {
        outcome = { value };
        activity += 1;
      },
      (error) => {
        outcome = { error };
        activity += 1;
      },
    );
    for (let i = 0; ; i++) {
      await turns();
      if (outcome) break;
      if (i > 5_000) throw new Violation('A start or a finish never ends');
      if (!(await wire.step())) await pass(50);
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  const crew = createCrew({
    size: weather.processes,
    wire,
    ground,
    sentinel,
    random: fortune,
    randomBytes,
    metrics,
    clock: bent.clock?.(clock) ?? clock,
    leaseTime,
    note,
    onFailure,
    drive,
    bent,
  });
  const troubles = createTroubles({
    crew,
    weather,
    random: fortune,
    leaseTime,
    note,
    onFailure,
    underway,
    setDatabaseTime: (byMs) => {
      databaseSetMs = Math.max(-10_000, Math.min(10_000, databaseSetMs + byMs));
    },
  });

  await ground.sweep();
  await ground.setTime(worldStart);
  const first = await crew.start();
  const show = await openShow(first.process, ground, weather, { now: clock.now(), drive });
  if (isCluster) {
    await sentinel.watchEvent(show.eventId);
    while (crew.members.length < weather.processes) await crew.start();
    troubles.mark();
  }
  isCalm = false;

  /** Whom a client comes to. */
  function front(): Member {
    const open = crew.open();
    return open[open.length > 1 ? fortune.below(open.length) : 0]!;
  }

  const world: World = {
    seed,
    random,
    weather,
    clock,
    wire,
    metrics,
    ground,
    show,
    log,
    crew,
    sentinel,
    get lives() {
      return crew.lives;
    },
    get faults() {
      return wire.faults + troubles.count;
    },
    mayFail: (since) => world.faults > since || troubles.lasts,
    get underway() {
      return underway.size;
    },
    note,
    send({ name, request, hear, isForOwner = false }) {
      const isImpatient = !isCalm && random.chance(weather.impatience);
      const owner = isForOwner ? crew.open().find(({ line }) => sentinel.owns(line)) : undefined;
      const member = owner ?? front();
      const staleBefore = sentinel.stale;
      let isOver = false;
      const end = (answer: Answer | null) => {
        if (isOver) return;
        isOver = true;
        activity += 1;
        underway.delete(entry);
        member.underway.delete(entry);
        // What an owner of the past says does not count, whoever it is said to: it is lost with all that it has decided.
        const heard = sentinel.stale > staleBefore ? null : answer;
        const code = heard === null ? 'never heard' : `${heard.status} ${heard.body?.code ?? ''}`.trim();
        note(`answer ${name}: ${code}`);
        try {
          hear(heard);
        } catch (error) {
          onViolation(error);
        }
      };
      const entry = { lose: () => end(null) };
      underway.add(entry);
      member.underway.add(entry);
      const headers = { 'x-request-id': `${member.life}.${log.length}`, ...request.headers };
      member.turns.take(() => {
        member.process
          .send({ ...request, headers })
          .then((answer) => end(isImpatient ? null : answer))
          .catch(onViolation);
      });
    },
    async rest() {
      await turns();
      if (broken) throw broken;
    },
    pass,
    async passSlowly(ms) {
      for (let left = ms; left > 0; left -= 200) {
        await pass(Math.min(left, 200));
        await world.rest();
        for (let steps = 0; steps < 6 && (await wire.step()); steps++) await world.rest();
      }
    },
    async crash() {
      const { members } = crew;
      if (isCluster) troubles.mark();
      await crew.kill(members[members.length > 1 ? fortune.below(members.length) : 0]!);
      if (crew.open().length === 0) await crew.startUntilUp();
    },
    async meetTrouble() {
      await troubles.begin();
      if (crew.open().length === 0) await crew.startUntilUp();
    },
    startJob(member, name, done) {
      const job = member.process.app.jobs.find((one) => one.name === name);
      if (!job) throw new Error(`There is no job ${name}`);
      if (member.running.has(name) || member.turns.isStopped || member.turns.isDead) return;
      running += 1;
      note(`job    ${name}${isCluster ? ` in life ${member.life}` : ''}`);
      let isOver = false;
      const over = (error?: unknown) => {
        if (isOver) return;
        isOver = true;
        member.running.delete(name);
        running -= 1;
        activity += 1;
        if (error !== undefined && !member.turns.isDead) onFailure(name, error);
        if (!member.turns.isDead) done?.();
      };
      member.running.set(name, { lose: () => over() });
      job.run().then(() => over(), over);
    },
    calm() {
      isCalm = true;
      troubles.endAll();
    },
    async finish() {
      for (let i = 0; underway.size > 0 || wire.waiting > 0 || running > 0; i++) {
        if (i > 5_000) throw new Violation('Something never comes to an end though nothing fails any more');
        if (!(await wire.step())) await pass(50);
        await world.rest();
      }
    },
    async untilOwned() {
      if (!isCluster) return;
      // So long a turn of a dead process lasts, in which nobody else does its work.
      await world.passSlowly(turnMs);
      const isKnown = () =>
        crew.open().some(({ line, process }) => {
          return sentinel.owns(line) && process.cluster?.ownership.fenceOf(show.eventId);
        });
      for (let i = 0; !isKnown(); i++) {
        if (i > 1_000) throw new Violation('Nobody owns the event though nothing fails any more');
        await pass(100);
        await world.rest();
        await world.finish();
      }
    },
  };
  return world;
}
