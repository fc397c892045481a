import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { grantRole, type Role, takeRole } from '../../identity/index.ts';
import type { OrganizerRefusalOf } from '../domain/refusals.ts';
import type { OrganizerParts } from '../parts.ts';
import { handsOut, type MemberRole, readRole } from '../store/member-rows.ts';
import { type EndedRights, endRightsOf } from './end-rights.ts';
import { handOut } from './hand-out.ts';

type Parts = Pick<OrganizerParts, 'database'>;
type MemberRefusal = OrganizerRefusalOf<'ORGANIZER_NOT_FOUND' | 'MEMBER_NOT_FOUND' | 'LAST_ADMIN'>;
const nothing: EndedRights = { keys: [], invitations: [] };

/** Gives a member of the context's organiser another role, and ends what that could not have made. Its last admin stays admin. */
export function changeRole(
  parts: Parts,
  { accountId, role }: { readonly accountId: string; readonly role: Role },
  context: CommandContext,
): Promise<Decision<EndedRights, MemberRefusal>> {
  return change(parts, { accountId, role, mayJoin: false }, context);
}

/** Takes a member's role away, and what it made with it; in force everywhere within seconds. The last admin stays. */
export function removeMember(
  parts: Parts,
  accountId: string,
  context: CommandContext,
): Promise<Decision<EndedRights, MemberRefusal>> {
  return change(parts, { accountId, role: null, mayJoin: false }, context);
}

/** Gives an account a role, whether it was a member or not, or takes it with null: for whoever runs the machine. */
export function setRole(
  parts: Parts,
  { accountId, role }: { readonly accountId: string; readonly role: Role | null },
  context: CommandContext,
): Promise<Decision<EndedRights, MemberRefusal>> {
  return change(parts, { accountId, role, mayJoin: role !== null }, context);
}

/** Whether a member that gets this role (null: none any more) may make no keys and invite nobody any more. */
export function isDemotion({ role: before, isPlatformOwner }: MemberRole, role: Role | null): boolean {
  return !isPlatformOwner && handsOut(before) && !handsOut(role);
}

/** One change of an organiser's people at a time, so that two admins cannot remove each other at once. */
function change(
  parts: Parts,
  { accountId, role, mayJoin }: { accountId: string; role: Role | null; mayJoin: boolean },
  context: CommandContext,
): Promise<Decision<EndedRights, MemberRefusal>> {
  const { organizerId } = context;
  return handOut(parts, context, async (tx): Promise<Decision<EndedRights, MemberRefusal>> => {
    const before = await readRole(tx, organizerId, accountId);
    if (before.role === null && !mayJoin) return refuse({ code: 'MEMBER_NOT_FOUND' });
    if (before.isLastAdmin && role !== 'admin') return refuse({ code: 'LAST_ADMIN' });
    if (role === null) await takeRole(tx, accountId, context);
    else await grantRole(tx, { accountId, role }, context);
    // Whoever leaves is not to come back by an invitation either, whatever role it had.
    const ends = role === null ? !before.isPlatformOwner : isDemotion(before, role);
    return accept(ends ? await endRightsOf(tx, accountId, context) : nothing);
  });
}
