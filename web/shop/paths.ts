/** Where everything is: the only place that spells an address of the app. */
export const paths = {
  home: (query?: URLSearchParams) => (query?.size ? `/?${query}` : '/'),
  event: (id: number, slug?: string) => (slug ? `/e/${id}/${slug}` : `/e/${id}`),
  calendar: (id: number) => `/api/events/${id}/event.ics`,
  seats: (id: number) => `/e/${id}/seats`,
  organizer: (slug: string) => `/o/${slug}`,
  legal: (slug: string, kind: string) => `/o/${slug}/legal/${kind}`,
  pay: (reservationId: string) => `/pay/${reservationId}`,
  payBack: (reservationId: string) => `/pay/${reservationId}/back`,
  tickets: '/tickets',
  booking: (bookingId: string) => `/tickets/${bookingId}`,
  order: (token: string) => `/order/${token}`,
  account: '/account',
  signIn: '/sign-in',
  register: '/register',
  reset: '/reset',
} as const;
