import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod, RouteOptions } from 'fastify';
import { problemKind, type Refusal } from '../../contract/problems.ts';
import type { EventOfRequest } from '../../platform/http/event-of.ts';
import { Refused } from '../../platform/http/refused.ts';
import type { Caller } from '../../platform/http/request.ts';
import { type AtOwner, NotByCommand } from '../../platform/ownership/at-owner.ts';
import type { Ownership } from '../../platform/ownership/ownership.ts';
import { PeerRefused } from '../../platform/peers/peers.ts';
import { logFailure, toRefusal } from './errors.ts';

/** What handlers read of the headers; who calls is known already, and its secrets go no further. */
const headerNames = [
  'accept',
  'accept-language',
  'idempotency-key',
  'if-match',
  'if-none-match',
  'origin',
  'user-agent',
] as const;

const messageName = 'request';
/** So often a request is handled again that wrote nothing because its event had just changed its owner. */
const againMax = 2;

/** A request as it goes to the owner of its event: identified, checked, counted. */
interface Hopping {
  readonly route: string;
  readonly id: string;
  readonly url: string;
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
  readonly sessionId: string | null;
  readonly network: string;
}

/** What its handler answered there. */
type Hopped =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[]>>;
      /** Text as it is sent, or a value that the route's schema writes. */
      readonly text?: string;
      readonly value?: unknown;
      readonly didAnew: boolean;
    }
  | { readonly refusal: Refusal; readonly traceId?: string };

export interface Hop {
  /** Installs it before the handlers of all routes that say how their event is found. */
  install(app: FastifyInstance): void;
}

/**
 * Requests about an event that another process owns: they are identified, limited and checked here, handled by the same
 * handler there, and answered here. Those of routes that go `by command` are handled here, by a few words with the owner, and go there
 * whole only where that is not enough. Nothing of this is installed where a process is alone.
 */
export function createHop(parts: {
  readonly eventOf: EventOfRequest;
  readonly ownership: Pick<Ownership, 'fenceOf'>;
  readonly atOwner: AtOwner;
  /** Hears of each request about an event whether this process owns it. */
  readonly countByOwner?: (isHere: boolean) => void;
  /** Routes that this process does not serve: their requests come in elsewhere, and are handled here where their event is owned here. */
  readonly elsewhere: readonly RouteOptions[];
}): Hop {
  const { eventOf, ownership, atOwner, countByOwner = () => {} } = parts;
  /** As they were declared: who hands a request over does it again, not who was asked to handle it. */
  const routes = new Map<string, RouteOptions>();
  /** Those of them whose requests go there only if they must. */
  const byCommand = new Set<string>();

  /** Whether requests of the route go to the owner of their event. */
  function note(route: RouteOptions): boolean {
    const { eventOf: ways, hops } = route.config ?? {};
    if (ways === undefined || typeof ways === 'string' || hops === false) return false;
    for (const method of [route.method].flat()) {
      routes.set(`${method} ${route.url}`, route);
      if (hops === 'by command') byCommand.add(`${method} ${route.url}`);
    }
    return true;
  }

  async function handle(app: FastifyInstance, asked: Hopping): Promise<Hopped> {
    const route = routes.get(asked.route);
    // Of another version: nothing was done, and that one's own routes say no more than this.
    if (!route) return { refusal: { code: 'UNAVAILABLE' } };
    const request = toRequest(asked, route, app);
    const reply = new HoppedReply(request);
    try {
      const handler = route.handler as RouteHandlerMethod;
      const returned = await handler.call(app, request as unknown as FastifyRequest, reply as unknown as FastifyReply);
      if (!reply.sent && returned !== undefined) reply.send(returned);
      return reply.answer();
    } catch (error) {
      const traceId = error instanceof Refused ? error.traceId : undefined;
      const refusal = toRefusal(error as Error, request as unknown as FastifyRequest);
      // A fault of ours is noted where it happened.
      if (problemKind(refusal.code).status >= 500 && refusal.code !== 'OWNER_CHANGED') {
        logFailure(error as Error, refusal, request as unknown as FastifyRequest);
      }
      return { refusal, ...(traceId !== undefined && { traceId }) };
    }
  }

  /** Whether the request was answered by way of the owner; else it is to be handled here. */
  async function hop(request: FastifyRequest, reply: FastifyReply, eventId: number): Promise<boolean> {
    const { routeOptions, id, url, params, query, body, caller, sessionId, network } = request;
    const headers: IncomingHttpHeaders = {};
    for (const name of headerNames) {
      const value = request.headers[name];
      if (value !== undefined) headers[name] = value as string;
    }
    const asked: Hopping = {
      route: keyOf(routeOptions),
      id,
      url,
      params,
      query,
      body,
      headers,
      caller,
      sessionId,
      network,
    };
    for (let times = 0; ; times++) {
      const hopped = await atOwner.run<Hopped | 'here'>(eventId, () => 'here', messageName, asked);
      if (hopped === 'here') return false;
      if ('refusal' in hopped) {
        if (hopped.refusal.code !== 'OWNER_CHANGED' || times >= againMax)
          throw new Refused(hopped.refusal, hopped.traceId);
        await atOwner.lookAgain();
        continue;
      }
      request.didAnew = hopped.didAnew;
      reply.code(hopped.status).headers(hopped.headers);
      // Not returned: a reply can be waited for, and that is until it is sent.
      void reply.send(hopped.text ?? hopped.value);
      return true;
    }
  }

  /** The handler of a route, whose requests are handled again where their event is owned by then if nothing was done here. */
  function doingAgain(handler: RouteHandlerMethod): RouteHandlerMethod {
    return function handle(request, reply) {
      const run = () => handler.call(this, request, reply) as unknown;
      const failed = (times: number) => async (error: Error) => {
        const isWhole = error instanceof NotByCommand || isUnknownThere(error);
        if (times >= againMax || reply.sent) throw error;
        if (!isWhole && toRefusal(error, request).code !== 'OWNER_CHANGED') throw error;
        if (!isWhole) await atOwner.lookAgain();
        if (!isWhole && byCommand.has(keyOf(request.routeOptions))) return attempt(times + 1);
        const eventId = await eventOf(request);
        const isAnswered = eventId !== null && (await hop(request, reply, eventId));
        return isAnswered ? reply : attempt(times + 1);
      };
      function attempt(times: number): unknown {
        try {
          const answered = run();
          return answered instanceof Promise ? answered.catch(failed(times)) : answered;
        } catch (error) {
          return failed(times)(error as Error);
        }
      }
      return attempt(0);
    };
  }

  return {
    install(app) {
      for (const route of parts.elsewhere) note(route);
      app.addHook('onRoute', (route) => {
        if (note({ ...route })) route.handler = doingAgain(route.handler);
      });
      app.addHook('preHandler', (request, reply, done) => {
        const key = keyOf(request.routeOptions);
        if (!routes.has(key)) return done();
        const found = eventOf(request);
        // What is to be looked up first is not looked up to be counted.
        if (typeof found === 'number') countByOwner(ownership.fenceOf(found) !== null);
        if (byCommand.has(key)) return done();
        const go = (eventId: number | null) => {
          if (eventId === null || ownership.fenceOf(eventId) !== null) return done();
          hop(request, reply, eventId).then((isAnswered) => isAnswered || done(), done);
        };
        if (found === null || typeof found === 'number') go(found);
        else found.then(go, done);
      });
      atOwner.answer(messageName, (_eventId, asked: Hopping) => handle(app, asked));
    },
  };
}

