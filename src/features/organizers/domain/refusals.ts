/** All that a command of organisers refuses. */
export type OrganizerRefusal =
  | { readonly code: 'ORGANIZER_NOT_FOUND' }
  | { readonly code: 'SLUG_TAKEN'; readonly slug: string }
  | { readonly code: 'SLUG_NEEDED' }
  | { readonly code: 'CURRENCY_UNKNOWN' }
  | { readonly code: 'TIME_ZONE_UNKNOWN' }
  | { readonly code: 'MEMBER_NOT_FOUND' }
  | { readonly code: 'KEY_NOT_FOUND' }
  | { readonly code: 'LAST_ADMIN' }
  | { readonly code: 'ACCOUNT_NEEDED' }
  | { readonly code: 'INVITATION_NOT_FOUND' }
  | { readonly code: 'INVITATION_OF_OTHERS' }
  | { readonly code: 'INVITATION_CLOSED'; readonly state: 'accepted' | 'revoked' | 'expired' };

/** Those of its refusals that have one of some codes. */
export type OrganizerRefusalOf<Code extends OrganizerRefusal['code']> = Extract<
  OrganizerRefusal,
  { readonly code: Code }
>;
