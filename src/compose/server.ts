import type { FastifyInstance } from 'fastify';
import { createAnswerHeaders } from '../edges/http/answer-headers.ts';
import { createClientAddress } from '../edges/http/client-address.ts';
import type { OnProblem } from '../edges/http/errors.ts';
import { createHop, type Hop } from '../edges/http/hop.ts';
import { limitPages } from '../edges/http/limits/limited-pages.ts';
import { createNoLimits, createRequestLimits } from '../edges/http/limits/request-limits.ts';
import { createMetricsAccess } from '../edges/http/metrics-access.ts';
import { readRoutes } from '../edges/http/read-routes.ts';
import { createHttpServer } from '../edges/http/server.ts';
import { eventOfReservation } from '../features/inventory/index.ts';
import { createEventOf } from '../platform/http/event-of.ts';
import { askReadiness, pingPostgres } from '../platform/postgres/readiness.ts';
import { type AskedService, measureLatencies } from '../platform/telemetry/service-latencies.ts';
import type { App } from './app.ts';
import type { Platform } from './platform.ts';
import type { Slices } from './slices.ts';

/** The server in front of an app, with the routes of its roles: ready to `listen` or to `inject` into. */
export async function createServer(
  { platform, slices, routes, elsewhere }: Pick<App, 'platform' | 'slices' | 'routes' | 'elsewhere'>,
  { onProblem, isLeaving = () => false }: { readonly onProblem?: OnProblem; readonly isLeaving?: () => boolean } = {},
): Promise<FastifyInstance> {
  const { database, clock, logger, metrics, version, publicUrl, tls, corsOrigins: origins, slowMs, pages } = platform;
  const { redis, rabbitMq, cluster, replica, searchEngine } = platform;
  const limits = createLimits(platform);
  const isHttps = tls !== undefined || (publicUrl?.startsWith('https:') ?? false);
  const answerHeaders = createAnswerHeaders({ isHttps, origins });
  return createHttpServer({
    logger,
    metrics,
    version,
    publicUrl,
    identify: slices.identity.identify,
    sessionTokens: slices.identity.sessions,
    ownsResource: slices.organizers.ownsResource,
    answerPage: limitPages(pages, limits, answerHeaders),
    limits,
    answerHeaders,
    trustedOrigins: origins.filter((origin) => origin !== '*'),
    isOpenToAllOrigins: origins.includes('*'),
    tls,
    slowMs,
    mayReadMetrics: createMetricsAccess({ token: platform.metricsToken, isOpen: platform.isOpenAtMachine }),
    async readiness() {
      const { ready, degraded } = await askReadiness(database, clock);
      // Said before the last requests are answered, so that whatever stands in front sends no more.
      const stops = isLeaving() || (cluster?.ownership.isLeaving ?? false);
      const lagging = replica?.trouble ? [`read replica: ${replica.trouble}`] : [];
      return {
        ready: ready && !stops,
        degraded: [
          ...degraded,
          ...lagging,
          ...redis.degraded(),
          ...(searchEngine?.degraded() ?? []),
          ...(rabbitMq?.trouble ? [`rabbitmq: ${rabbitMq.trouble}`] : []),
          ...(stops ? ['stopping'] : []),
        ],
      };
    },
    latencies: () => measureLatencies(servicesOf(platform), clock),
    sendMissing: slices.storefront.sendMissing,
    routes,
    elsewhere,
    hop: await createHops(platform, slices, elsewhere),
    onProblem,
  });
}

/** Every server that this process uses, as `/health` asks it. */
function servicesOf({ database, redis, rabbitMq, searchEngine }: Platform): AskedService[] {
  return [
    { name: 'postgres', ping: () => pingPostgres(database) },
    ...redis.all.map(({ name, ask }) => ({ name, ping: () => ask((client) => client.ping()) })),
    ...(rabbitMq ? [{ name: 'rabbitmq', ping: () => rabbitMq.ping() }] : []),
    ...(searchEngine ? [{ name: 'opensearch', ping: () => searchEngine.ping() }] : []),
  ];
}

/** How requests about events of other processes get there; undefined where there is no other. */
async function createHops(
  { ownership, atOwner, roles, metrics }: Platform,
  { inventory, booking, tickets }: Slices,
  elsewhere: App['elsewhere'],
): Promise<Hop | undefined> {
  if (!atOwner) return undefined;
  const eventOf = createEventOf({
    reservation: eventOfReservation,
    ticket: inventory.findEventOfTicket,
    booking: booking.findEventOfBooking,
    allocation: tickets.findEventOfAllocation,
  });
  // Nobody hands anything to a process that can own no event.
  const handled = roles.includes('booking') ? await readRoutes(elsewhere) : [];
  const countByOwner = (isHere: boolean) => metrics.eventRequests.inc({ owner: isHere ? 'here' : 'elsewhere' });
  return createHop({ eventOf, ownership, atOwner, countByOwner, elsewhere: handled });
}

/** How often anybody may ask, as it is set, counted where it is to be counted. */
function createLimits({ limitRules: rules, rateLimiter: limiter, trustedProxies, clock, logger }: Platform) {
  const clientAddress = createClientAddress(trustedProxies);
  if (!rules) return createNoLimits(clientAddress);
  const onFailure = (error: unknown) => logger.error({ err: error }, 'rate limits fail: requests are let through');
  return createRequestLimits({ limiter, rules, clientAddress, clock, onFailure });
}
