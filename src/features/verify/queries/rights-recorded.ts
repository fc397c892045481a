import type { Check } from './check.ts';

/**
 * I6, of who may do what: a right that nobody granted is what an intruder makes first. What clerks were called before
 * still stands in their history.
 */
export const rightsRecorded: readonly Check[] = [
  {
    invariant: 'I6',
    name: 'roles-are-recorded',
    formerly: 'roles-are-told',
    claim: 'Every role is the one that was last granted, and its account’s history says by whom',
    sql: `
      SELECT m.account_id AS "accountId", m.organizer_id AS "organizerId", m.role, last.role AS recorded
      FROM memberships m LEFT JOIN LATERAL (
        SELECT CASE e.data ->> 'role' WHEN 'user' THEN 'clerk' ELSE e.data ->> 'role' END AS role FROM event_store e
        WHERE e.stream = 'account-' || m.account_id AND e.type IN ('RoleGranted', 'RoleTaken')
          AND e.data ->> 'organizerId' = m.organizer_id::text
        ORDER BY e.version DESC LIMIT 1) last ON true
      WHERE m.role IS DISTINCT FROM last.role`,
  },
  {
    invariant: 'I6',
    name: 'keys-are-recorded',
    formerly: 'keys-are-told',
    claim: 'Every API key, what it may do and its end are in its history',
    sql: `
      SELECT k.api_key_id AS "apiKeyId", k.scopes, k.revoked_at AS "revokedAt", made.data AS recorded
      FROM api_keys k
      LEFT JOIN event_store made ON made.stream = 'key-' || k.api_key_id AND made.version = 1 AND made.type = 'ApiKeyCreated'
      WHERE made.stream IS NULL
        OR to_jsonb(k.scopes) IS DISTINCT FROM made.data::jsonb -> 'scopes'
        OR (k.revoked_at IS NOT NULL) <> EXISTS (
          SELECT FROM event_store e WHERE e.stream = made.stream AND e.type = 'ApiKeyRevoked')`,
  },
  {
    invariant: 'I6',
    name: 'keys-of-members',
    claim:
      'Every key that works was made by somebody who may still make keys there, by a key that works, or by the machine’s operator',
    sql: `
      WITH RECURSIVE root AS (
        SELECT api_key_id, organizer_id, name, created_by AS maker FROM api_keys WHERE revoked_at IS NULL
        UNION
        SELECT r.api_key_id, r.organizer_id, r.name, k.created_by FROM root r JOIN api_keys k ON r.maker = 'key:' || k.api_key_id)
      SELECT api_key_id AS "apiKeyId", organizer_id AS "organizerId", name, maker FROM root r
      WHERE (maker LIKE 'account:%' AND ${isGone('maker', 'r.organizer_id')})
        OR EXISTS (SELECT FROM api_keys k WHERE maker = 'key:' || k.api_key_id AND k.revoked_at IS NOT NULL AND NOT k.platform_owner)`,
  },
  {
    invariant: 'I6',
    name: 'invitations-of-members',
    claim: 'Every invitation that is open was sent by somebody who may still invite there',
    sql: `
      WITH RECURSIVE root AS (
        SELECT invitation_id, organizer_id, role, invited_by AS maker FROM invitations
        WHERE accepted_at IS NULL AND revoked_at IS NULL AND expires_at > now()
        UNION
        SELECT r.invitation_id, r.organizer_id, r.role, k.created_by FROM root r JOIN api_keys k ON r.maker = 'key:' || k.api_key_id)
      SELECT invitation_id AS "invitationId", organizer_id AS "organizerId", role, maker FROM root r
      WHERE maker LIKE 'account:%' AND ${isGone('maker', 'r.organizer_id')}`,
  },
  {
    invariant: 'I6',
    name: 'logins-passed-second-factor',
    claim: 'No login lives on that passed no second factor where its account has one',
    sql: `
      SELECT l.login_id AS "loginId", l.account_id AS "accountId", l.created_at AS "createdAt"
      FROM logins l JOIN accounts a USING (account_id)
      WHERE a.totp_confirmed_at IS NOT NULL AND NOT l.second_factor AND l.ended_at IS NULL AND l.expires_at > now()`,
  },
  {
    invariant: 'I6',
    name: 'mail-changes-are-recorded',
    claim: 'Every mail address that waits to be an account’s was asked for, and its history says so',
    sql: `
      SELECT t.account_id AS "accountId", t.expires_at AS "expiresAt" FROM mail_tokens t
      WHERE t.email IS NOT NULL AND NOT EXISTS (
        SELECT FROM event_store e WHERE e.stream = 'account-' || t.account_id AND e.type = 'MailChangeRequested')`,
  },
  {
    invariant: 'I6',
    name: 'an-admin-is-left',
    claim: 'Every organiser that had an admin has one who is not locked out',
    sql: `
      SELECT o.organizer_id AS "organizerId", o.slug FROM organizers o
      WHERE NOT EXISTS (
          SELECT FROM memberships m JOIN accounts a USING (account_id)
          WHERE m.organizer_id = o.organizer_id AND m.role = 'admin' AND a.disabled_at IS NULL)
        AND (EXISTS (SELECT FROM memberships m WHERE m.organizer_id = o.organizer_id AND m.role = 'admin')
          OR EXISTS (SELECT FROM memberships m JOIN event_store e ON e.stream = 'account-' || m.account_id
            WHERE m.organizer_id = o.organizer_id AND e.type = 'RoleGranted' AND e.data ->> 'role' = 'admin'
              AND e.data ->> 'organizerId' = o.organizer_id::text)
          OR EXISTS (SELECT FROM event_store e WHERE e.stream = 'organizer-' || o.organizer_id
            AND e.type = 'InvitationAccepted' AND e.data ->> 'role' = 'admin'))`,
  },
];

/** That an account, as actors are written, may hand out rights with that organiser no more. */
function isGone(actor: string, organizerId: string): string {
  return `NOT EXISTS (
    SELECT FROM accounts a LEFT JOIN memberships m ON m.account_id = a.account_id AND m.organizer_id = ${organizerId}
    WHERE a.account_id = substr(${actor}, 9)::uuid AND a.disabled_at IS NULL AND (a.platform_owner OR m.role = 'admin'))`;
}
