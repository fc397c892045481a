import type { SeededRandom } from '../../src/cli/simulate/seeded-random.ts';
import type { RandomBytes } from '../../src/kernel/ids.ts';
import type { Clock, ManualClock } from '../../src/platform/clock/clock.ts';
import type { LeaseRows } from '../../src/platform/ownership/lease-rows.ts';
import { createInProcessNetwork } from '../../src/platform/peers/in-process-peers.ts';
import type { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { Violation } from './claim.ts';
import type { Ground } from './ground.ts';
import { type Process, startProcess } from './process.ts';
import type { Sentinel } from './sentinel.ts';
import { createMachineClock, createTurns, type MachineClock, type Turns } from './turns.ts';
import type { ProcessLine, Wire } from './wire.ts';
import type { Bent } from './world.ts';

/** A process as the world has it. */
export interface Member {
  /** Counted from 1, over all processes that ever were. */
  readonly life: number;
  readonly process: Process;
  readonly turns: Turns;
  readonly line: ProcessLine;
  /** Of its machine: leases and the other processes are waited for by it. */
  readonly clock: MachineClock;
  /** What clients wait for from it. */
  readonly underway: Set<{ readonly lose: () => void }>;
  /** Its jobs that run, by name, and how they are given up when it dies. */
  readonly running: Map<string, { readonly lose: () => void }>;
  /** It is stopping in order: nobody comes to it any more. */
  isLeaving: boolean;
}

/** A renewal that takes longer counts as none (`postgres-lease-rows.ts`). */
const renewalMs = 1_500;

/** The processes of a world: one that is alone, or several that share a database. */
export function createCrew(parts: {
  readonly size: number;
  readonly wire: Wire;
  readonly ground: Ground;
  readonly sentinel: Sentinel;
  readonly random: SeededRandom;
  readonly randomBytes: RandomBytes;
  readonly metrics: Metrics;
  /** What buyers live by. */
  readonly clock: Clock;
  /** What leases and pipes live by. */
  readonly leaseTime: ManualClock;
  readonly note: (line: string) => void;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly drive: <T>(work: Promise<T>) => Promise<T>;
  readonly bent: Pick<Bent, 'leaseClock' | 'ownership'>;
}) {
  const { size, wire, ground, sentinel, random, randomBytes, leaseTime, note } = parts;
  const isCluster = size > 1;
  const network = createInProcessNetwork({ clock: leaseTime });
  const members: Member[] = [];
  let lives = 0;

  const newId = () => {
    const hex = random.hex(16);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
  };

  function rowsOn(line: ProcessLine, clock: Clock): LeaseRows {
    const rows = ground.leaseRows(line.database.bypassingRls);
    return {
      ...rows,
      renew: (processId, reached) =>
        new Promise((resolve, reject) => {
          const late = () => reject(new Error('The renewal took too long'));
          const cancel = clock.after(renewalMs, late);
          line
            .ask('SELECT the renewal of a lease until', () => rows.renew(processId, reached))
            .then(resolve, reject)
            .finally(cancel);
        }),
    };
  }

  async function start(): Promise<Member> {
    lives += 1;
    const life = lives;
    const turns = createTurns();
    const line = wire.connect();
    const machine = createMachineClock(leaseTime, turns, isCluster ? random.between(0.92, 1.08) : 1);
    const clock = { ...machine, ...parts.bent.leaseClock?.(machine) };
    const ids: string[] = [];
    const place = {
      network,
      address: `process-${life}:1`,
      rows: rowsOn(line, clock),
      clock,
      newId() {
        const id = newId();
        ids.push(id);
        sentinel.joins(line, life, id);
        return id;
      },
    };
    try {
      const process = await startProcess({
        ...parts,
        line,
        turns,
        random: randomBytes,
        place: isCluster ? place : null,
        isAlone: !isCluster || members.length === 0,
        onFormed({ ownership }) {
          parts.bent.ownership?.(ownership);
          sentinel.watch(ownership, life);
        },
      });
      note(`proc   life ${life} begins`);
      const member = {
        life,
        process,
        turns,
        line,
        clock,
        underway: new Set(),
        running: new Map(),
        isLeaving: false,
      } as Member;
      members.push(member);
      return member;
    } catch (error) {
      await end(turns, line, ids.at(-1));
      throw error;
    }
  }

  /** Nothing of it goes on. */
  async function end(turns: Turns, line: ProcessLine, id: string | undefined): Promise<void> {
    turns.die();
    await line.cut();
    if (id !== undefined && isCluster) network.crash(id);
  }

  function idOf({ process }: Member): string | undefined {
    return process.cluster?.ownership.processId;
  }

  async function remove(member: Member): Promise<void> {
    const at = members.indexOf(member);
    if (at >= 0) members.splice(at, 1);
    await end(member.turns, member.line, idOf(member));
    for (const { lose } of [...member.underway, ...member.running.values()]) lose();
  }

  return {
    isCluster,
    members,
    network,
    idOf,
    get lives() {
      return lives;
    },
    start,
    /** A start that fails is tried again, as whoever runs the process would. */
    async startUntilUp(): Promise<Member> {
      for (let tries = 0; ; tries++) {
        try {
          return await start();
        } catch (error) {
          if (error instanceof Violation || tries >= 100) throw error;
          note(`proc   the start failed: ${error instanceof Error ? error.message : error}`);
          parts.leaseTime.advance(500);
        }
      }
    },
    /** It dies without a word: what it has asked PostgreSQL for may or may not be done. */
    async kill(member: Member): Promise<void> {
      note(`proc   life ${member.life} is killed`);
      const id = idOf(member);
      await remove(member);
      if (id !== undefined && random.chance(0.5)) {
        note(`proc   its parent says so`);
        await ground.bury(id);
      }
    },
    /** It stops in order. Resolves when it has ended. */
    async drain(member: Member): Promise<void> {
      member.isLeaving = true;
      note(`proc   life ${member.life} stops`);
      const idle = async () => {
        while (member.underway.size > 0) await new Promise<void>((done) => void leaseTime.after(20, done));
      };
      await member.process.stop(idle);
      note(`proc   life ${member.life} has stopped`);
      await remove(member);
    },
    /** Those that clients come to. */
    open: () => members.filter(({ isLeaving }) => !isLeaving),
    /** Those that can be asked to do something now. */
    awake: () => members.filter(({ isLeaving, turns }) => !isLeaving && !turns.isStopped),
  };
}

export type Crew = ReturnType<typeof createCrew>;
