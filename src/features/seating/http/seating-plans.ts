import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Deleted } from '../../../contract/catalog.ts';
import {
  SeatingPlanBody,
  SeatingPlanExport,
  type SeatingPlanExportAnswer,
  SeatingPlanPage,
  SeatingPlanParams,
  SeatingPlanQuery,
  SeatingPlanSummary,
  type SeatingPlanSummaryAnswer,
} from '../../../contract/seating.ts';
import type { Decision } from '../../../kernel/decision.ts';
import { toIso } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { sayHowLong } from '../../../platform/http/prepared-pages.ts';
import { type Json, sendJson, toJson } from '../../../platform/http/ready-answer.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { type Caller, contextOf, organizerOf as ofCaller } from '../../../platform/http/request.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { createPlan } from '../commands/create-plan.ts';
import { deletePlan } from '../commands/delete-plan.ts';
import { updatePlan } from '../commands/update-plan.ts';
import { readPlanContent } from '../domain/plan-content.ts';
import { listPlans } from '../queries/list-plans.ts';
import { createPlanProblems, deletePlanProblems, type SeatingRefusals, updatePlanProblems } from '../refusals.ts';
import { findPlan, type SeatingPlanRow } from '../store/seating-plans.ts';

/** 200,000 seats as the editor writes them are about 30 MB. */
const planBytesMax = 32 * 1024 * 1024;

const tags = ['seating plans'];

export function createRoutes({
  database,
  clock,
}: {
  database: TenantDatabase;
  clock: Clock;
}): FastifyPluginAsyncTypebox {
  const ids = { seatingPlanId: 'seatingPlan' } as const;
  const publicly = { access: 'public', keep: 'shared', ids } as const;
  const staff = { access: 'catalog', ids } as const;
  return async (app) => {
    app.post(
      '/api/seating-plans',
      {
        config: { ...staff, problems: createPlanProblems },
        bodyLimit: planBytesMax,
        schema: {
          tags,
          summary: 'Keep a seating plan',
          description: 'A plan with faults is refused with all of them, each with its place.',
          body: SeatingPlanBody,
          response: { 201: SeatingPlanSummary },
        },
      },
      async (request, reply) => {
        const content = accepted(readPlanContent(request.body));
        const row = accepted(await createPlan(database, content, contextOf(request, clock.now())));
        return reply.code(201).header('location', `/api/seating-plans/${row.seatingPlanId}`).send(toSummary(row));
      },
    );

    app.get(
      '/api/seating-plans',
      {
        config: publicly,
        schema: {
          tags,
          summary: 'List seating plans',
          querystring: SeatingPlanQuery,
          response: { 200: SeatingPlanPage },
        },
      },
      async (request) => {
        const { venueId = null, limit = 20, cursor } = request.query;
        const organizerId = organizerOf(request.caller);
        const page = await listPlans(database.as({ organizerId }), {
          organizerId,
          venueId,
          limit,
          ...(cursor !== undefined && { cursor }),
        });
        return { items: page.items.map(toSummary), nextCursor: page.nextCursor };
      },
    );

    app.get(
      '/api/seating-plans/:seatingPlanId',
      {
        config: publicly,
        schema: {
          tags,
          summary: 'A seating plan with its document and supplement, as it can be imported again',
          params: SeatingPlanParams,
          response: { 200: SeatingPlanExport, 304: Type.Null({ description: 'As you have it.' }) },
        },
      },
      async (request, reply) => {
        const organizerId = organizerOf(request.caller);
        const found = await findPlan(database.as({ organizerId }), organizerId, request.params.seatingPlanId);
        if (!found) throw new Refused({ code: 'SEATING_PLAN_NOT_FOUND' });
        const etag = `"${found.contentHash.slice(0, 32)}-${found.version}"`;
        reply.header('etag', etag);
        sayHowLong(request, reply, 'shared');
        if (request.headers['if-none-match'] === etag) return reply.code(304).send(null);
        // The documents are spliced in as the texts they are: writing 2 MB of JSON anew costs more than sending it.
        const summary = toJson(toSummary(found)).slice(0, -1);
        const text: Json<string, SeatingPlanExportAnswer> =
          `${summary},"plan":${found.plan},"supplement":${found.supplement}}`;
        return sendJson(reply, text);
      },
    );

    app.put(
      '/api/seating-plans/:seatingPlanId',
      {
        config: { ...staff, problems: updatePlanProblems },
        bodyLimit: planBytesMax,
        schema: {
          tags,
          summary: 'Replace a seating plan',
          description: 'The seats of a plan that a published event uses stay as they are (409 PLAN_IN_USE).',
          params: SeatingPlanParams,
          body: SeatingPlanBody,
          response: { 200: SeatingPlanSummary },
        },
      },
      async (request) => {
        const content = accepted(readPlanContent(request.body));
        const context = contextOf(request, clock.now());
        return toSummary(accepted(await updatePlan(database, request.params.seatingPlanId, content, context)));
      },
    );

    app.delete(
      '/api/seating-plans/:seatingPlanId',
      {
        config: { ...staff, problems: deletePlanProblems },
        schema: {
          tags,
          summary: 'Remove a seating plan that no event uses',
          params: SeatingPlanParams,
          response: { 200: Deleted },
        },
      },
      async (request) => {
        accepted(await deletePlan(database, request.params.seatingPlanId, contextOf(request, clock.now())));
        return { success: true as const, deleted: true, message: 'The seating plan is removed.' };
      },
    );
  };
}

/** Whose plans are read: the caller's own, and for anybody else those of the house itself. */
function organizerOf(caller: Caller): number {
  return ofCaller(caller) ?? 1;
}

function toSummary(row: SeatingPlanRow): SeatingPlanSummaryAnswer {
  const { seatingPlanId, name, venueId, seatCount, version } = row;
  const [createdAt, updatedAt] = [toIso(row.createdAt.getTime()), toIso(row.updatedAt.getTime())];
  return { seatingPlanId, name, venueId, seatCount, version, createdAt, updatedAt };
}

/** The accepted value; a refusal is thrown for the server to answer, its faults as field errors. */
function accepted<T>(decision: Decision<T, SeatingRefusals>): T {
  if (decision.accepted) return decision.value;
  const { refusal } = decision;
  if (!('faults' in refusal)) throw new Refused(refusal);
  const errors = refusal.faults.map(({ place, reason }) => ({ field: place || '/', message: reason }));
  throw new Refused({ code: refusal.code, errors });
}
