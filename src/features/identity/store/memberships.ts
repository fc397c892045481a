import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Role } from '../domain/rights.ts';

interface Member {
  readonly organizerId: number;
  readonly accountId: string;
}

/** The role of an account with an organiser; null if it has none. */
export async function readRole(tx: Queryable, { organizerId, accountId }: Member): Promise<Role | null> {
  const [row] = await tx.query<{ role: Role }>(
    'SELECT role FROM memberships WHERE organizer_id = $1 AND account_id = $2',
    [organizerId, accountId],
  );
  return row?.role ?? null;
}

/** Gives an account this role with an organiser, instead of the one it had. */
export async function writeRole(tx: Queryable, member: Member, role: Role, now: Instant): Promise<void> {
  await tx.query(
    `INSERT INTO memberships (organizer_id, account_id, role, created_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (organizer_id, account_id) DO UPDATE SET role = excluded.role`,
    [member.organizerId, member.accountId, role, new Date(now)],
  );
}

/** Takes an account's role with an organiser away, and answers it; null if it had none. */
export async function deleteRole(tx: Queryable, { organizerId, accountId }: Member): Promise<Role | null> {
  const [row] = await tx.query<{ role: Role }>(
    'DELETE FROM memberships WHERE organizer_id = $1 AND account_id = $2 RETURNING role',
    [organizerId, accountId],
  );
  return row?.role ?? null;
}
