import type { FastifyInstance } from 'fastify';
import { HealthSchema, HealthWithLatenciesSchema } from '../../contract/operation.ts';
import { type PreparedPage, preparePage, sendPage, withPacked } from '../../platform/http/prepared-pages.ts';
import { toJsonBytes } from '../../platform/http/ready-answer.ts';
import { Refused } from '../../platform/http/refused.ts';
import type { Readiness } from '../../platform/postgres/readiness.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { MayReadMetrics } from './metrics-access.ts';

interface Operation {
  readonly metrics: Metrics;
  readonly version: string;
  readonly mayReadMetrics: MayReadMetrics;
  readonly readiness: () => Promise<Readiness>;
  readonly latencies: () => Promise<Record<string, number | null>>;
  readonly document: () => Promise<unknown>;
}

/**
 * Health, metrics and the API description. `live`: the process turns; `ready`: it and PostgreSQL work; `/health` asks every server that is
 * used besides, for people and dashboards: a gateway that looks often needs none of that.
 */
export async function operationRoutes(
  app: FastifyInstance,
  { metrics, version, readiness, latencies, mayReadMetrics, document }: Operation,
): Promise<void> {
  const config = { access: 'public' } as const;
  const tags = ['operation'];
  const health = async () => {
    const { ready, degraded } = await readiness();
    return { ready, body: { status: ready ? 'ok' : 'unavailable', version, degraded: [...degraded] } };
  };
  const summary = 'Do the process and PostgreSQL work?';
  const withLatencies = {
    tags,
    summary: `${summary} How long does each server take that it uses?`,
    response: { 200: HealthWithLatenciesSchema, 503: HealthWithLatenciesSchema },
  };
  app.get('/health', { config, schema: withLatencies }, async (_request, reply) => {
    const [{ ready, body }, latencyMs] = await Promise.all([health(), latencies()]);
    return reply.code(ready ? 200 : 503).send({ ...body, latencyMs });
  });
  const schema = { tags, summary, response: { 200: HealthSchema, 503: HealthSchema } };
  app.get('/health/ready', { config, schema }, async (_request, reply) => {
    const { ready, body } = await health();
    return reply.code(ready ? 200 : 503).send(body);
  });
  const live = { tags, summary: 'Does the process turn?', response: { 200: HealthSchema } };
  app.get('/health/live', { config, schema: live }, async () => ({ status: 'ok', version, degraded: [] }));
  const byToken = { ...config, badBearer: 'ignored', problems: ['KEY_MISSING', 'KEY_UNKNOWN', 'NOT_FOUND'] } as const;
  app.get('/metrics', { config: byToken, schema: { hide: true } }, async (request, reply) => {
    const refusal = mayReadMetrics(request);
    if (refusal) throw new Refused(refusal);
    const text = await metrics.registry.metrics();
    return reply.header('cache-control', 'no-store').type(metrics.registry.contentType).send(text);
  });
  let description: PreparedPage | undefined;
  app.get('/openapi.json', { config, schema: { hide: true } }, async (request, reply) => {
    description ??= withPacked(preparePage(toJsonBytes(await document()), 'public, max-age=60'));
    return sendPage(request, reply, description);
  });
  app.get('/swagger', { config, schema: { hide: true } }, async (_request, reply) => reply.redirect('/docs', 302));
}
