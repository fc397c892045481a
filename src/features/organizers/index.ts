import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { keyRoutes } from './http/keys.ts';
import { memberRoutes } from './http/members.ts';
import { organizerRoutes } from './http/organizers.ts';
import type { OrganizerRouteParts } from './ports.ts';

export { createOrganizer } from './commands/create-organizer.ts';
export { acceptInvitation, inviteMember } from './commands/invitations.ts';
export { findPublicOrganizer, readPaymentAccount } from './store/organizer-rows.ts';

/** Organisers (tenants): who sells, who works for them, and which programs act for them. */
export function createOrganizers(parts: OrganizerRouteParts): { readonly routes: FastifyPluginAsyncTypebox[] } {
  return { routes: [organizerRoutes(parts), memberRoutes(parts), keyRoutes(parts)] };
}
