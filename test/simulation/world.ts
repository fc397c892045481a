import type { InjectOptions } from 'fastify';
import { type SeededRandom, seededRandom } from '../../src/cli/simulate/seeded-random.ts';
import type { RandomBytes } from '../../src/kernel/ids.ts';
import { type Clock, createManualClock, type ManualClock } from '../../src/platform/clock/clock.ts';
import type { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { Violation } from './claim.ts';
import type { Ground } from './ground.ts';
import { type Answer, type Process, startProcess } from './process.ts';
import { openShow, type Show } from './show.ts';
import { drawFate, drawWeather, type Weather } from './weather.ts';
import { createWire, type Plant, type Wire } from './wire.ts';

/** What a planted bug may bend: traffic with PostgreSQL, or the time a process believes in. */
export interface Bent extends Plant {
  readonly clock?: (clock: Clock) => Clock;
  /** The kind of world in which it shows. */
  readonly weather?: Partial<Weather>;
}

/** A request on its way. `hear` gets the answer, or null if the client will never know it. */
export interface Request {
  readonly name: string;
  readonly request: InjectOptions;
  readonly hear: (answer: Answer | null) => void;
}

/** One seed's world: virtual time, a wire with faults to a real PostgreSQL, and one process at a time. */
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
  /** Which process lives, counted from 1. */
  readonly life: number;
  readonly process: Process;
  readonly underway: number;
  note(line: string): void;
  send(request: Request): void;
  /** Lets everything that can go on without PostgreSQL or time go on. Throws the first violation found. */
  rest(): Promise<void>;
  crash(): Promise<void>;
  startJob(name: string, done?: () => void): void;
  /** From now on nothing fails and nothing is slow. */
  calm(): void;
  /** Goes on until nothing is under way. */
  finish(): Promise<void>;
}

export const worldStart = Date.UTC(2027, 0, 15, 12);

export async function createWorld(seed: number, ground: Ground, bent: Bent = {}): Promise<World> {
  const random = seededRandom(seed);
  const faults = seededRandom(seed, 1);
  const bytes = seededRandom(seed, 2);
  const randomBytes: RandomBytes = (count) => Uint8Array.from({ length: count }, () => bytes.below(256));
  const weather = { ...drawWeather(random), ...bent.weather };
  const clock = createManualClock(worldStart);
  const log: string[] = [];
  const note = (line: string) => {
    log.push(`${((clock.now() - worldStart) / 1000).toFixed(3).padStart(9)} ${line}`);
  };
  let isCalm = true;
  const fate = () => (isCalm ? 'fine' : drawFate(faults, weather));
  const wire = createWire({ postgres: ground.postgres, random: faults, fate, note, plant: bent });
  const { metrics } = ground;
  const underway = new Set<{ lose: () => void }>();
  const running = new Map<string, number>();
  let broken: unknown;
  let activity = 0;
  let life = 0;

  const onFailure = (what: string, error: unknown) => {
    note(`proc   ${what}: ${error instanceof Error ? error.message : error}`);
  };

  async function turns(): Promise<void> {
    for (let idle = 0; idle < 5; ) {
      const before = activity + wire.asked;
      await new Promise((done) => setImmediate(done));
      idle = activity + wire.asked === before ? idle + 1 : 0;
    }
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
      if (!(await wire.step())) clock.advance(50);
    }
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  async function start(): Promise<Process> {
    life += 1;
    running.clear();
    const parts = { wire, clock: bent.clock?.(clock) ?? clock, random: randomBytes, metrics, onFailure, drive };
    const process = await startProcess(parts);
    note(`proc   life ${life} begins`);
    return process;
  }

  /** A start that fails is tried again, as whoever runs the process would. */
  async function startUntilUp(): Promise<Process> {
    for (let tries = 0; ; tries++) {
      try {
        return await start();
      } catch (error) {
        if (error instanceof Violation || tries >= 100) throw error;
        note(`proc   the start failed: ${error instanceof Error ? error.message : error}`);
        clock.advance(500);
      }
    }
  }

  await ground.sweep();
  let process = await start();
  const show = await openShow(process, ground, weather, { now: clock.now(), drive });
  isCalm = false;

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
    get life() {
      return life;
    },
    get process() {
      return process;
    },
    get underway() {
      return underway.size;
    },
    note,
    send({ name, request, hear }) {
      const life0 = life;
      const isImpatient = !isCalm && random.chance(weather.impatience);
      let isOver = false;
      const end = (answer: Answer | null) => {
        if (isOver) return;
        isOver = true;
        activity += 1;
        underway.delete(entry);
        const code = answer === null ? 'never heard' : `${answer.status} ${answer.body?.code ?? ''}`.trim();
        note(`answer ${name}: ${code}`);
        try {
          hear(answer);
        } catch (error) {
          broken ??= error;
        }
      };
      const entry = { lose: () => end(null) };
      underway.add(entry);
      process
        .send({ ...request, headers: { 'x-request-id': `${life0}.${log.length}`, ...request.headers } })
        .then((answer) => end(isImpatient ? null : answer))
        .catch((error) => {
          broken ??= error;
        });
    },
    async rest() {
      await turns();
      if (broken) throw broken;
    },
    async crash() {
      note(`proc   life ${life} is killed`);
      await process.kill();
      for (const { lose } of [...underway]) lose();
      process = await startUntilUp();
    },
    startJob(name, done) {
      const job = process.app.jobs.find((one) => one.name === name);
      if (!job) throw new Error(`There is no job ${name}`);
      if (running.get(name) === life) return;
      running.set(name, life);
      note(`job    ${name}`);
      const life0 = life;
      const over = (error?: unknown) => {
        if (life !== life0) return;
        running.delete(name);
        activity += 1;
        if (error !== undefined) onFailure(name, error);
        done?.();
      };
      job.run().then(() => over(), over);
    },
    calm() {
      isCalm = true;
    },
    async finish() {
      for (let i = 0; underway.size > 0 || wire.waiting > 0 || running.size > 0; i++) {
        if (i > 5_000) throw new Violation('Something never comes to an end though nothing fails any more');
        if (!(await wire.step())) clock.advance(50);
        await world.rest();
      }
    },
  };
  return world;
}
