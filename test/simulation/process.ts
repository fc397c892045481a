import Fastify, { type FastifyBaseLogger, type InjectOptions } from 'fastify';
import { type App, createApp } from '../../src/compose/app.ts';
import { choosePorts } from '../../src/compose/platform.ts';
import { createAuthentication } from '../../src/edges/http/authentication.ts';
import { createErrorHandler } from '../../src/edges/http/errors.ts';
import { publicCaller } from '../../src/edges/http/identify-caller.ts';
import { compileValidator } from '../../src/edges/http/validation.ts';
import type { RandomBytes } from '../../src/kernel/ids.ts';
import type { Clock } from '../../src/platform/clock/clock.ts';
import { type OutsideCall, OutsideUnavailable } from '../../src/platform/outside-call/outside-call.ts';
import type { Metrics } from '../../src/platform/telemetry/metrics.ts';
import { testSettings } from '../support/settings.ts';
import type { Wire } from './wire.ts';

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
  send(request: InjectOptions): Promise<Answer>;
  /** Dies without a word: what it has asked PostgreSQL for may or may not be done. */
  kill(): Promise<void>;
}

/**
 * Starts a process on the wire: the real slices and routes behind a server without docs and compiled answers, because
 * one run builds hundreds of them. Its memory is its own; time, randomness and PostgreSQL are the simulation's.
 */
export async function startProcess(parts: {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly metrics: Metrics;
  readonly onFailure: (what: string, error: unknown) => void;
  /** Steps the wire until the promise is settled. */
  readonly drive: <T>(work: Promise<T>) => Promise<T>;
}): Promise<Process> {
  const { wire, clock, random, metrics, onFailure, drive } = parts;
  const { database, cut } = wire.connect();
  let isDead = false;
  const mortal: Clock = {
    ...clock,
    after: (delayMs, task) => clock.after(delayMs, () => void (isDead || task())),
  };
  const platform = await choosePorts(testSettings, {
    database,
    clock: mortal,
    random,
    metrics,
    logger: loggerOf(onFailure),
    ownAddress: () => 'http://localhost:3000',
    version: 'simulated',
    openOutsideCall: () => callInVirtualTime(mortal),
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
  for (const { routes } of [inventory, live, booking, payments, tickets])
    for (const each of routes) await http.register(each);
  await http.ready();
  await drive(app.start({ isAlone: true }));
  return {
    app,
    async send(request) {
      const { statusCode, body, headers } = await http.inject(request);
      return { status: statusCode, text: body, body: body.startsWith('{') ? JSON.parse(body) : null, headers };
    },
    async kill() {
      isDead = true;
      await cut();
    },
  };
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
