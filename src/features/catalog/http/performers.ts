import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Deleted, ListQuery } from '../../../contract/catalog.ts';
import { SerialId } from '../../../contract/common.ts';
import { EditHeaders } from '../../../contract/if-match.ts';
import type { ProblemCode } from '../../../contract/problems.ts';
import { NewPerformer, Performer, PerformerChange, PerformerPage } from '../../../contract/show-parts.ts';
import { readVersionCheck } from '../../../platform/http/if-match.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import type { PublicReading } from '../../../platform/postgres/read-replica.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { createPerformer } from '../commands/create-performer.ts';
import { deletePerformer } from '../commands/delete-performer.ts';
import { updatePerformer } from '../commands/update-performer.ts';
import { findPerformer, listPerformers } from '../queries/read-performers.ts';
import { deletePerformerProblems, updatePerformerProblems } from '../refusals.ts';
import { toDeleted } from './events.ts';
import type { RouteParts } from './route-parts.ts';
import { readingFor, tagged } from './route-parts.ts';

const ids = { performerId: 'performer' } as const;
const tags = ['performers'];
const params = Type.Object({ performerId: SerialId() });

/** The routes of performers: read by anybody, changed with a key for the catalogue. */
export function performerRoutes(parts: Omit<RouteParts, 'inventory'>): FastifyPluginAsyncTypebox {
  const { database, clock } = parts;
  const readBy = readingFor(parts);
  const staff = (problems: readonly ProblemCode[]) => ({ config: { access: 'catalog', ids, problems } as const });
  const open = { config: { access: 'public', keep: 'shared', ids } } as const;

  async function show(performerId: number, from: PublicReading = database) {
    const found = await findPerformer(from.as(everybody), performerId);
    if (!found) throw new Refused({ code: 'PERFORMER_NOT_FOUND' });
    return found;
  }

  return async (app) => {
    app.get(
      '/api/performers',
      {
        ...open,
        schema: { tags, summary: 'List performers', querystring: ListQuery, response: { 200: PerformerPage } },
      },
      async (request) => listPerformers(readBy(request.caller).as(everybody), { limit: 20, ...request.query }),
    );
    app.get(
      '/api/performers/:performerId',
      { ...open, schema: { tags, summary: 'Read a performer', params, response: { 200: Performer } } },
      async (request, reply) => tagged(reply, await show(request.params.performerId, readBy(request.caller))),
    );
    app.post(
      '/api/performers',
      { ...staff([]), schema: { tags, summary: 'Make a performer', body: NewPerformer, response: { 201: Performer } } },
      async (request, reply) => {
        const context = contextOf(request, clock.now());
        const performerId = await createPerformer(parts, request.body, context);
        return reply
          .code(201)
          .header('location', `/api/performers/${performerId}`)
          .send(await show(performerId));
      },
    );
    app.put(
      '/api/performers/:performerId',
      {
        ...staff(updatePerformerProblems),
        schema: {
          tags,
          summary: 'Change a performer; what is absent stays',
          params,
          headers: EditHeaders,
          body: PerformerChange,
          response: { 200: Performer },
        },
      },
      async (request, reply) => {
        const { performerId } = request.params;
        const context = contextOf(request, clock.now());
        const { name, description, imageUrl } = request.body;
        const ifVersion = readVersionCheck(request.headers['if-match']);
        acceptedValue(await updatePerformer(parts, performerId, { name, description, imageUrl }, context, ifVersion));
        return tagged(reply, await show(performerId));
      },
    );
    app.delete(
      '/api/performers/:performerId',
      {
        ...staff(deletePerformerProblems),
        schema: { tags, summary: 'Remove a performer that nothing uses', params, response: { 200: Deleted } },
      },
      async (request) => {
        acceptedValue(await deletePerformer(parts, request.params.performerId, contextOf(request, clock.now())));
        return toDeleted(true, 'performer');
      },
    );
  };
}
