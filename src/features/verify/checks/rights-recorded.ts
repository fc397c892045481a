import type { Check } from './check.ts';

/**
 * I6, of who may do what: a right that nobody gave is the first thing an intruder makes. What clerks were called before
 * still stands in their history.
 */
export const rightsRecorded: readonly Check[] = [
  {
    invariant: 'I6',
    name: 'roles-are-told',
    claim: 'Every role is the one that was last given, by whom its account’s history tells',
    sql: `
      SELECT m.account_id AS "accountId", m.organizer_id AS "organizerId", m.role, last.role AS told
      FROM memberships m LEFT JOIN LATERAL (
        SELECT CASE e.data ->> 'role' WHEN 'user' THEN 'clerk' ELSE e.data ->> 'role' END AS role FROM event_store e
        WHERE e.stream = 'account-' || m.account_id AND e.type IN ('RoleGranted', 'RoleTaken')
          AND e.data ->> 'organizerId' = m.organizer_id::text
        ORDER BY e.version DESC LIMIT 1) last ON true
      WHERE m.role IS DISTINCT FROM last.role`,
  },
  {
    invariant: 'I6',
    name: 'keys-are-told',
    claim: 'Every API key, what it may do and its end are told by its history',
    sql: `
      SELECT k.api_key_id AS "apiKeyId", k.scopes, k.revoked_at AS "revokedAt", made.data AS told
      FROM api_keys k
      LEFT JOIN event_store made ON made.stream = 'key-' || k.api_key_id AND made.version = 1 AND made.type = 'ApiKeyCreated'
      WHERE made.stream IS NULL
        OR to_jsonb(k.scopes) IS DISTINCT FROM made.data::jsonb -> 'scopes'
        OR (k.revoked_at IS NOT NULL) <> EXISTS (
          SELECT FROM event_store e WHERE e.stream = made.stream AND e.type = 'ApiKeyRevoked')`,
  },
];
