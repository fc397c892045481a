/**
 * Who looks: the public sees what is announced, and hidden ticket types that a code has unlocked for it; the organiser's
 * staff also drafts and, if they ask, hidden events.
 */
export type Viewer =
  | { readonly kind: 'public'; readonly unlocked?: readonly number[] }
  | { readonly kind: 'staff'; readonly organizerId: number; readonly includeInactive: boolean };
