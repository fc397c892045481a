import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Cluster } from '../../src/compose/cluster.ts';
import { systemRandom } from '../../src/kernel/ids.ts';
import { createManualClock } from '../../src/platform/clock/clock.ts';
import { createAtOwner } from '../../src/platform/ownership/at-owner.ts';
import type { Fence, InSlots, Ownership } from '../../src/platform/ownership/ownership.ts';
import { createPostgresLeaseRows } from '../../src/platform/ownership/postgres-lease-rows.ts';
import { slotCount, slotOf } from '../../src/platform/ownership/slots.ts';
import { createInProcessNetwork } from '../../src/platform/peers/in-process-peers.ts';
import { type Peers, PeerUnknown, PeerUnreached } from '../../src/platform/peers/peers.ts';
import type { ConnectionSettings, Transacting } from '../../src/platform/postgres/database.ts';

/** Pipes look after themselves so often. */
const stepMs = 50;

/** One of several processes: the ports that its app is started with. */
export interface JoinedProcess {
  readonly processId: string;
  /** What it has asked of others, by name. */
  readonly asked: readonly string[];
  readonly ports: { readonly ownership: Ownership; readonly atOwner: Cluster['atOwner']; readonly cluster: Cluster };
}

/**
 * Processes of a test on one database. They ask each other over the pipes that real ones have; who owns the events is moved by the
 * test alone, in the rows that real ones write, and never by itself: no lease ends because a machine is slow.
 */
export function joinedProcesses({
  database: { bypassingRls },
  connection,
}: {
  readonly database: { readonly bypassingRls: Transacting };
  readonly connection: ConnectionSettings;
}) {
  const rows = createPostgresLeaseRows({ connection, bypassingRls });
  const still = createManualClock(0);
  const network = createInProcessNetwork({ clock: still });
  const owned: (Fence | null)[] = new Array(slotCount).fill(null);
  const listeners = new Map<
    string,
    { lost: ((isLost: InSlots) => void)[]; handOver: ((isLeaving: InSlots) => Promise<void>)[] }
  >();
  const killed = new Set<string>();
  const lostAnswers = new Map<string, number>();
  let keepsFences = false;
  const everything = owned.map((_, slot) => slot);

  function ownershipOf(processId: string): Ownership {
    const { lost, handOver } = listeners.get(processId)!;
    return {
      fenceOf(eventId) {
        const fence = owned[slotOf(eventId)] ?? null;
        return fence?.processId === processId ? fence : null;
      },
      ownerOf(eventId) {
        const fence = owned[slotOf(eventId)] ?? null;
        if (fence === null || fence.processId === processId) return null;
        return { processId: fence.processId, address: fence.processId, fence: fence.fence };
      },
      untilOwned: async (eventId) => owned[slotOf(eventId)] !== null,
      onLost: (listener) => void lost.push(listener),
      beforeHandOver: (listener) => void handOver.push(listener),
    };
  }

  async function claim(processId: string): Promise<void> {
    for (const { slot, fence } of await rows.claim(processId, everything)) owned[slot] = { slot, processId, fence };
  }

  /** The process goes on with the slot under a new fence. */
  async function fenceAnew(processId: string, slot: number): Promise<void> {
    const { lost, handOver } = listeners.get(processId)!;
    const isMoving: InSlots = (eventId) => slotOf(eventId) === slot;
    const old = owned[slot]!;
    owned[slot] = null;
    for (const listener of handOver) await listener(isMoving);
    if (!keepsFences) await rows.handOver(processId, [old], processId);
    for (const listener of lost) listener(isMoving);
    const row = (await rows.look()).slots.find((one) => one.slot === slot)!;
    owned[slot] = { slot, processId, fence: row.fence };
  }

  return {
    /** A process that owns nothing yet. */
    async join(): Promise<JoinedProcess> {
      const processId = randomUUID();
      listeners.set(processId, { lost: [], handOver: [] });
      await rows.join({ processId, address: processId, roles: ['booking'], version: 'test' });
      const asked: string[] = [];
      const joined = network.join({
        processId: () => processId,
        address: processId,
        clock: still,
        random: systemRandom,
        onFailure: (what, error) => console.error(what, error),
      });
      const peers: Peers = {
        ...joined,
        ask(to, question) {
          asked.push(question.name);
          if (lostAnswers.get(question.name)) {
            lostAnswers.set(question.name, lostAnswers.get(question.name)! - 1);
            return joined.ask(to, question).then(() => Promise.reject(new PeerUnknown('Its answer is lost')));
          }
          return killed.has(processId) ? Promise.reject(new PeerUnreached()) : joined.ask(to, question);
        },
      };
      const ownership = {
        ...ownershipOf(processId),
        look: async () => {},
        isLiving: (one: string) => listeners.has(one) && !killed.has(one),
        fenceAnew: (eventId: number) => fenceAnew(processId, slotOf(eventId)),
      };
      const atOwner = createAtOwner({ ownership, peers, clock: still });
      const askOthers = (name: string, body: unknown) =>
        [...listeners.keys()]
          .filter((other) => other !== processId && !killed.has(other))
          .map((other) =>
            peers.ask(
              { processId: other, address: other, fence: 0 },
              { name, body, commandId: null, timeLeftMs: 2_000, hops: 0 },
            ),
          );
      const cluster = {
        ownership: ownership as Partial<Cluster['ownership']> as Cluster['ownership'],
        peers,
        atOwner,
        onOtherDied: () => {},
        onceInCluster: (job) => job,
        askAll: (name, body) => Promise.all(askOthers(name, body)),
        async announce(name, body) {
          // As of real ones: who misses it finds out by itself.
          await Promise.allSettled(askOthers(name, body));
        },
        hear: (name, handler) =>
          peers.answer(name, async (body) => {
            await handler(body as Parameters<typeof handler>[0]);
          }),
      } satisfies Cluster;
      return { processId, asked, ports: { ownership, atOwner, cluster } };
    },
    /** Nobody owns the events: this process does from here on. */
    ownAll: ({ processId }: JoinedProcess) => claim(processId),
    /** All events go from one process to another as in a drain: what is under way there goes on, and nothing more is decided. */
    async handOver({ processId: from }: JoinedProcess, { processId: to }: JoinedProcess): Promise<void> {
      const { lost, handOver } = listeners.get(from)!;
      for (const listener of handOver) await listener(() => true);
      await rows.handOver(from, owned as Fence[], to);
      const { slots } = await rows.look();
      for (const { slot, processId, fence } of slots) owned[slot] = { slot, processId: processId!, fence };
      for (const listener of lost) listener(() => true);
    },
    /** A process stands still for so long as the others measure it: nothing of it passes, in or out, until {@link heal}. */
    async freeze({ processId }: JoinedProcess, ms: number): Promise<void> {
      network.hold(processId);
      for (let passed = 0; passed < ms; passed += stepMs) {
        still.advance(stepMs);
        await turn();
      }
    },
    heal: () => network.heal(),
    /** What is asked by this name is done so many times, and whoever asked does not hear it. */
    loseAnswers: (name: string, times: number) => void lostAnswers.set(name, times),
    /** Whoever is to go on under a new fence goes on under the old one: to see the harm. */
    keepFences() {
      keepsFences = true;
    },
    /** A process is killed, or as good as that: it reaches nobody, and writes nothing more that carries a fence. Another owns its events. */
    async kill({ processId: from }: JoinedProcess, { processId: to }: JoinedProcess): Promise<void> {
      killed.add(from);
      network.crash(from);
      await rows.bury(from);
      await claim(to);
    },
  };
}
