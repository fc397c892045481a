import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { grantRole, type Role, takeRole } from '../../identity/index.ts';
import type { OrganizerParts, OrganizerRefusal } from '../ports.ts';
import { readRole } from '../store/member-rows.ts';
import { readOrganizer } from '../store/organizer-rows.ts';

type Parts = Pick<OrganizerParts, 'database'>;

/** Gives a member of the context's organiser another role. Its last admin stays admin. */
export function changeRole(
  parts: Parts,
  { accountId, role }: { readonly accountId: string; readonly role: Role },
  context: CommandContext,
): Promise<Decision<null, OrganizerRefusal>> {
  return changeMember(parts, accountId, context, async (tx, before) => {
    if (before.isLastAdmin && role !== 'admin') return refuse({ code: 'LAST_ADMIN' });
    await grantRole(tx, { accountId, role }, context);
    return accept(null);
  });
}

/** Takes a member's role away; in force everywhere within seconds. The last admin stays. */
export function removeMember(
  parts: Parts,
  accountId: string,
  context: CommandContext,
): Promise<Decision<null, OrganizerRefusal>> {
  return changeMember(parts, accountId, context, async (tx, before) => {
    if (before.isLastAdmin) return refuse({ code: 'LAST_ADMIN' });
    await takeRole(tx, accountId, context);
    return accept(null);
  });
}

/**
 * One change of an organiser's people at a time, so that two admins cannot remove each other at once. An account's
 * history spans organisers, so this is asked past the wall; every statement names the organiser.
 */
function changeMember(
  { database }: Parts,
  accountId: string,
  { organizerId }: CommandContext,
  work: (tx: Queryable, before: { isLastAdmin: boolean }) => Promise<Decision<null, OrganizerRefusal>>,
): Promise<Decision<null, OrganizerRefusal>> {
  return database.system.transaction(async (tx) => {
    if (!(await readOrganizer(tx, organizerId, 'lock'))) return refuse({ code: 'ORGANIZER_NOT_FOUND' });
    const { role, otherAdmins } = await readRole(tx, organizerId, accountId);
    if (role === null) return refuse({ code: 'MEMBER_NOT_FOUND' });
    return work(tx, { isLastAdmin: role === 'admin' && otherAdmins === 0 });
  });
}
