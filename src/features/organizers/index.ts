export { type EndedRights, endAllRights } from './commands/end-rights.ts';
export { setRole } from './commands/members.ts';
export { revokeKey } from './commands/revoke-key.ts';
export { createOrganizers } from './compose.ts';
export type { KnowsConsent } from './queries/legal-versions.ts';
export type { OrganizersRefusals } from './refusals.ts';
export { forgetInvitationsTo } from './store/invitation-rows.ts';
export type { OwnsResource } from './store/own-resources.ts';
