import { codesOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { createOrganizer } from './commands/create-organizer.ts';
import type { acceptInvitation, inviteMember, revokeInvitation } from './commands/invitations.ts';
import type { makeKey } from './commands/make-key.ts';
import type { changeRole, removeMember } from './commands/members.ts';
import type { publishLegalText } from './commands/publish-legal-text.ts';
import type { revokeKey } from './commands/revoke-key.ts';
import type { updateOrganizer } from './commands/update-organizer.ts';

/** The codes that each command can refuse with, for the routes that call it. */
export const createOrganizerProblems = codesOf<RefusalIn<typeof createOrganizer | typeof inviteMember>>({
  CURRENCY_UNKNOWN: true,
  ORGANIZER_NOT_FOUND: true,
  SLUG_NEEDED: true,
  SLUG_TAKEN: true,
  TIME_ZONE_UNKNOWN: true,
});
export const updateOrganizerProblems = codesOf<RefusalIn<typeof updateOrganizer>>({
  ACCOUNT_NEEDED: true,
  CURRENCY_UNKNOWN: true,
  ORGANIZER_NOT_FOUND: true,
  TIME_ZONE_UNKNOWN: true,
});
export const publishLegalTextProblems = codesOf<RefusalIn<typeof publishLegalText>>({ ORGANIZER_NOT_FOUND: true });
export const memberProblems = codesOf<RefusalIn<typeof changeRole | typeof removeMember>>({
  LAST_ADMIN: true,
  MEMBER_NOT_FOUND: true,
  ORGANIZER_NOT_FOUND: true,
});
export const inviteProblems = codesOf<RefusalIn<typeof inviteMember>>({ ORGANIZER_NOT_FOUND: true });
export const revokeInvitationProblems = codesOf<RefusalIn<typeof revokeInvitation>>({
  INVITATION_CLOSED: true,
  INVITATION_NOT_FOUND: true,
});
export const acceptInvitationProblems = codesOf<RefusalIn<typeof acceptInvitation>>({
  INVITATION_CLOSED: true,
  INVITATION_NOT_FOUND: true,
  INVITATION_OF_OTHERS: true,
  LAST_ADMIN: true,
});
export const makeKeyProblems = codesOf<RefusalIn<typeof makeKey>>({ ORGANIZER_NOT_FOUND: true });
export const revokeKeyProblems = codesOf<RefusalIn<typeof revokeKey>>({
  KEY_NOT_FOUND: true,
  ORGANIZER_NOT_FOUND: true,
});

/** Everything that this slice refuses with. */
export type { OrganizerRefusal as OrganizersRefusals } from './domain/refusals.ts';
