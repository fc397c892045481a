import { withoutLedgers } from '../../platform/http/event-of.ts';
import { everybody } from '../../platform/postgres/scope.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { keyRoutes } from './http/keys.ts';
import { legalRoutes } from './http/legal.ts';
import { memberRoutes } from './http/members.ts';
import { organizerRoutes } from './http/organizers.ts';
import type { OrganizerRouteParts } from './parts.ts';
import { createKnowsConsent } from './queries/legal-versions.ts';
import { findPublicOrganizer, readPaymentAccount } from './store/organizer-rows.ts';
import { createOwnsResource } from './store/own-resources.ts';

/** Organisers (tenants): who sells, who works for them, and which programs act for them. */
export function createOrganizers(parts: OrganizerRouteParts) {
  const { database } = parts;
  return {
    routes: [
      organizerRoutes(parts),
      withoutLedgers(memberRoutes(parts)),
      withoutLedgers(keyRoutes(parts)),
      withoutLedgers(legalRoutes(parts)),
    ],
    jobs: [],
    consumers: [],
    /** The organiser's own account at the card company, as it is set now; null if it has none. */
    paymentAccountOf: (organizerId: number) => readPaymentAccount(database.as({ organizerId }), organizerId),
    /** The id of a public organiser by its slug; null if there is none. */
    findOrganizer: async (slug: string) =>
      (await findPublicOrganizer(database.as(everybody), slug))?.organizerId ?? null,
    /** What anybody may know of an organiser; null if there is none. */
    publicOrganizer: (slug: string) => findPublicOrganizer(database.as(everybody), slug),
    /** Whether an organiser has the versions of its texts that somebody agreed to. */
    knowsConsent: createKnowsConsent(database),
    ownsResource: createOwnsResource(database),
  } satisfies SliceShape;
}