/** The owner runs another version, which does not know the command; the whole request it does. */
function isUnknownThere(error: Error): boolean {
  return error instanceof PeerRefused && error.refusal.why === 'unknown request';
}

function keyOf({ method, url }: FastifyRequest['routeOptions']): string {
  return `${method} ${url}`;
}

/** As much of a request as handlers read. */
interface HoppedRequest extends Hopping {
  readonly method: string;
  readonly routeOptions: RouteOptions;
  readonly log: FastifyInstance['log'];
  didAnew: boolean;
}

function toRequest(asked: Hopping, routeOptions: RouteOptions, { log }: FastifyInstance): HoppedRequest {
  const method = asked.route.slice(0, asked.route.indexOf(' '));
  return { ...asked, method, routeOptions, log, didAnew: false };
}

/** As much of a reply as handlers use. */
class HoppedReply {
  readonly request: HoppedRequest;
  statusCode = 200;
  sent = false;
  readonly #headers: Record<string, string | string[]> = {};
  #payload: unknown;

  constructor(request: HoppedRequest) {
    this.request = request;
  }

  code(status: number): this {
    this.statusCode = status;
    return this;
  }

  status(status: number): this {
    return this.code(status);
  }

  header(name: string, value: string | number | string[]): this {
    const key = name.toLowerCase();
    const text = Array.isArray(value) ? value : String(value);
    const before = this.#headers[key];
    // As Fastify does: cookies add up, anything else is replaced.
    this.#headers[key] = key === 'set-cookie' && before !== undefined ? [before, text].flat() : text;
    return this;
  }

  headers(values: Readonly<Record<string, string | number | string[]>>): this {
    for (const [name, value] of Object.entries(values)) this.header(name, value);
    return this;
  }

  getHeader(name: string): string | string[] | undefined {
    return this.#headers[name.toLowerCase()];
  }

  hasHeader(name: string): boolean {
    return this.getHeader(name) !== undefined;
  }

  removeHeader(name: string): this {
    delete this.#headers[name.toLowerCase()];
    return this;
  }

  type(value: string): this {
    return this.header('content-type', value);
  }

  redirect(url: string, status = 302): this {
    return this.code(status).header('location', url).send(undefined);
  }

  send(payload: unknown): this {
    this.sent = true;
    this.#payload = payload;
    return this;
  }

  answer(): Hopped {
    const payload = this.#payload;
    const common = { status: this.statusCode, headers: this.#headers, didAnew: this.request.didAnew };
    if (payload === undefined || payload === null) return common;
    if (typeof payload === 'string') return { ...common, text: payload };
    if (Buffer.isBuffer(payload)) return { ...common, text: payload.toString() };
    return { ...common, value: payload };
  }
}
