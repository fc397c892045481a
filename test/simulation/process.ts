import { sign } from 'node:crypto';
import Fastify, { type FastifyBaseLogger, type InjectOptions } from 'fastify';
import { type App, createApp } from '../../src/compose/app.ts';
import { type Cluster, formCluster } from '../../src/compose/cluster.ts';
import { choosePorts } from '../../src/compose/platform.ts';
import { createAuthentication } from '../../src/edges/http/authentication.ts';
import { createErrorHandler } from '../../src/edges/http/errors.ts';
import { createHop } from '../../src/edges/http/hop.ts';
import { publicCaller } from '../../src/edges/http/identify-caller.ts';
import { compileValidator } from '../../src/edges/http/validation.ts';
import { eventOfReservation } from '../../src/features/inventory/index.ts';
import type { RandomBytes } from '../../src/kernel/ids.ts';
import { everyRole } from '../../src/kernel/process-role.ts';
import type { Clock } from '../../src/platform/clock/clock.ts';
import { createEventOf } from '../../src/platform/http/event-of.ts';
import { type OutsideCall, OutsideUnavailable } from '../../src/platform/outside-call/outside-call.ts';
import type { LeaseRows } from '../../src/platform/ownership/lease-rows.ts';
import type { InProcessNetwork } from '../../src/platform/peers/in-process-peers.ts';
import type { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { testSettings } from '../support/settings.ts';
import { clockOf, type MachineClock, type Turns } from './turns.ts';
import type { ProcessLine } from './wire.ts';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a simulation reads whatever the answer holds
  readonly body: any;
  readonly text: string;
  readonly headers: Record<string, unknown>;
}

/** One life of an Onsale process, from its start to its death. */
export interface Process {
  readonly app: App;
  /** Null: it is alone. */
  readonly cluster: Cluster | null;
  send(request: InjectOptions): Promise<Answer>;
  /** Stops in order: hands its events over, answers what is under way (`idle` says when), writes what is not written. */
  stop(idle: () => Promise<void>): Promise<void>;
}

/** What makes a process one of several. */
export interface Place {
  readonly network: InProcessNetwork;
  readonly address: string;
  readonly rows: LeaseRows;
  /** Leases and the other processes are waited for by it. */
  readonly clock: MachineClock;
  readonly newId: () => string;
}

/**
 * Starts a process on the wire: the real slices and routes behind a server without docs and compiled answers, because
 * one run builds hundreds of them. Its memory is its own; time, randomness and PostgreSQL are the simulation's.
 */
