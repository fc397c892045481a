/** Who looks: the public sees what is announced, the organiser's staff also drafts and, if they ask, hidden events. */
export type Viewer =
  | { readonly kind: 'public' }
  | { readonly kind: 'staff'; readonly organizerId: number; readonly includeInactive: boolean };
