import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  AcceptInvitation,
  Done,
  InvitationPage,
  InvitationParams,
  Invitation as InvitationSchema,
  MemberChanged,
  MemberPage,
  MemberParams,
  Membership,
  NewInvitation,
  OrganizerParams,
  OrganizersQuery,
  RoleChange,
} from '../../../contract/organizers.ts';
import { toIso } from '../../../kernel/instant.ts';
import { languageOf } from '../../../platform/http/language.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import { roleNamed } from '../../identity/index.ts';
import type { EndedRights } from '../commands/end-rights.ts';
import { acceptInvitation, inviteMember, revokeInvitation } from '../commands/invitations.ts';
import { changeRole, removeMember } from '../commands/members.ts';
import type { OrganizerParts } from '../parts.ts';
import { acceptInvitationProblems, inviteProblems, memberProblems, revokeInvitationProblems } from '../refusals.ts';
import { type InvitationRow, listInvitationRows, stateOf } from '../store/invitation-rows.ts';
import { listMemberRows } from '../store/member-rows.ts';
import { readOrganizer } from '../store/organizer-rows.ts';
import { actingFor, asPerson } from './acting.ts';
import { pageByUuid, readUuidCursor } from './page-by-uuid.ts';

const tags = ['members'];

/** Who works for an organiser: members, and those invited. For its admins; anybody signed in may accept an invitation. */
export function memberRoutes(parts: OrganizerParts): FastifyPluginAsyncTypebox {
  const { database, clock } = parts;
  const config = { access: 'members', ids: { accountId: 'member', invitationId: 'invitation' } } as const;

  const changing = { ...config, problems: [...memberProblems, 'ACCOUNT_NEEDED'] } as const;

  function toInvitation(row: InvitationRow) {
    const { invitationId, email, role, createdAt, expiresAt } = row;
    const dates = { createdAt: toIso(createdAt.getTime()), expiresAt: toIso(expiresAt.getTime()) };
    return { invitationId, email, role, state: stateOf(row, clock.now()), ...dates };
  }

  return async (app) => {
    const list = { params: OrganizerParams, querystring: OrganizersQuery };
    const members = { tags, summary: 'Who works for an organiser', ...list, response: { 200: MemberPage } };
    app.get('/api/organizers/:organizer/members', { config, schema: members }, async (request) => {
      const { organizerId } = await actingFor(parts, request);
      const { limit = 20, cursor } = request.query;
      const page = { organizerId, after: readUuidCursor(cursor), limit: limit + 1 };
      const rows = await listMemberRows(database.bypassingRls, page);
      return pageByUuid(rows, limit, 'accountId', ({ since, ...row }) => ({ ...row, since: toIso(since.getTime()) }));
    });
    const change = {
      tags,
      summary: 'Give a member another role',
      description: 'Keys and open invitations that the new role could not have made end.',
      params: MemberParams,
      body: RoleChange,
    };
    app.put(
      '/api/organizers/:organizer/members/:accountId',
      { config: changing, schema: { ...change, response: { 200: MemberChanged } } },
      async (request) => {
        const context = await actingFor(parts, request);
        asPerson(request);
        const { accountId } = request.params;
        const role = roleNamed(request.body.role)!;
        const ended = acceptedValue(await changeRole(parts, { accountId, role }, context));
        await parts.accounts.followChanges();
        return toChanged(`The member is ${role} now.`, ended);
      },
    );
    const remove = {
      tags,
      summary: 'Take a member away',
      description: 'Keys and open invitations that they made end, and open invitations to their address.',
      params: MemberParams,
      response: { 200: MemberChanged },
    };
    app.delete(
      '/api/organizers/:organizer/members/:accountId',
      { config: changing, schema: remove },
      async (request) => {
        const context = await actingFor(parts, request);
        asPerson(request);
        const ended = acceptedValue(await removeMember(parts, request.params.accountId, context));
        await parts.accounts.followChanges();
        return toChanged('The member is away.', ended);
      },
    );

    const invite = {
      tags,
      summary: 'Invite somebody by mail',
      description: 'The mail holds a token, good for seven days, that POST /api/invitations/accept takes.',
      params: OrganizerParams,
      body: NewInvitation,
      response: { 201: InvitationSchema },
    };
    app.post(
      '/api/organizers/:organizer/invitations',
      { config: { ...config, problems: [...inviteProblems, 'ACCOUNT_NEEDED'] }, schema: invite },
      async (request, reply) => {
        const context = await actingFor(parts, request);
        asPerson(request);
        const invited = { email: request.body.email, role: roleNamed(request.body.role)! };
        const { invitationId, expiresAt } = acceptedValue(
          await inviteMember(parts, { ...invited, language: languageOf(request) }, context),
        );
        const dates = { createdAt: toIso(context.now), expiresAt: toIso(expiresAt) };
        return reply.code(201).send({ invitationId, ...invited, state: 'open' as const, ...dates });
      },
    );
    const invitations = { tags, summary: 'Who was invited', ...list, response: { 200: InvitationPage } };
    app.get('/api/organizers/:organizer/invitations', { config, schema: invitations }, async (request) => {
      const context = await actingFor(parts, request);
      const { limit = 20, cursor } = request.query;
      const page = { organizerId: context.organizerId, before: readUuidCursor(cursor), limit: limit + 1 };
      return pageByUuid(await listInvitationRows(database.as(context), page), limit, 'invitationId', toInvitation);
    });
    const revoke = { tags, summary: 'Take an invitation back', params: InvitationParams, response: { 200: Done } };
    app.delete(
      '/api/organizers/:organizer/invitations/:invitationId',
      { config: { ...config, problems: revokeInvitationProblems }, schema: revoke },
      async (request) => {
        const context = await actingFor(parts, request);
        acceptedValue(await revokeInvitation(parts, request.params.invitationId, context));
        return { success: true as const, message: 'The invitation is taken back.' };
      },
    );
    const accept = {
      tags,
      summary: 'Accept an invitation as the account that is signed in',
      body: AcceptInvitation,
      response: { 200: Membership },
    };
    app.post(
      '/api/invitations/accept',
      { config: { access: 'account', problems: acceptInvitationProblems }, schema: accept },
      async (request) => {
        if (request.caller.kind !== 'account') throw new Refused({ code: 'ACCOUNT_NEEDED' });
        const { accountId } = request.caller;
        const accepting = { token: request.body.token, accountId };
        const { organizerId, role } = acceptedValue(
          await acceptInvitation(parts, accepting, contextOf(request, clock.now())),
        );
        await parts.accounts.followChanges();
        const organizer = (await readOrganizer(database.as({ organizerId }), organizerId))!;
        return { organizer: organizer.slug, organizerName: organizer.name, role };
      },
    );
  };
}

/** Says what ended with somebody's rights. */
function toChanged(message: string, { keys, invitations }: EndedRights) {
  return { success: true as const, message, revokedKeys: [...keys], revokedInvitations: [...invitations] };
}
