import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Clock } from '../../../platform/clock/clock.ts';
import { Refused } from '../../../platform/http/refused.ts';
import type { LimitClass } from '../../../platform/http/request.ts';
import { createFailOpenRateLimiter } from '../../../platform/rate-limits/fail-open-rate-limiter.ts';
import type { Buckets, RateLimiter, Verdict } from '../../../platform/rate-limits/rate-limiter.ts';
import { networkOf } from '../client-address.ts';
import type { LimitRules, LimitSubject } from './limit-rules.ts';
import { createSeenKeys, type SeenRequest } from './seen-keys.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request is limited as; a repetition counts as a read. */
    limitedAs: LimitClass;
    /** The idempotency key that it carries to a route that keeps its answers. */
    keyUse: KeyUse | null;
  }
}

export interface RequestLimits {
  /** Reads of an address, for pages that are answered before the router. They never fail. */
  readonly reads: Pick<Buckets, 'take'>;
  readonly clientAddress: (request: IncomingMessage) => string;
  /** Adds the limits around `identify`, which finds out who calls. */
  install(app: FastifyInstance, identify: onRequestHookHandler): void;
}

type Done = (error?: Error) => void;

interface KeyUse {
  /** The key, for this method and route. */
  readonly name: string;
  readonly request: SeenRequest;
  /** What it is counted as unless it turns out to be a repetition. */
  readonly limitClass: LimitClass;
  /** The request that used the key before; then it has been let through as a read. */
  readonly repeats: SeenRequest | undefined;
}

/** Of a larger body nothing is remembered, and to repeat it costs what it cost. */
const comparedBytesMax = 4_096;

/**
 * Limits requests by route class (`config.limit`, else by method): by network before anybody is identified (which may
 * cost a query), then by API key, account or guest session. Costs well under a microsecond and no promise where the limiter
 * decides at once; else the request waits for it. Where the limiter fails, requests are let through.
 *
 * On routes that keep their answers (`config.keepsAnswers`) the repetition of a request that was let through counts as a read: it is
 * free of the limits on holds and writes, and still no way to flood us. A repetition is the same method, address of the request, key,
 * credential and body: anything else with that key is counted for what it is, as is a key whose answer was not kept. What
 * was let through as a repetition and did something new after all (its hold had ended meanwhile) is charged afterwards.
 */
