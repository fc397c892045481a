import type { Plant } from './plants.ts';

const strangerId = '0199aaaa-0000-7000-8000-0000000000ff';
const keyId = '0199aaaa-0000-7000-8000-0000000000f1';
const childKeyId = '0199aaaa-0000-7000-8000-0000000000f2';

const account = (more = '') => [
  `INSERT INTO accounts (account_id, email, email_key, created_at, updated_at) VALUES ('${strangerId}', 'x@y.example', 'x@y.example', now(), now())`,
  ...(more ? [`UPDATE accounts SET ${more} WHERE account_id = '${strangerId}'`] : []),
];
const event = (stream: string, version: number, type: string, data: object) =>
  `INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
   VALUES (1, '${stream}', ${version}, '${type}', '${JSON.stringify(data)}', '{"actor":"system","correlationId":"plant"}', now())`;
/** A key whose history is in order. */
const key = (apiKeyId: string, createdBy: string) => [
  `INSERT INTO api_keys (api_key_id, organizer_id, name, key_hash, scopes, created_by)
   VALUES ('${apiKeyId}', 1, 'left behind', '${apiKeyId}', '{catalog}', '${createdBy}')`,
  event(`key-${apiKeyId}`, 1, 'ApiKeyCreated', { apiKeyId, name: 'left behind', scopes: ['catalog'] }),
];
const member = (role: string) => [
  `INSERT INTO memberships (organizer_id, account_id, role) VALUES (1, '${strangerId}', '${role}')`,
  event(`account-${strangerId}`, 1, 'RoleGranted', { accountId: strangerId, organizerId: 1, role: 'admin' }),
  ...(role === 'admin'
    ? []
    : [event(`account-${strangerId}`, 2, 'RoleGranted', { accountId: strangerId, organizerId: 1, role })]),
];
const invitation = (invitedBy: string) =>
  `INSERT INTO invitations (invitation_id, organizer_id, mail, role, token_hash, invited_by, created_at, expires_at)
   VALUES ('${keyId}', 1, 'z@y.example', 'admin', 'hash', '${invitedBy}', now(), now() + interval '1 day')`;
const login = (secondFactor: boolean) =>
  `INSERT INTO logins (login_id, account_id, created_at, last_used_at, expires_at, second_factor)
   VALUES ('${keyId}', '${strangerId}', now(), now(), now() + interval '1 day', ${secondFactor})`;

const mailChange = `INSERT INTO mail_tokens (token_hash, purpose, account_id, email, expires_at)
  VALUES ('\\x00', 'change-mail', '${strangerId}', 'new@y.example', now() + interval '1 day')`;

/** Rights that came from nowhere, and changes that nobody was notified of. */
export const plantsOfRights: readonly Plant[] = [
  {
    fault: 'a role that nobody gave',
    sql: () => [
      `INSERT INTO accounts (account_id, email, email_key, created_at, updated_at) VALUES ('${strangerId}', 'x@y.example', 'x@y.example', now(), now())`,
      `INSERT INTO memberships (organizer_id, account_id, role) VALUES (1, '${strangerId}', 'admin')`,
    ],
    found: ['roles-are-recorded'],
  },
  {
    fault: 'a key that may do more than it was made for',
    sql: () => [`UPDATE api_keys SET scopes = '{catalog,payments}' WHERE '*' = ANY (scopes)`],
    found: ['keys-are-recorded'],
  },
  {
    fault: 'a key that was revoked by nobody',
    sql: () => [`UPDATE api_keys SET revoked_at = now()`],
    found: ['keys-are-recorded'],
  },
  {
    fault: 'a show that moved without a word to who had tickets',
    sql: ({ eventId }) => [
      `INSERT INTO show_changes (change_id, organizer_id, event_id, kind, state, change, edition, created_at, done_at)
       VALUES (gen_random_uuid(), 1, ${eventId}, 'moved', 'done', '{}', 1, now(), now())`,
    ],
    found: ['buyers-know-of-changed-shows'],
  },
  {
    fault: 'a key of somebody who was removed, and one that this key made',
    sql: () => [...account(), ...key(keyId, `account:${strangerId}`), ...key(childKeyId, `key:${keyId}`)],
    found: ['keys-of-members'],
  },
  {
    fault: 'a key that was made by one that is revoked',
    sql: () => [
      ...key(keyId, 'system'),
      `UPDATE api_keys SET revoked_at = now() WHERE api_key_id = '${keyId}'`,
      event(`key-${keyId}`, 2, 'ApiKeyRevoked', { apiKeyId: keyId }),
      ...key(childKeyId, `key:${keyId}`),
    ],
    found: ['keys-of-members'],
  },
  {
    fault: 'a key of somebody who is locked out',
    sql: () => [...account('disabled_at = now(), platform_owner = true'), ...key(keyId, `account:${strangerId}`)],
    found: ['keys-of-members'],
  },
  {
    fault: 'a key of an account that was erased',
    sql: () => key(keyId, `account:${strangerId}`),
    found: ['keys-of-members'],
  },
  {
    fault: 'an open invitation of somebody who was removed',
    sql: () => [...account(), invitation(`account:${strangerId}`)],
    found: ['invitations-of-members'],
  },
  {
    fault: 'an open invitation by a key of somebody who was removed',
    sql: () => [...account(), ...key(keyId, `account:${strangerId}`), invitation(`key:${keyId}`)],
    found: ['keys-of-members', 'invitations-of-members'],
  },
  {
    fault: 'a login from before its account’s second factor',
    sql: () => [...account(`totp_secret = 'x', totp_confirmed_at = now()`), login(false)],
    found: ['logins-passed-second-factor'],
  },
  {
    fault: 'a mail address that waits to be an account’s, and nobody asked for',
    sql: () => [...account(), mailChange],
    found: ['mail-changes-are-recorded'],
  },
  {
    fault: 'the last admin who became door staff',
    sql: () => [...account(), ...member('door')],
    found: ['an-admin-is-left'],
  },
  {
    fault: 'the last admin who is locked out',
    sql: () => [...account('disabled_at = now()'), ...member('admin')],
    found: ['an-admin-is-left'],
  },
  {
    fault: 'an organiser whose invited admin is gone altogether',
    sql: () => [event('organizer-1', 1, 'InvitationAccepted', { accountId: strangerId, role: 'admin' })],
    found: ['an-admin-is-left'],
  },
];

/** What looks like these faults and is none. */
export const rightsInOrder: readonly string[] = [
  ...account('platform_owner = true'),
  ...key(keyId, `account:${strangerId}`),
  ...key(childKeyId, `key:${keyId}`),
  invitation(`account:${strangerId}`),
  ...member('admin'),
  `UPDATE accounts SET totp_secret = 'x', totp_confirmed_at = now() WHERE account_id = '${strangerId}'`,
  login(true),
  mailChange,
  event(`account-${strangerId}`, 2, 'MailChangeRequested', { accountId: strangerId }),
];
