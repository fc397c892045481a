import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Deleted, ListQuery } from '../../../contract/catalog.ts';
import { SerialId } from '../../../contract/common.ts';
import type { ProblemCode } from '../../../contract/problems.ts';
import { NewSeries, Series, SeriesChange, SeriesPage } from '../../../contract/show-parts.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import type { PublicReading } from '../../../platform/postgres/read-replica.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { createSeries, deleteSeries, renameSeries } from '../commands/keep-series.ts';
import { findSeries, listSeries } from '../queries/read-series.ts';
import { deleteSeriesProblems, renameSeriesProblems } from '../refusals.ts';
import { toDeleted } from './events.ts';
import { type RouteParts, readingFor } from './route-parts.ts';

const ids = { seriesId: 'series' } as const;
const tags = ['series'];
const params = Type.Object({ seriesId: SerialId() });

/** The routes of series: read by anybody, changed with a key for the catalogue. */
export function seriesRoutes(parts: Omit<RouteParts, 'inventory'>): FastifyPluginAsyncTypebox {
  const { database, clock } = parts;
  const readBy = readingFor(parts);
  const staff = (problems: readonly ProblemCode[]) => ({ config: { access: 'catalog', ids, problems } as const });
  const open = { config: { access: 'public', keep: 'shared', ids } } as const;

  async function show(seriesId: number, from: PublicReading = database) {
    const found = await findSeries(from.as(everybody), seriesId);
    if (!found) throw new Refused({ code: 'SERIES_NOT_FOUND' });
    return found;
  }

  return async (app) => {
    app.get(
      '/api/series',
      {
        ...open,
        schema: { tags, summary: 'List series', querystring: ListQuery, response: { 200: SeriesPage } },
      },
      async (request) => listSeries(readBy(request.caller).as(everybody), { limit: 20, ...request.query }),
    );
    app.get(
      '/api/series/:seriesId',
      { ...open, schema: { tags, summary: 'Read a series', params, response: { 200: Series } } },
      async (request) => show(request.params.seriesId, readBy(request.caller)),
    );
    app.post(
      '/api/series',
      { ...staff([]), schema: { tags, summary: 'Make a series', body: NewSeries, response: { 201: Series } } },
      async (request, reply) => {
        const context = contextOf(request, clock.now());
        const seriesId = await createSeries(parts, request.body.name, context);
        return reply
          .code(201)
          .header('location', `/api/series/${seriesId}`)
          .send(await show(seriesId));
      },
    );
    app.put(
      '/api/series/:seriesId',
      {
        ...staff(renameSeriesProblems),
        schema: {
          tags,
          summary: 'Change a series; what is absent stays',
          params,
          body: SeriesChange,
          response: { 200: Series },
        },
      },
      async (request) => {
        const { seriesId } = request.params;
        const context = contextOf(request, clock.now());
        acceptedValue(await renameSeries(parts, seriesId, request.body.name, context));
        return show(seriesId);
      },
    );
    app.delete(
      '/api/series/:seriesId',
      {
        ...staff(deleteSeriesProblems),
        schema: { tags, summary: 'Remove a series that nothing uses', params, response: { 200: Deleted } },
      },
      async (request) => {
        acceptedValue(await deleteSeries(parts, request.params.seriesId, contextOf(request, clock.now())));
        return toDeleted(true, 'series');
      },
    );
  };
}