export async function startProcess(parts: {
  readonly line: ProcessLine;
  readonly turns: Turns;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly metrics: Metrics;
  readonly onFailure: (what: string, error: unknown) => void;
  /** Steps the wire until the promise is settled. */
  readonly drive: <T>(work: Promise<T>) => Promise<T>;
  readonly place: Place | null;
  /** Whether no other process can be there. */
  readonly isAlone: boolean;
  /** Called before it owns anything. */
  readonly onFormed: (cluster: Cluster) => void;
}): Promise<Process> {
  const { line, turns, random, metrics, onFailure, drive, place, isAlone } = parts;
  const { database } = line;
  const clock = clockOf(parts.clock, turns);
  const logger = loggerOf(onFailure);
  const cluster = place && takePlace(place, { database, random, logger, onFailure });
  if (cluster) parts.onFormed(cluster);
  const platform = await choosePorts(testSettings, {
    database,
    clock,
    random,
    // On this thread: a thread of its own would be done whenever it likes.
    sign: async (key, bytes) => sign(null, bytes, key),
    metrics,
    logger,
    ownAddress: () => 'http://localhost:3000',
    version: 'simulated',
    openOutsideCall: () => callInVirtualTime(clock),
    ...(cluster && { cluster, ownership: cluster.ownership, atOwner: cluster.atOwner }),
  });
  const app = await drive(createApp(platform));
  const { identity, inventory, live, booking, payments, tickets } = app.slices;
  const http = Fastify({ genReqId: (request) => String(request.headers['x-request-id'] ?? 'none') });
  http.setValidatorCompiler(compileOnce);
  http.setSerializerCompiler(() => JSON.stringify);
  const answerError = createErrorHandler(metrics);
  http.setErrorHandler((error: Error, request, reply) => {
    answerError(error, request, reply);
    if (reply.statusCode === 500) onFailure(`${request.method} ${request.url}`, error);
  });
  http.decorateRequest('caller', null as never);
  http.decorateRequest('sessionId', null);
  http.decorateRequest('network', '127.0.0.1');
  http.decorateRequest('didAnew', false);
  http.addHook('onRequest', (request, _reply, done) => {
    request.caller = publicCaller;
    done();
  });
  http.addHook(
    'onRequest',
    createAuthentication({
      identify: identity.identify,
      sessionTokens: identity.sessions,
      ownOrigins: new Set(),
      isHttps: false,
    }),
  );
  if (cluster) {
    const eventOf = createEventOf({
      reservation: eventOfReservation,
      ticket: inventory.findEventOfTicket,
      booking: booking.findEventOfBooking,
      allocation: tickets.findEventOfAllocation,
    });
    createHop({ eventOf, ownership: cluster.ownership, atOwner: cluster.atOwner, elsewhere: [] }).install(http);
  }
  for (const { routes } of [inventory, live, booking, payments, tickets])
    for (const each of routes) await http.register(each);
  await http.ready();
  if (cluster) await drive(cluster.ownership.start());
  await drive(app.start({ isAlone }));
  return {
    app,
    cluster,
    async send(request) {
      const { statusCode, body, headers } = await http.inject(request);
      return { status: statusCode, text: body, body: body.startsWith('{') ? JSON.parse(body) : null, headers };
    },
    async stop(idle) {
      const steps = [() => cluster?.ownership.leave(), idle, () => app.drain(), () => cluster?.peers.close()];
      for (const step of steps) {
        try {
          await step();
        } catch (error) {
          onFailure('stopping', error);
        }
      }
    },
  };
}

function takePlace(
  { network, address, rows, clock, newId }: Place,
  parts: {
    readonly database: ProcessLine['database'];
    readonly random: RandomBytes;
    readonly logger: FastifyBaseLogger;
    readonly onFailure: (what: string, error: unknown) => void;
  },
): Cluster {
  const { database, random, logger, onFailure } = parts;
  const processId = () => cluster.ownership.processId;
  const peers = network.join({ processId, address, clock, random, onFailure });
  const { bypassingRls } = database;
  const cluster: Cluster = formCluster({
    peers,
    rows,
    process: { address, roles: everyRole, version: 'simulated' },
    bypassingRls,
    clock,
    logger,
    parent: null,
    newId,
  });
  return cluster;
}

/** The play bank is waited for as long as a real one, in virtual time; nothing is tried again behind the simulation's back. */
function callInVirtualTime(clock: Clock): OutsideCall {
  return {
    isDown: () => false,
    run: (work) =>
      new Promise((resolve, reject) => {
        const giveUp = () => reject(new OutsideUnavailable('The bank took too long', { wasSent: true }));
        const cancel = clock.after(8_000, giveUp);
        work(AbortSignal.any([])).then(resolve, reject).finally(cancel);
      }),
  };
}

const compiled = new Map<string, ReturnType<typeof compileValidator>>();

/** The same schemas come with every process. */
function compileOnce(route: Parameters<typeof compileValidator>[0]): ReturnType<typeof compileValidator> {
  const key = `${route.httpPart} ${JSON.stringify(route.schema)}`;
  let validate = compiled.get(key);
  if (!validate) {
    validate = compileValidator(route);
    compiled.set(key, validate);
  }
  return validate;
}

/** Hears only what failed; nothing is printed. */
function loggerOf(onFailure: (what: string, error: unknown) => void): FastifyBaseLogger {
  const silent = () => {};
  const logger = {
    level: 'error',
    error: (facts: { err?: unknown }, what: string) => onFailure(what, facts.err),
    fatal: silent,
    warn: silent,
    info: silent,
    debug: silent,
    trace: silent,
    silent,
    child: () => logger,
  };
  return logger as unknown as FastifyBaseLogger;
}