export function createRequestLimits(parts: {
  readonly limiter: RateLimiter;
  readonly rules: LimitRules;
  readonly clientAddress: (request: IncomingMessage) => string;
  readonly clock: Clock;
  /** Hears, now and then, that requests are let through uncounted because the limiter fails. */
  readonly onFailure: (error: unknown) => void;
}): RequestLimits {
  const { rules, clientAddress } = parts;
  const limiter = createFailOpenRateLimiter(parts);
  const bucketsOf = (subject: LimitSubject) =>
    Object.fromEntries(
      Object.entries(rules).map(([name, each]) => [name, limiter.buckets(`${name}.${subject}`, each[subject])]),
    ) as Record<LimitClass, Buckets>;
  const byAddress = bucketsOf('address');
  const byKey = bucketsOf('key');
  const byCustomer = bucketsOf('customer');
  const seen = createSeenKeys();

  function limitAddress(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    request.network = networkOf(clientAddress(request.raw));
    const limitedAs = classOf(request);
    request.limitedAs = limitedAs;
    pass(byAddress[limitedAs].take(request.network), reply, done);
  }

  function limitCaller(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const { caller, sessionId, limitedAs, keyUse } = request;
    const letIn = keyUse === null || keyUse.repeats !== undefined ? done : noting(keyUse, done);
    if (caller.kind === 'key') pass(byKey[limitedAs].take(caller.apiKeyId), reply, letIn);
    else if (caller.kind === 'account') pass(byCustomer[limitedAs].take(caller.accountId), reply, letIn);
    else if (sessionId !== null) pass(byCustomer[limitedAs].take(sessionId), reply, letIn);
    else letIn();
  }

  /** Remembers a key once its request is let through: one that is refused is to push out nobody's. */
  function noting({ name, request }: KeyUse, done: Done): Done {
    return (error) => {
      if (!error) seen.add(name, request);
      done(error);
    };
  }

  /** Only now the body is read: counts what is no repetition after all. */
  function limitOther(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const { keyUse } = request;
    if (keyUse === null) return done();
    const { repeats } = keyUse;
    if (repeats === undefined) {
      if (Number(request.headers['content-length']) <= comparedBytesMax) keyUse.request.body = request.body;
      return done();
    }
    if (repeats.body !== undefined && isDeepStrictEqual(repeats.body, request.body)) return done();
    request.limitedAs = keyUse.limitClass;
    pass(byAddress[request.limitedAs].take(request.network), reply, (error) =>
      error ? done(error) : limitCaller(request, reply, done),
    );
  }

  function learnFromAnswer(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    const { keyUse } = request;
    if (keyUse === null) return done();
    if (!isKept(reply.statusCode)) {
      seen.delete(keyUse.name);
    } else if (request.didAnew && keyUse.repeats !== undefined && request.limitedAs === 'read') {
      seen.delete(keyUse.name);
      const { caller, sessionId } = request;
      byAddress[keyUse.limitClass].charge(request.network);
      if (caller.kind === 'key') byKey[keyUse.limitClass].charge(caller.apiKeyId);
      else if (caller.kind === 'account') byCustomer[keyUse.limitClass].charge(caller.accountId);
      else if (sessionId !== null) byCustomer[keyUse.limitClass].charge(sessionId);
    }
    done();
  }

  function classOf(request: FastifyRequest): LimitClass {
    const { config, url } = request.routeOptions;
    const limitClass = config.limit ?? classOfMethod(request.method);
    const idempotencyKey = request.headers['idempotency-key'];
    // Of a longer key there is nothing to repeat: no route takes it.
    if (!config.keepsAnswers || typeof idempotencyKey !== 'string' || idempotencyKey.length > 200) return limitClass;
    const name = `${request.method} ${url} ${idempotencyKey}`;
    const own = { credential: credentialOf(request.headers), url: request.url, body: undefined };
    const repeats = seen.find(name, own);
    request.keyUse = { name, request: own, limitClass, repeats };
    return repeats === undefined ? limitClass : 'read';
  }

  return {
    reads: byAddress.read,
    clientAddress,
    install(app, identify) {
      decorate(app);
      app.decorateRequest('limitedAs', 'read');
      app.decorateRequest('keyUse', null);
      app.addHook('onRequest', limitAddress);
      app.addHook('onRequest', identify);
      app.addHook('onRequest', limitCaller);
      // A route is done with its own hooks before this is asked: none of those that keep answers has any.
      app.addHook('onRoute', (route) => {
        if (route.config?.keepsAnswers) route.preHandler = limitOther;
      });
      app.addHook('onResponse', learnFromAnswer);
    },
  };
}

/** No limits: who calls from where is found out all the same. */
export function createNoLimits(clientAddress: (request: IncomingMessage) => string): RequestLimits {
  const unlimited = () => ({ allowed: true, limit: 0, remaining: 0, retryAfterMs: 0 });
  return {
    reads: { take: unlimited },
    clientAddress,
    install(app, identify) {
      decorate(app);
      app.addHook('onRequest', (request, _reply, done) => {
        request.network = networkOf(clientAddress(request.raw));
        done();
      });
      app.addHook('onRequest', identify);
    },
  };
}

function decorate(app: FastifyInstance): void {
  app.decorateRequest('network', '');
  app.decorateRequest('didAnew', false);
}

/** What distinguishes one bearer of a key from another. */
function credentialOf(headers: IncomingHttpHeaders): string {
  const token = headers['x-session-token'];
  return typeof token === 'string' ? token : (headers.authorization ?? headers.cookie ?? '');
}

/** Whether an answer of this status is kept with its idempotency key. */
function isKept(status: number): boolean {
  return status < 300 || status === 402;
}

function classOfMethod(method: string): LimitClass {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? 'read' : 'write';
}

function pass(verdict: Verdict | Promise<Verdict>, reply: FastifyReply, done: Done): void {
  if ('then' in verdict) verdict.then((late) => enforce(late, reply, done), done);
  else enforce(verdict, reply, done);
}

/** The headers show the bucket that was asked last: the caller's own, if the caller is known. */
function enforce(verdict: Verdict, reply: FastifyReply, done: Done): void {
  if (verdict.limit > 0)
    reply.header('ratelimit-limit', verdict.limit).header('ratelimit-remaining', verdict.remaining);
  if (verdict.allowed) return done();
  done(new Refused({ code: 'RATE_LIMITED', retryAfterSeconds: Math.max(1, Math.ceil(verdict.retryAfterMs / 1_000)) }));
}
