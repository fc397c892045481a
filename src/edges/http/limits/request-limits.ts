import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { Refused } from '../../../contract/problem.ts';
import type { LimitClass } from '../../../contract/request.ts';
import type { Buckets, RateLimiter, Verdict } from '../../../platform/rate-limits/rate-limiter.ts';
import { networkOf } from '../client-address.ts';
import type { LimitRules, LimitSubject } from './limit-rules.ts';
import { createSeenKeys } from './seen-keys.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What this request is limited as; a repetition counts as a read. */
    limitedAs: LimitClass;
    /** The idempotency key that this request is the first to use, until its answer shows whether that is kept. */
    firstWithKey: string | null;
  }
}

export interface RequestLimits {
  /** Reads of an address, for pages that are answered before the router. */
  readonly reads: Buckets;
  readonly clientAddress: (request: IncomingMessage) => string;
  /** Adds the limits around `identify`, which finds out who calls. */
  install(app: FastifyInstance, identify: onRequestHookHandler): void;
}

type Done = (error?: Error) => void;

/**
 * Limits requests by route class (`config.limit`, else by method): by address before anybody is identified (which may
 * cost a query), then by API key, account or guest session. Costs well under a microsecond and no promise.
 *
 * Repetitions of an idempotency key that was let through count as reads: they are free of the limits on holds and
 * writes, and still no way to flood us. A key whose answer is not kept counts again.
 */
export function createRequestLimits(parts: {
  readonly limiter: RateLimiter;
  readonly rules: LimitRules;
  readonly clientAddress: (request: IncomingMessage) => string;
}): RequestLimits {
  const { limiter, rules, clientAddress } = parts;
  const bucketsOf = (subject: LimitSubject) =>
    Object.fromEntries(
      Object.entries(rules).map(([name, each]) => [name, limiter.buckets(`${name}.${subject}`, each[subject])]),
    ) as Record<LimitClass, Buckets>;
  const byAddress = bucketsOf('address');
  const byKey = bucketsOf('key');
  const byCustomer = bucketsOf('customer');
  const seen = createSeenKeys();

  function limitAddress(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const limitedAs = classOf(request);
    request.limitedAs = limitedAs;
    tell(byAddress[limitedAs].take(networkOf(request.clientAddress)), reply, done);
  }

  function limitCaller(request: FastifyRequest, reply: FastifyReply, done: Done): void {
    const { caller, sessionId, limitedAs } = request;
    if (request.firstWithKey !== null) seen.add(request.firstWithKey, credentialOf(request.headers));
    if (caller.kind === 'key') tell(byKey[limitedAs].take(caller.apiKeyId), reply, done);
    else if (caller.kind === 'account') tell(byCustomer[limitedAs].take(caller.accountId), reply, done);
    else if (sessionId !== null) tell(byCustomer[limitedAs].take(sessionId), reply, done);
    else done();
  }

  function countKeyAgain(request: FastifyRequest, reply: FastifyReply, done: () => void): void {
    if (request.firstWithKey !== null && !isKept(reply.statusCode)) seen.delete(request.firstWithKey);
    done();
  }

  function classOf(request: FastifyRequest): LimitClass {
    const limitClass = request.routeOptions.config.limit ?? classOfMethod(request.method);
    const idempotencyKey = request.headers['idempotency-key'];
    // Of a longer key there is nothing to repeat: no route takes it.
    if (limitClass === 'read' || typeof idempotencyKey !== 'string' || idempotencyKey.length > 200) return limitClass;
    if (seen.has(idempotencyKey, credentialOf(request.headers))) return 'read';
    request.firstWithKey = idempotencyKey;
    return limitClass;
  }

  return {
    reads: byAddress.read,
    clientAddress,
    install(app, identify) {
      decorate(app, clientAddress);
      app.decorateRequest('limitedAs', 'read');
      app.decorateRequest('firstWithKey', null);
      app.addHook('onRequest', limitAddress);
      app.addHook('onRequest', identify);
      app.addHook('onRequest', limitCaller);
      app.addHook('onResponse', countKeyAgain);
    },
  };
}

/** No limits: who calls from where is found out all the same. */
export function createNoLimits(clientAddress: (request: IncomingMessage) => string): RequestLimits {
  const unlimited = () => ({ allowed: true, limit: 0, remaining: 0, retryAfterMs: 0 });
  return {
    reads: { take: unlimited, look: unlimited },
    clientAddress,
    install(app, identify) {
      decorate(app, clientAddress);
      app.addHook('onRequest', identify);
    },
  };
}

function decorate(app: FastifyInstance, clientAddress: (request: IncomingMessage) => string): void {
  app.decorateRequest('clientAddress', '');
  app.addHook('onRequest', (request, _reply, done) => {
    request.clientAddress = clientAddress(request.raw);
    done();
  });
}

/** What tells one bearer of a key from another. */
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

function tell(verdict: Verdict | Promise<Verdict>, reply: FastifyReply, done: Done): void {
  if ('allowed' in verdict) return say(verdict, reply, done);
  verdict.then((later) => say(later, reply, done), done);
}

/** The headers tell of the bucket that was asked last: the caller's own, if the caller is known. */
function say(verdict: Verdict, reply: FastifyReply, done: Done): void {
  reply.header('ratelimit-limit', verdict.limit).header('ratelimit-remaining', verdict.remaining);
  if (verdict.allowed) return done();
  done(new Refused({ code: 'RATE_LIMITED', retryAfterSeconds: Math.max(1, Math.ceil(verdict.retryAfterMs / 1_000)) }));
}
