import type { Queryable } from '../../../platform/postgres/database.ts';
import { type Role, rightsOfRole, roles } from '../../identity/index.ts';

export interface MemberRow {
  readonly accountId: string;
  readonly name: string | null;
  readonly email: string;
  readonly role: Role;
  readonly since: Date;
}

/**
 * The organiser's members with the names of their accounts, after an account. Accounts belong to no organiser: this is
 * asked bypassing RLS, and says itself whose members it wants.
 */
export function listMemberRows(
  bypassingRls: Queryable,
  { organizerId, after, limit }: { organizerId: number; after: string | null; limit: number },
): Promise<MemberRow[]> {
  return bypassingRls.query<MemberRow>(
    `SELECT account_id AS "accountId", a.name, a.email, m.role, m.created_at AS since
     FROM memberships m JOIN accounts a USING (account_id)
     WHERE m.organizer_id = $1 AND ($2::uuid IS NULL OR account_id > $2) ORDER BY account_id LIMIT $3`,
    [organizerId, after, limit],
  );
}

export interface MemberRole {
  readonly role: Role | null;
  /** An admin, and no other is left who could act: whoever is locked out could not. */
  readonly isLastAdmin: boolean;
  /** Above all organisers, whatever its role with this one. */
  readonly isPlatformOwner: boolean;
}

/** What an account is to the organiser. */
export async function readRole(tx: Queryable, organizerId: number, accountId: string): Promise<MemberRole> {
  const [row] = await tx.query<{ role: Role | null; otherAdmins: number; isPlatformOwner: boolean | null }>(
    `SELECT max(role) FILTER (WHERE account_id = $2) AS role,
       count(*) FILTER (WHERE role = 'admin' AND account_id <> $2 AND a.disabled_at IS NULL) AS "otherAdmins",
       bool_or(a.platform_owner) FILTER (WHERE account_id = $2) AS "isPlatformOwner"
     FROM memberships JOIN accounts a USING (account_id) WHERE organizer_id = $1`,
    [organizerId, accountId],
  );
  const { role, otherAdmins, isPlatformOwner } = row!;
  return { role, isLastAdmin: role === 'admin' && otherAdmins === 0, isPlatformOwner: isPlatformOwner ?? false };
}

/**
 * Whether the actor may hand out rights with the organiser, as it is now: an account by its role (or above all organisers), a
 * key while it lives. The machine's operator always may. What kinds of rights a key hands out is the edge's question.
 */
export async function mayHandOut(
  tx: Queryable,
  { actor, organizerId }: { readonly actor: string; readonly organizerId: number },
): Promise<boolean> {
  const [kind, id] = actor.split(':');
  if (kind !== 'account' && kind !== 'key') return kind === 'system';
  const rows = await (kind === 'key'
    ? tx.query('SELECT FROM api_keys WHERE api_key_id = $1 AND revoked_at IS NULL', [id])
    : tx.query(
        `SELECT FROM accounts a LEFT JOIN memberships m ON m.account_id = a.account_id AND m.organizer_id = $2
         WHERE a.account_id = $1 AND a.disabled_at IS NULL AND (a.platform_owner OR m.role = ANY ($3))`,
        [id, organizerId, roles.filter(handsOut)],
      ));
  return rows.length > 0;
}

/** Whether a role makes keys and invites people. */
export function handsOut(role: Role | null): boolean {
  return role !== null && (rightsOfRole[role] as readonly string[]).includes('members');
}

/** The organisers that an account belongs to, or where something is left that it made, in the order they are locked. */
export async function organizersOf(tx: Queryable, accountId: string): Promise<number[]> {
  const rows = await tx.query<{ organizerId: number }>(
    `SELECT organizer_id AS "organizerId" FROM memberships WHERE account_id = $1
     UNION SELECT organizer_id FROM api_keys WHERE created_by = 'account:' || $1
     UNION SELECT organizer_id FROM invitations WHERE invited_by = 'account:' || $1
     ORDER BY 1`,
    [accountId],
  );
  return rows.map(({ organizerId }) => organizerId);
}

/** The key of an account's mail address; undefined if there is no such account. In a transaction that bypasses RLS. */
export async function readMailKey(tx: Queryable, accountId: string): Promise<string | undefined> {
  const [row] = await tx.query<{ emailKey: string }>(
    'SELECT email_key AS "emailKey" FROM accounts WHERE account_id = $1',
    [accountId],
  );
  return row?.emailKey;
}
