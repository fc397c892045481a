import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Role } from '../../identity/index.ts';

export type InvitationState = 'open' | 'accepted' | 'revoked' | 'expired';

export interface InvitationRow {
  readonly invitationId: string;
  readonly organizerId: number;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly acceptedAt: Date | null;
  readonly revokedAt: Date | null;
}

const columns = `invitation_id AS "invitationId", organizer_id AS "organizerId", mail AS email, role, created_at AS "createdAt",
  expires_at AS "expiresAt", accepted_at AS "acceptedAt", revoked_at AS "revokedAt"`;

export function stateOf(row: InvitationRow, now: number): InvitationState {
  if (row.acceptedAt) return 'accepted';
  if (row.revokedAt) return 'revoked';
  return row.expiresAt.getTime() <= now ? 'expired' : 'open';
}

/** 192 random bits: there is nothing to guess, so a plain hash of it is kept. */
export function makeInvitationToken(): string {
  return randomBytes(24).toString('base64url');
}

function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export async function insertInvitation(
  tx: Queryable,
  invitation: Pick<InvitationRow, 'invitationId' | 'organizerId' | 'email' | 'role' | 'createdAt' | 'expiresAt'> & {
    readonly token: string;
    readonly invitedBy: string;
  },
): Promise<void> {
  const { invitationId, organizerId, email, role, token, invitedBy, createdAt, expiresAt } = invitation;
  await tx.query(
    `INSERT INTO invitations (invitation_id, organizer_id, mail, role, token_hash, invited_by, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [invitationId, organizerId, email, role, hashToken(token), invitedBy, createdAt, expiresAt],
  );
}

/** The invitation whose token this is. */
export async function findInvitationByToken(tx: Queryable, token: string): Promise<InvitationRow | null> {
  const text = `SELECT ${columns} FROM invitations WHERE token_hash = $1`;
  const [row] = await tx.query<InvitationRow>(text, [hashToken(token)]);
  return row ?? null;
}

/** The organiser's invitation, locked until the transaction ends. */
export async function lockInvitation(
  tx: Queryable,
  organizerId: number,
  invitationId: string,
): Promise<InvitationRow | null> {
  const text = `SELECT ${columns} FROM invitations WHERE invitation_id = $1 AND organizer_id = $2 FOR UPDATE`;
  const [row] = await tx.query<InvitationRow>(text, [invitationId, organizerId]);
  return row ?? null;
}

/** The organiser's open invitations, locked until the transaction ends. */
export function lockOpenInvitations(
  tx: Queryable,
  organizerId: number,
  now: Date,
): Promise<(InvitationRow & { readonly invitedBy: string })[]> {
  const text = `SELECT ${columns}, invited_by AS "invitedBy" FROM invitations
    WHERE organizer_id = $1 AND accepted_at IS NULL AND revoked_at IS NULL AND expires_at > $2 ORDER BY invitation_id FOR UPDATE`;
  return tx.query(text, [organizerId, now]);
}

export async function markAccepted(tx: Queryable, invitationId: string, accountId: string, at: Date): Promise<void> {
  await tx.query('UPDATE invitations SET accepted_at = $2, accepted_by = $3 WHERE invitation_id = $1', [
    invitationId,
    at,
    accountId,
  ]);
}

export async function markRevoked(tx: Queryable, invitationId: string, at: Date): Promise<void> {
  await tx.query('UPDATE invitations SET revoked_at = $2 WHERE invitation_id = $1', [invitationId, at]);
}

/** Forgets invitations that were sent to these addresses (in small letters): their owner is erased. */
export async function forgetInvitationsTo(tx: Queryable, emails: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM invitations WHERE lower(mail) = ANY($1::text[])', [emails]);
}

/** The organiser's invitations, the newest first; `before` an id. */
export function listInvitationRows(
  source: Queryable,
  { organizerId, before, limit }: { organizerId: number; before: string | null; limit: number },
): Promise<InvitationRow[]> {
  return source.query<InvitationRow>(
    `SELECT ${columns} FROM invitations WHERE organizer_id = $1 AND ($2::uuid IS NULL OR invitation_id < $2)
     ORDER BY invitation_id DESC LIMIT $3`,
    [organizerId, before, limit],
  );
}
