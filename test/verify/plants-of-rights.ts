import type { Plant } from './plants.ts';

const strangerId = '0199aaaa-0000-7000-8000-0000000000ff';

/** Rights that came from nowhere, and those that nobody was told of. */
export const plantsOfRights: readonly Plant[] = [
  {
    fault: 'a role that nobody gave',
    sql: () => [
      `INSERT INTO accounts (account_id, email, email_key, created_at, updated_at) VALUES ('${strangerId}', 'x@y.example', 'x@y.example', now(), now())`,
      `INSERT INTO memberships (organizer_id, account_id, role) VALUES (1, '${strangerId}', 'admin')`,
    ],
    found: ['roles-are-told'],
  },
  {
    fault: 'a key that may do more than it was made for',
    sql: () => [`UPDATE api_keys SET scopes = '{catalog,payments}' WHERE '*' = ANY (scopes)`],
    found: ['keys-are-told'],
  },
  {
    fault: 'a key that was revoked by nobody',
    sql: () => [`UPDATE api_keys SET revoked_at = now()`],
    found: ['keys-are-told'],
  },
  {
    fault: 'a show that moved without a word to who had tickets',
    sql: ({ eventId }) => [
      `INSERT INTO show_changes (change_id, organizer_id, event_id, kind, state, change, edition, created_at, done_at)
       VALUES (gen_random_uuid(), 1, ${eventId}, 'moved', 'done', '{}', 1, now(), now())`,
    ],
    found: ['changed-shows-are-told'],
  },
];
