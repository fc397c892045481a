import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { EventListQuery, EventPage } from '../../../contract/catalog.ts';
import {
  NewOrganizer,
  Organizer,
  OrganizerChange,
  OrganizerPage,
  OrganizerParams,
  OrganizersQuery,
  OrganizerWithSettings,
} from '../../../contract/organizers.ts';
import { toIso } from '../../../kernel/instant.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import { createOrganizer } from '../commands/create-organizer.ts';
import { inviteMember } from '../commands/invitations.ts';
import { updateOrganizer } from '../commands/update-organizer.ts';
import type { OrganizerRouteParts } from '../parts.ts';
import { createOrganizerProblems, updateOrganizerProblems } from '../refusals.ts';
import { findPublicOrganizer, listPublicOrganizers, readOrganizer } from '../store/organizer-rows.ts';
import { actingFor, isPerson } from './acting.ts';

const tags = ['organisers'];

/** Organisers: made by the platform's owner, read by anybody, kept by their own admins. */
export function organizerRoutes(parts: OrganizerRouteParts): FastifyPluginAsyncTypebox {
  const { database, clock, listEvents } = parts;
  const open = { access: 'public', keep: 'shared', eventOf: 'none' } as const;
  const admin = { access: 'members', eventOf: 'none' } as const;
  // Another time zone moves the shows that keep the organiser's.
  const changing = { ...admin, eventOf: 'any' } as const;

  return async (app) => {
    app.get(
      '/api/organizers',
      {
        config: open,
        schema: { tags, summary: 'Who sells here', querystring: OrganizersQuery, response: { 200: OrganizerPage } },
      },
      async (request) => {
        const { limit = 20, cursor } = request.query;
        const after = cursor === undefined ? 0 : (decodeCursor(cursor, ['id'])[0] as number);
        const rows = await listPublicOrganizers(database.as(everybody), after, limit + 1);
        const items = rows.slice(0, limit);
        return { items, nextCursor: rows.length > limit ? encodeCursor([items.at(-1)!.organizerId]) : null };
      },
    );
    app.get(
      '/api/organizers/:organizer',
      {
        config: open,
        schema: { tags, summary: 'An organiser', params: OrganizerParams, response: { 200: Organizer } },
      },
      async (request) => find(request.params.organizer),
    );
    app.get(
      '/api/organizers/:organizer/events',
      {
        config: { ...open, problems: ['KEY_MISSING', 'SCOPE_MISSING'] },
        schema: {
          tags,
          summary: "An organiser's events, the earliest start first",
          params: OrganizerParams,
          querystring: EventListQuery,
          response: { 200: EventPage },
        },
      },
      async (request) => {
        const { organizerId } = await find(request.params.organizer);
        return listEvents({ limit: 20, ...request.query, organizerId }, request.caller);
      },
    );
    app.post(
      '/api/organizers',
      {
        config: { access: 'owner', eventOf: 'none', problems: createOrganizerProblems },
        schema: {
          tags,
          summary: 'Make an organiser',
          description: 'For the owner of the platform, who then invites its first admin or makes it a key.',
          body: NewOrganizer,
          response: { 201: OrganizerWithSettings },
        },
      },
      async (request, reply) => {
        const { adminMail, ...input } = request.body;
        const context = contextOf(request, clock.now());
        const { organizerId, slug } = acceptedValue(await createOrganizer(parts, input, context));
        if (adminMail !== undefined) {
          const invitation = { email: adminMail, role: 'admin' } as const;
          acceptedValue(await inviteMember(parts, invitation, { ...context, organizerId }));
        }
        return reply
          .code(201)
          .header('location', `/api/organizers/${slug}`)
          .send(await show(database, organizerId));
      },
    );
    app.get(
      '/api/organizers/:organizer/settings',
      {
        config: admin,
        schema: {
          tags,
          summary: 'An organiser with what only its people see',
          params: OrganizerParams,
          response: { 200: OrganizerWithSettings },
        },
      },
      async (request) => show(database, (await actingFor(parts, request)).organizerId),
    );
    app.put(
      '/api/organizers/:organizer',
      {
        config: { ...changing, problems: updateOrganizerProblems },
        schema: {
          tags,
          summary: 'Change an organiser; what is absent stays',
          params: OrganizerParams,
          body: OrganizerChange,
          response: { 200: OrganizerWithSettings },
        },
      },
      async (request) => {
        const context = await actingFor(parts, request);
        acceptedValue(await updateOrganizer(parts, request.body, context, { isPerson: isPerson(request) }));
        return show(database, context.organizerId);
      },
    );
  };

  async function find(slug: string) {
    const organizer = await findPublicOrganizer(database.as(everybody), slug);
    if (!organizer) throw new Refused({ code: 'ORGANIZER_NOT_FOUND' });
    return organizer;
  }
}

async function show(database: TenantDatabase, organizerId: number) {
  const row = (await readOrganizer(database.as({ organizerId }), organizerId))!;
  return { ...row, createdAt: toIso(row.createdAt.getTime()), updatedAt: toIso(row.updatedAt.getTime()) };
}
