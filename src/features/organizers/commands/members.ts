import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { grantRole, type Role, rightsOfRole, takeRole } from '../../identity/index.ts';
import type { OrganizerParts, OrganizerRefusal } from '../ports.ts';
import { type MemberRole, readRole } from '../store/member-rows.ts';
import { readOrganizer } from '../store/organizer-rows.ts';
import { type EndedRights, endRightsOf } from './end-rights.ts';

type Parts = Pick<OrganizerParts, 'database'>;
const nothing: EndedRights = { keys: [], invitations: [] };

/** Gives a member of the context's organiser another role, and ends what that could not have made. Its last admin stays admin. */
export function changeRole(
  parts: Parts,
  { accountId, role }: { readonly accountId: string; readonly role: Role },
  context: CommandContext,
): Promise<Decision<EndedRights, OrganizerRefusal>> {
  return change(parts, { accountId, role, mayJoin: false }, context);
}

/** Takes a member's role away, and what it made with it; in force everywhere within seconds. The last admin stays. */
export function removeMember(
  parts: Parts,
  accountId: string,
  context: CommandContext,
): Promise<Decision<EndedRights, OrganizerRefusal>> {
  return change(parts, { accountId, role: null, mayJoin: false }, context);
}

/** Gives an account a role, whether it was a member or not, or takes it with null: for whoever runs the machine. */
export function setRole(
  parts: Parts,
  { accountId, role }: { readonly accountId: string; readonly role: Role | null },
  context: CommandContext,
): Promise<Decision<EndedRights, OrganizerRefusal>> {
  return change(parts, { accountId, role, mayJoin: role !== null }, context);
}

/** Whether a member that gets this role (null: none any more) may make no keys and invite nobody any more. */
export function isDemotion({ role: before, isPlatformOwner }: MemberRole, role: Role | null): boolean {
  const handsOut = (of: Role | null) => of !== null && (rightsOfRole[of] as readonly string[]).includes('members');
  return !isPlatformOwner && handsOut(before) && !handsOut(role);
}

/**
 * One change of an organiser's people at a time, so that two admins cannot remove each other at once. An account's
 * history spans organisers, so this is asked past the wall; every statement names the organiser.
 */
function change(
  { database }: Parts,
  { accountId, role, mayJoin }: { accountId: string; role: Role | null; mayJoin: boolean },
  context: CommandContext,
): Promise<Decision<EndedRights, OrganizerRefusal>> {
  const { organizerId } = context;
  return database.system.transaction(async (tx) => {
    if (!(await readOrganizer(tx, organizerId, 'lock'))) return refuse({ code: 'ORGANIZER_NOT_FOUND' });
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
