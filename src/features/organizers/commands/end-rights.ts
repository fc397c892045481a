import type { CommandContext } from '../../../kernel/context.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { loginAddress, revokeKeysOf } from '../../identity/index.ts';
import { type InvitationRow, lockOpenInvitations, markRevoked } from '../store/invitation-rows.ts';
import { organizersOf, readMailKey, readRole } from '../store/member-rows.ts';
import { readOrganizer } from '../store/organizer-rows.ts';

/** What ended with somebody's rights. */
export interface EndedRights {
  readonly keys: readonly { readonly apiKeyId: string; readonly name: string }[];
  readonly invitations: readonly { readonly invitationId: string; readonly email: string }[];
}

/**
 * Ends what an account made with the context's organiser while it might: its keys, the keys that those made, and open invitations
 * by any of them. Open invitations to its own address too, or it would be back by the next mail. For whoever has left, is locked
 * out, or has a role that makes none of these. In a transaction that bypasses RLS and has the organiser locked.
 */
export async function endRightsOf(tx: Queryable, accountId: string, context: CommandContext): Promise<EndedRights> {
  const { organizerId, now } = context;
  const { makers, revoked } = await revokeKeysOf(tx, `account:${accountId}`, context);
  const emailKey = await readMailKey(tx, accountId);
  const isTheirs = (row: InvitationRow & { readonly invitedBy: string }) =>
    makers.includes(row.invitedBy) || loginAddress(row.email) === emailKey;
  const ended = (await lockOpenInvitations(tx, organizerId, new Date(now))).filter(isTheirs);
  for (const { invitationId } of ended) {
    await markRevoked(tx, invitationId, new Date(now));
    const event = { stream: `organizer-${organizerId}`, type: 'InvitationRevoked', data: { invitationId } };
    await appendEvents(tx, [{ ...event, reason: 'whoever made it, or was invited, has left' }], context);
  }
  return { keys: revoked, invitations: ended.map(({ invitationId, email }) => ({ invitationId, email })) };
}

/**
 * {@link endRightsOf} with every organiser that an account has anything to do with, for whoever is locked out or erased.
 * `withoutAdmin`: the organisers whose last admin this was. Locks these organisers, so call it before anything else of them is.
 */
export async function endAllRights(
  tx: Queryable,
  accountId: string,
  context: CommandContext,
): Promise<EndedRights & { readonly withoutAdmin: readonly string[] }> {
  const keys: EndedRights['keys'][number][] = [];
  const invitations: EndedRights['invitations'][number][] = [];
  const withoutAdmin: string[] = [];
  for (const organizerId of await organizersOf(tx, accountId)) {
    const organizer = await readOrganizer(tx, organizerId, 'lock');
    if (!organizer) continue;
    if ((await readRole(tx, organizerId, accountId)).isLastAdmin) withoutAdmin.push(organizer.slug);
    const ended = await endRightsOf(tx, accountId, { ...context, organizerId });
    keys.push(...ended.keys);
    invitations.push(...ended.invitations);
  }
  return { keys, invitations, withoutAdmin };
}
