import { type IncomingMessage, maxHeaderSize, type RequestListener, type Server, type ServerResponse } from 'node:http';
import swagger from '@fastify/swagger';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type onResponseHookHandler,
} from 'fastify';
import type { Identify, SessionTokens } from '../../features/identity/index.ts';
import type { OwnsResource } from '../../features/organizers/index.ts';
import { faultOfEventOf, withoutLedgers } from '../../platform/http/event-of.ts';
import { wantsPage } from '../../platform/http/html-page.ts';
import type { Readiness } from '../../platform/postgres/readiness.ts';
import type { NoteLatency } from '../../platform/telemetry/latencies.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { AnswerHeaders } from './answer-headers.ts';
import { createAuthentication } from './authentication.ts';
import { describeProblems } from './described-problems.ts';
import { describeApi } from './docs/describe.ts';
import { docsRoutes } from './docs/docs-routes.ts';
import { createErrorHandler, type OnProblem, sendProblem } from './errors.ts';
import type { Hop } from './hop.ts';
import { publicCaller } from './identify-caller.ts';
import { buildLazySerializer } from './lazy-serializers.ts';
import type { RequestLimits } from './limits/request-limits.ts';
import type { MayReadMetrics } from './metrics-access.ts';
import { operationRoutes } from './operation-routes.ts';
import type { AnswerPage } from './prepared-pages.ts';
import { createWithinReach, idsIn, unsaidId } from './reach.ts';
import { readAnswerHook } from './read-answers.ts';
import { readQuery } from './read-query.ts';
import { readRequestId } from './request-id.ts';
import { problemsOf } from './route-problems.ts';
import { createServedPaths } from './served-paths.ts';
import { answerStopping } from './stopping.ts';
import { answerUnreadable } from './unreadable-requests.ts';
import { asksForWebSocket, refuseForeignPages, routeUpgrades } from './upgrades.ts';
import { compileValidator } from './validation.ts';
import { createWebServer, type Tls } from './web-server.ts';

/** Bodies are small; the few routes that take more (plans, imports) say so themselves. */
const bodyBytesMax = 64 * 1024;
/** A client must have sent its whole request by then, or is cut off. */
const requestTimeoutMs = 15_000;
const headersTimeoutMs = 10_000;
const idleSocketMs = 72_000;
/** How often, while stopping, connections that have fallen idle are closed. */
const idleSweepMs = 50;

export interface HttpServerParts {
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly version: string;
  readonly publicUrl: string | undefined;
  readonly identify: Identify;
  readonly sessionTokens: SessionTokens;
  /** Asked about what somebody without the right has named. */
  readonly ownsResource: OwnsResource;
  /** Answers what needs no router. */
  readonly answerPage: AnswerPage;
  readonly limits: RequestLimits;
  readonly answerHeaders: AnswerHeaders;
  /** Origins that are as good as our own. */
  readonly trustedOrigins: readonly string[];
  /** Pages of any other origin may read what anybody may. */
  readonly isOpenToAllOrigins: boolean;
  readonly tls: Tls | undefined;
  /** Requests that take so long get a line in the log. */
  readonly slowMs: number;
  /** Who may read the metrics. */
  readonly mayReadMetrics: MayReadMetrics;
  /** Whether the process and PostgreSQL work; dependencies that are down but not needed are named. */
  readonly readiness: () => Promise<Readiness>;
  /** How long each server that the process uses takes to give a sign of life, in milliseconds; null: it gives none. */
  readonly latencies: () => Promise<Record<string, number | null>>;
  /** Hears every refusal that a route answers: tests compare it with what the route declares. */
  readonly onProblem?: OnProblem | undefined;
  /** Answers a browser that followed a link to nowhere. */
  readonly sendMissing: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  /** Takes requests about events of other processes there; left out where there is none. */
  readonly hop?: Hop | undefined;
  /** The slices' routes, as far as this process has their roles. */
  readonly routes: readonly FastifyPluginAsync[];
  /** Those of the roles that it does not have: they are described, so that one document says the whole API, and not served. */
  readonly elsewhere: readonly FastifyPluginAsync[];
}

