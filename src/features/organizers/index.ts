import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { keyRoutes } from './http/keys.ts';
import { memberRoutes } from './http/members.ts';
import { organizerRoutes } from './http/organizers.ts';
import type { OrganizerRouteParts } from './ports.ts';
import { createOwnsThing, type OwnsThing } from './store/own-things.ts';

export { createOrganizer } from './commands/create-organizer.ts';
export { type EndedRights, endAllRights } from './commands/end-rights.ts';
export { acceptInvitation, inviteMember } from './commands/invitations.ts';
export { setRole } from './commands/members.ts';
export { revokeKey } from './commands/revoke-key.ts';
export { forgetInvitationsTo } from './store/invitation-rows.ts';
export { findPublicOrganizer, readPaymentAccount } from './store/organizer-rows.ts';
export type { OwnsThing } from './store/own-things.ts';

/** Organisers (tenants): who sells, who works for them, and which programs act for them. */
export function createOrganizers(parts: OrganizerRouteParts): {
  readonly routes: FastifyPluginAsyncTypebox[];
  readonly ownsThing: OwnsThing;
} {
  return {
    routes: [organizerRoutes(parts), memberRoutes(parts), keyRoutes(parts)],
    ownsThing: createOwnsThing(parts.database),
  };
}
