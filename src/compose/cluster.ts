import { createHmac } from 'node:crypto';
import type { FastifyBaseLogger } from 'fastify';
import { loadSecrets } from '../features/identity/index.ts';
import { systemRandom } from '../kernel/ids.ts';
import type { ProcessRole } from '../kernel/process-role.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Clock } from '../platform/clock/clock.ts';
import { type AtOwner, createAtOwner } from '../platform/ownership/at-owner.ts';
import type { JoiningProcess, LeaseRows, ListedProcess } from '../platform/ownership/lease-rows.ts';
import { createLeasedOwnership } from '../platform/ownership/leased-ownership.ts';
import type { LeasedOwnership } from '../platform/ownership/leased-ownership-parts.ts';
import type { Owner } from '../platform/ownership/ownership.ts';
import { createJobTurns } from '../platform/ownership/postgres-job-turns.ts';
import { createPostgresLeaseRows } from '../platform/ownership/postgres-lease-rows.ts';
import type { Peers } from '../platform/peers/peers.ts';
import { createTcpPeers } from '../platform/peers/tcp-peers.ts';
import type { ConnectionSettings } from '../platform/postgres/connection.ts';
import type { Transacting } from '../platform/postgres/database.ts';
import type { Job } from '../platform/scheduler/run-jobs.ts';
import { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';
import type { Parent } from './worker.ts';

/** A process that does not answer this within so long is not handed anything. */
const reachMs = 500;
/** So often it is said of a process that it does not answer. */
const sayAgainMs = 30_000;
/** What is announced may come to others so late; so long it is waited for at most. */
const announceMs = 1_000;

/** What a process has that is one of several. */
export interface Cluster {
  readonly ownership: LeasedOwnership;
  readonly peers: Peers;
  readonly atOwner: AtOwner;
  /** Hears of each time that another process is gone that was not seen leaving in order. */
  onOtherDied(listener: () => void): void;
  /** Lets one process of all run the job. */
  readonly onceInCluster: (job: Job) => Job;
  /**
   * Has every other process that lives hear something. Resolves when all have done with it, or did not answer in time: who misses it finds
   * out by itself. Never rejects.
   */
  announce(name: string, body: unknown): Promise<void>;
  /** Asks every other process that lives, and resolves with their answers. Throws a `PeerFailure` if one of them does not answer. */
  askAll(name: string, body: unknown): Promise<readonly unknown[]>;
  /** Hears what others announce; they may wait for what it resolves to. */
  hear<Body>(name: string, handler: (body: Body) => void | Promise<void>): void;
}

/** Throws StartRefused if a process lives on this database that signs with another secret: neither would believe the other. */
async function refuseForeignSecret(rows: Pick<LeaseRows, 'look'>, secretMark: string): Promise<void> {
  const { processes } = await rows.look();
  const foreign = processes.find((one) => !one.isOver && one.secretMark !== null && one.secretMark !== secretMark);
  if (!foreign) return;
  throw new StartRefused(
    `Another process of Onsale (${foreign.address}) lives on this database with another INTERNAL_SECRET. All that share one database need the same, or none of them any.`,
  );
}

/** Opens the listener for other processes. Nothing is owned before `ownership.start()`, when all that others may ask is answered. */
export async function openCluster(parts: {
  /** Past a pooler: the lease is renewed by it. */
  readonly connection: ConnectionSettings;
  readonly bypassingRls: Transacting;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly internalSecret: Secret | undefined;
  readonly roles: readonly ProcessRole[];
  /** `reachedAt`: what others find in the database instead of where it listens. */
  readonly listenOn: { readonly host: string; readonly port: number; readonly reachedAt: string | undefined };
  /** How many connections of PostgreSQL this process may have; null: those need not be counted. */
  readonly connections: number | null;
  /** Hears under which id this process is known, and says when another has ended; null: it has no parent. */
  readonly parent: Pick<Parent, 'hasJoined' | 'onLook'> | null;
}): Promise<Cluster> {
  const { connection, bypassingRls, clock, logger, internalSecret } = parts;
  const secret = internalSecret ? Buffer.from(internalSecret.reveal()) : (await loadSecrets(bypassingRls)).internal;
  const rows = createPostgresLeaseRows({ connection, bypassingRls });
  const secretMark = createHmac('sha256', secret).update('processes of one Onsale').digest('hex').slice(0, 32);
  await refuseForeignSecret(rows, secretMark);
  const peers = createTcpPeers({
    processId: () => formed.ownership.processId,
    secret,
    clock,
    random: systemRandom,
    onFailure: (what, error) => logger.error({ err: error }, `${what} failed`),
  });
  const { host, reachedAt } = parts.listenOn;
  const port = await peers.listen(parts.listenOn);
  const address = reachedAt ?? `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const formed: Cluster = formCluster({
    peers,
    rows,
    process: { address, roles: parts.roles, version, secretMark, connections: parts.connections },
    bypassingRls,
    clock,
    logger,
    parent: parts.parent,
  });
  return formed;
}

/** What makes a process one of several, on the adapters that are supplied. */
export interface ClusterParts {
  readonly peers: Peers;
  readonly rows: LeaseRows;
  /** As which it joins: at the address of its peers. */
  readonly process: Omit<JoiningProcess, 'processId'>;
  readonly bypassingRls: Transacting;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly parent: Pick<Parent, 'hasJoined' | 'onLook'> | null;
  /** Makes up the ids under which it joins; left out: random ones. */
  readonly newId?: () => string;
}

/** Nothing is owned before `ownership.start()`. */
export function formCluster(parts: ClusterParts): Cluster {
  const { peers, rows, bypassingRls, clock, logger, newId } = parts;
  const ask = (to: ListedProcess, name: string, body: unknown, timeLeftMs: number) => {
    const owner: Owner = { processId: to.processId, address: to.address, fence: 0 };
    return peers.ask(owner, { name, body, commandId: null, timeLeftMs, hops: 0 });
  };
  const mourners: (() => void)[] = [];
  const saidAt = new Map<string, number>();
  /** Whoever set it up must know: such a process is handed nothing, and what it owns is not found from here. */
  function sayUnreached({ processId, address: at }: ListedProcess): void {
    const now = clock.measure();
    if (now - (saidAt.get(processId) ?? Number.NEGATIVE_INFINITY) < sayAgainMs) return;
    if (saidAt.size > 1_000) saidAt.clear();
    saidAt.set(processId, now);
    logger.warn(
      `Another process of this Onsale does not answer at ${at}. Is that its PRIVATE_HOST and PRIVATE_PORT, or PRIVATE_ADDRESS?`,
    );
  }
  const ownership: LeasedOwnership = createLeasedOwnership({
    rows,
    clock,
    newId,
    process: parts.process,
    reaches: (one) =>
      ask(one, 'ping', null, reachMs).then(
        () => true,
        () => {
          sayUnreached(one);
          return false;
        },
      ),
    poke(processes) {
      for (const one of processes) void ask(one, 'look', null, announceMs).catch(() => {});
    },
    onFailure: (what, error) => logger.error({ err: error }, `${what} failed`),
    onJoined: (processId) => parts.parent?.hasJoined(processId),
    onOtherDied() {
      for (const mourn of mourners) mourn();
    },
    onMoved: (how, slots) => logger.debug({ how, slots }, 'slots moved'),
  });
  const askOthers = (name: string, body: unknown) => ownership.others().map((one) => ask(one, name, body, announceMs));
  const look = () => void ownership.look().catch(() => {});
  peers.answer('ping', () => true);
  peers.answer('look', look);
  parts.parent?.onLook(look);
  return {
    ownership,
    peers,
    atOwner: createAtOwner({ ownership, peers, clock }),
    onOtherDied: (listener) => void mourners.push(listener),
    onceInCluster: createJobTurns({ bypassingRls, processId: () => ownership.processId, clock }),
    hear<Body>(name: string, handler: (body: Body) => void | Promise<void>) {
      peers.answer(name, async (body) => {
        await handler(body as Body);
      });
    },
    askAll: (name, body) => Promise.all(askOthers(name, body)),
    async announce(name, body) {
      await Promise.allSettled(askOthers(name, body));
    },
  };
}
