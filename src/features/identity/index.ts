export { disableAccount, enableAccount, eraseAccount } from './commands/accounts.ts';
export {
  createApiKey,
  insertApiKey,
  makeKeyText,
  type RevokedKeys,
  revokeKey,
  revokeKeysOf,
} from './commands/api-keys.ts';
export { createAccount, makePasswordToken, setPlatformOwner } from './commands/create-account.ts';
export { loadSecrets, readInstallationId } from './commands/load-secrets.ts';
export { makeRehearsalAccounts } from './commands/make-rehearsal-accounts.ts';
export type { DoProven } from './commands/prove-self.ts';
export { grantRole, takeRole } from './commands/roles.ts';
export { rotateKeys } from './commands/rotate-keys.ts';
export { createIdentity } from './compose.ts';
export { createInternalTokens } from './domain/internal-token.ts';
export { loginAddress } from './domain/login-address.ts';
export { type Role, rightsOfRole, roleNamed, roles } from './domain/rights.ts';
export type { SessionTokens } from './domain/session-token.ts';
export { answered } from './http/auth.ts';
export { sessionCookieName } from './own-cookies.ts';
export { keyCacheMs } from './queries/authenticate.ts';
export { hasProven } from './queries/has-proven.ts';
export type { Identified, Identify } from './queries/identify.ts';
export { findAccountByAddress, listAccounts } from './queries/list-accounts.ts';
export { organizerOfSlug } from './queries/organizer-of-slug.ts';
export { type IdentityRefusals, provenProblems } from './refusals.ts';
export { listApiKeys, organizerOfKey } from './store/api-keys.ts';