/** The HTTP server with all routes, ready to `listen` or to `inject` into. It opens no port by itself. */
export async function createHttpServer(parts: HttpServerParts): Promise<FastifyInstance> {
  const { logger, metrics, identify, sessionTokens } = parts;
  const paths = createServedPaths();
  let isStopping = false;
  // A page may have been made here for who asked elsewhere: it is served by those who have its route.
  const mayBePage =
    parts.elsewhere.length === 0 ? () => true : (url: string) => paths.methodsOf(url.split('?', 1)[0]!).length > 0;
  let hasListened = false;
  const enter = (request: IncomingMessage, response: ServerResponse, handler: RequestListener) => {
    // What comes in on an open connection while the server stops is the last there, and answered like any other.
    if (!app.server.listening) response.shouldKeepAlive = false;
    if (isStopping && asksForWebSocket(request)) return answerStopping(request, response, parts.answerHeaders);
    request.url = paths.spelled(request.url!);
    const answered = mayBePage(request.url) && parts.answerPage(request, response);
    if (answered === false) handler(request, response);
    else if (answered !== true) {
      answered.then((isDone) => isDone || handler(request, response)).catch(() => response.destroy());
    }
  };
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Each line says its correlation id itself: a logger per request costs more than most requests log.
    childLoggerFactory: (parent) => parent,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: idleSocketMs,
    forceCloseConnections: 'idle',
    // Answered at the entry, as a problem.
    return503OnClosing: false,
    requestIdHeader: false,
    genReqId: (request) => readRequestId(request.headers['x-request-id']),
    // What the router refuses by itself: an address that is no text.
    frameworkErrors: (_error, request, reply) =>
      sendProblem(reply.header('x-request-id', request.id), { code: 'REQUEST_INVALID' }, metrics),
    schemaController: { compilersFactory: { buildSerializer: buildLazySerializer } },
    // Any id that a request has room for comes to its route: that alone says how there is no such one.
    routerOptions: { maxParamLength: maxHeaderSize, ignoreTrailingSlash: true, querystringParser: readQuery },
    // What comes in otherwise than through the entry below: injected, or by the side door.
    rewriteUrl: ({ url }) => paths.spelled(url!),
    clientErrorHandler: answerUnreadable,
    serverFactory: (handler) =>
      createWebServer(
        parts.tls,
        {
          requestTimeout: requestTimeoutMs,
          headersTimeout: headersTimeoutMs,
          keepAliveTimeout: idleSocketMs,
          connectionsCheckingInterval: 2_000,
          shouldUpgradeCallback: asksForWebSocket,
        },
        (request, response) => enter(request, response, handler),
      ),
  });
  routeUpgrades(app.server, (request, response) => enter(request, response, app.routing));
  readJson(app);
  app.setValidatorCompiler(compileValidator);
  app.setErrorHandler(createErrorHandler(metrics, createWithinReach(parts.ownsResource), parts.onProblem));
  app.decorateRequest('caller');
  app.decorateRequest('sessionId', null);
  app.addHook('onRequest', (request, reply, done) => {
    request.caller = publicCaller;
    reply.header('x-request-id', request.id);
    done();
  });
  parts.answerHeaders.install(app);
  const isDebugging =
    'isLevelEnabled' in logger &&
    (logger as unknown as { isLevelEnabled(level: string): boolean }).isLevelEnabled('debug');
  const { slowMs } = parts;
  /** Notes how long the answers of a route take. The log names the route, not the address: that of an order or of the play bank is a key. */
  const noting =
    (note: NoteLatency, route: string): onResponseHookHandler =>
    (request, reply, done) => {
      const ms = reply.elapsedTime;
      note(reply.statusCode, ms);
      if (ms >= slowMs) request.log.warn(factsOf(request, reply, route), 'slow request');
      else if (isDebugging) request.log.debug(factsOf(request, reply, route), 'request');
      done();
    };
  app.addHook('preClose', (done) => {
    isStopping = true;
    if (hasListened) closeConnectionsAsTheyFallIdle(app.server);
    done();
  });
  app.addHook('onListen', (done) => {
    hasListened = true;
    done();
  });
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) paths.add(one, url);
  });
  app.addHook('onRoute', (route) => {
    const note = noting(metrics.latencies.of(String(route.method), route.url), route.url);
    route.onResponse = [note, ...[route.onResponse ?? []].flat()];
  });
  const noteMissed = metrics.latencies.of('any', 'none');
  app.setNotFoundHandler((request, reply) => {
    const allowed = paths.methodsOf(request.url.split('?', 1)[0]!);
    noteMissed(allowed.length === 0 ? 404 : 405, reply.elapsedTime);
    if (allowed.length === 0) {
      const isPage = request.method === 'GET' && wantsPage(request) && !request.url.startsWith('/api/');
      return isPage ? parts.sendMissing(request, reply) : sendProblem(reply, { code: 'NOT_FOUND' }, metrics);
    }
    return sendProblem(reply.header('allow', allowed.join(', ')), { code: 'METHOD_NOT_ALLOWED', allowed }, metrics);
  });
  await app.register(swagger, {
    transformObject: (made) =>
      describeProblems(describeApi('openapiObject' in made ? made.openapiObject : made.swaggerObject)),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Onsale',
        version: parts.version,
        description: 'Sell tickets: search, hold, pay once, no seat sold twice.',
      },
      components: {
        securitySchemes: {
          account: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description:
              'An access token, as `/api/auth/login` answers it; `x-access` says which right its role must have.',
          },
          apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, for staff and their programs.' },
          session: {
            type: 'apiKey',
            in: 'header',
            name: 'X-Session-Token',
            description: 'A guest session, issued by the first reserve.',
          },
        },
      },
    },
  });
  await app.register(async (guarded) => {
    guarded.addHook('onRoute', function (route) {
      const { access, staff, ids, eventOf } = route.config ?? {};
      if (!access) throw new Error(`${route.method} ${route.url} does not say who may call it (config.access)`);
      const unsaid = unsaidId(route.url, ids);
      if (unsaid) throw new Error(`${route.method} ${route.url} does not say what :${unsaid} names (config.ids)`);
      const fault = faultOfEventOf(this, route);
      if (fault) throw new Error(`${route.method} ${route.url} ${fault}`);
      const problems = problemsOf(route);
      route.config = { ...route.config, problems };
      const described = {
        ...route.schema,
        ...(access !== 'public' && {
          security: access === 'account' ? [{ account: [] }] : [{ account: [] }, { apiKey: [] }],
        }),
        'x-access': access,
        ...(ids && { 'x-ids': idsIn(route.url, ids) }),
        ...(staff && { 'x-staff': staff }),
        ...(eventOf && eventOf !== 'none' && { 'x-event-of': eventOf }),
        'x-problems': problems,
      };
      route.schema = described;
      const hook = readAnswerHook(route);
      if (hook) route.preSerialization = [hook, ...[route.preSerialization ?? []].flat()];
    });
    parts.limits.install(
      guarded,
      createAuthentication({ identify, sessionTokens, ownOrigins: ownOrigins(parts), isHttps: isHttps(parts) }),
    );
    guarded.addHook(
      'onRequest',
      refuseForeignPages({ ownOrigins: ownOrigins(parts), isOpenToAll: parts.isOpenToAllOrigins }),
    );
    const document = parts.elsewhere.length === 0 ? async () => app.swagger() : describeWhole(parts);
    await guarded.register(withoutLedgers((app) => operationRoutes(app, { ...parts, document })));
    await guarded.register(withoutLedgers((app) => docsRoutes(app, { ...parts, document })));
    parts.hop?.install(guarded);
    for (const routes of parts.routes) await guarded.register(routes);
  });
  await app.ready();
  return app;
}

