import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Language } from '../../../kernel/language.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import { grantRole, hasProven, type Role } from '../../identity/index.ts';
import { nameForStrangers } from '../domain/name-for-strangers.ts';
import type { OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerParts } from '../parts.ts';
import {
  findInvitationByToken,
  type InvitationState,
  insertInvitation,
  lockInvitation,
  makeInvitationToken,
  markAccepted,
  markRevoked,
  stateOf,
} from '../store/invitation-rows.ts';
import { readRole } from '../store/member-rows.ts';
import { readOrganizer } from '../store/organizer-rows.ts';
import { endRightsOf } from './end-rights.ts';
import { handOut } from './hand-out.ts';
import { isDemotion } from './members.ts';

const openMs = 7 * 24 * 3_600_000;

/**
 * Invites somebody by mail to work for the context's organiser. The mail carries the token; whoever is signed in and
 * brings it gets the role. History names the invitation, not the address.
 */
export function inviteMember(
  parts: Pick<OrganizerParts, 'database'>,
  { email, role, language }: { readonly email: string; readonly role: Role; readonly language?: Language | undefined },
  context: CommandContext,
): Promise<Decision<{ invitationId: string; expiresAt: number }, OrganizerRefusalOf<'ORGANIZER_NOT_FOUND'>>> {
  const { organizerId, now } = context;
  return handOut(parts, context, async (tx, organizer) => {
    const invitationId = uuidv7(now);
    const token = makeInvitationToken();
    const expiresAt = now + openMs;
    await insertInvitation(tx, {
      invitationId,
      organizerId,
      email,
      role,
      token,
      invitedBy: context.actor,
      createdAt: new Date(now),
      expiresAt: new Date(expiresAt),
    });
    const link = `/invitation#token=${token}`;
    const facts = { organizerName: nameForStrangers(organizer), role, link, token, expiresAt };
    const cause = `invitation-${invitationId}`;
    await requestMail(tx, { cause, kind: 'invitation', organizerId, to: email, ...(language && { language }), facts });
    const event = { stream: `organizer-${organizerId}`, type: 'MemberInvited', data: { invitationId, role } };
    await appendEvents(tx, [event], context);
    return accept({ invitationId, expiresAt });
  });
}

/** Takes an invitation back that nobody has accepted. Taking it back again changes nothing. */
export function revokeInvitation(
  { database }: Pick<OrganizerParts, 'database'>,
  invitationId: string,
  context: CommandContext,
): Promise<Decision<null, OrganizerRefusalOf<'INVITATION_NOT_FOUND' | 'INVITATION_CLOSED'>>> {
  const { organizerId, now } = context;
  return database.as(context).transaction(async (tx) => {
    const row = await lockInvitation(tx, organizerId, invitationId);
    if (!row) return refuse({ code: 'INVITATION_NOT_FOUND' });
    if (row.revokedAt) return accept(null);
    if (row.acceptedAt) return refuse({ code: 'INVITATION_CLOSED', state: 'accepted' });
    await markRevoked(tx, invitationId, new Date(now));
    const event = { stream: `organizer-${organizerId}`, type: 'InvitationRevoked', data: { invitationId } };
    await appendEvents(tx, [event], context);
    return accept(null);
  });
}

type AcceptRefusal = OrganizerRefusalOf<
  'INVITATION_NOT_FOUND' | 'INVITATION_CLOSED' | 'INVITATION_OF_OTHERS' | 'LAST_ADMIN'
>;

/**
 * Accepts an invitation for the account that is signed in. Refuses tokens we do not know (`INVITATION_NOT_FOUND`),
 * invitations that are closed, the last admin if it would be none any more (`LAST_ADMIN`), and accounts that have not proven the invited address: a mail that is passed on must make
 * no stranger an admin. The invited organiser is not the account's yet, and its
 * history spans organisers: so this bypasses RLS, for the organiser that the token names.
 */
export function acceptInvitation(
  { database }: Pick<OrganizerParts, 'database'>,
  { token, accountId }: { readonly token: string; readonly accountId: string },
  context: CommandContext,
): Promise<Decision<{ organizerId: number; role: Role }, AcceptRefusal>> {
  return database.bypassingRls.transaction(async (tx) => {
    const found = await findInvitationByToken(tx, token);
    if (!found) return refuse({ code: 'INVITATION_NOT_FOUND' });
    const { invitationId, organizerId, role } = found;
    // Who works for an organiser is changed one after the other: by this too.
    await readOrganizer(tx, organizerId, 'lock');
    const row = await lockInvitation(tx, organizerId, invitationId);
    if (!row) return refuse({ code: 'INVITATION_NOT_FOUND' });
    const state: InvitationState = stateOf(row, context.now);
    if (state !== 'open') return refuse({ code: 'INVITATION_CLOSED', state });
    if (!(await hasProven(tx, accountId, row.email))) return refuse({ code: 'INVITATION_OF_OTHERS' });
    const there = { ...context, organizerId };
    const before = await readRole(tx, organizerId, accountId);
    if (before.isLastAdmin && role !== 'admin') return refuse({ code: 'LAST_ADMIN' });
    if (!(await grantRole(tx, { accountId, role }, there))) return refuse({ code: 'INVITATION_NOT_FOUND' });
    await markAccepted(tx, invitationId, accountId, new Date(context.now));
    if (isDemotion(before, role)) await endRightsOf(tx, accountId, there);
    const data = { invitationId, accountId, role };
    await appendEvents(tx, [{ stream: `organizer-${organizerId}`, type: 'InvitationAccepted', data }], there);
    return accept({ organizerId, role });
  });
}
