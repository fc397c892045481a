import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Role } from '../../identity/index.ts';

export interface MemberRow {
  readonly accountId: string;
  readonly name: string | null;
  readonly email: string;
  readonly role: Role;
  readonly since: Date;
}

/**
 * The organiser's members with the names of their accounts, after an account. Accounts belong to no organiser: this is
 * asked past the wall, and says itself whose members it wants.
 */
export function listMemberRows(
  system: Queryable,
  { organizerId, after, limit }: { organizerId: number; after: string | null; limit: number },
): Promise<MemberRow[]> {
  return system.query<MemberRow>(
    `SELECT account_id AS "accountId", a.name, a.email, m.role, m.created_at AS since
     FROM memberships m JOIN accounts a USING (account_id)
     WHERE m.organizer_id = $1 AND ($2::uuid IS NULL OR account_id > $2) ORDER BY account_id LIMIT $3`,
    [organizerId, after, limit],
  );
}

/** The organiser's role of an account, or null; how many admins the organiser has beside it. */
export async function readRole(
  tx: Queryable,
  organizerId: number,
  accountId: string,
): Promise<{ role: Role | null; otherAdmins: number }> {
  const [row] = await tx.query<{ role: Role | null; otherAdmins: number }>(
    `SELECT max(role) FILTER (WHERE account_id = $2) AS role,
       count(*) FILTER (WHERE role = 'admin' AND account_id <> $2) AS "otherAdmins"
     FROM memberships WHERE organizer_id = $1`,
    [organizerId, accountId],
  );
  return row!;
}