/** The document of the whole API, made when it is first asked for. */
function describeWhole(parts: HttpServerParts): () => Promise<unknown> {
  let document: Promise<unknown> | undefined;
  return () => {
    const { hop: _hop, ...rest } = parts;
    document ??= createHttpServer({ ...rest, routes: [...parts.routes, ...parts.elsewhere], elsewhere: [] }).then(
      (whole) => whole.swagger(),
    );
    return document;
  };
}

/** What a body must contain, plainly or escaped, to name `__proto__` or `constructor`. */
const mayNamePrototype = /__proto__|constructor|\\u/;

/**
 * Clients that always send `content-type: application/json` mean "no body" by an empty one. The careful parser, which
 * refuses keys that would change a prototype, is asked only where there can be one: it takes four times as long.
 */
function readJson(app: FastifyInstance): void {
  const parseCarefully = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = body as string;
    if (text === '') return done(null, undefined);
    if (mayNamePrototype.test(text)) return parseCarefully(request, text, done);
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      // Whose words a broken body is refused with.
      return parseCarefully(request, text, done);
    }
    done(null, parsed);
  });
}

function factsOf({ id, method }: FastifyRequest, reply: FastifyReply, route: string) {
  return { correlationId: id, method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) };
}

/** A connection whose last answer goes out after the stop began would else be waited for until its client lets go. */
function closeConnectionsAsTheyFallIdle(server: Server): void {
  const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMs);
  server.once('close', () => clearInterval(sweep));
}

/** As cookies are set: by the address that buyers see. */
function isHttps({ publicUrl }: HttpServerParts): boolean {
  return publicUrl?.startsWith('https:') ?? false;
}

function ownOrigins({ publicUrl, trustedOrigins }: HttpServerParts): ReadonlySet<string> {
  return new Set([...(publicUrl === undefined ? [] : [new URL(publicUrl).origin]), ...trustedOrigins]);
}
