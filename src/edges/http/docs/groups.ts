/** A chapter of the reference. */
export interface Group {
  readonly name: string;
  /** What it is for, in one sentence. */
  readonly about: string;
}

/** In the order of a sale; then what staff do, then what operators do. */
export const groups = [
  { name: 'Shows', about: 'What is on: shows with their prices, seats and places, as anybody may see them.' },
  { name: 'Search', about: 'Find a show by a word, a place, a day or a price.' },
  { name: 'Holds', about: 'Keep tickets for a few minutes, so that nobody else can buy them while you decide.' },
  { name: 'Purchases', about: 'Pay for what you hold, once, however often you ask; read and cancel what you bought.' },
  { name: 'Tickets', about: 'Single tickets, the links that mails bring, and the receipts.' },
  { name: 'Account', about: 'Sign in or stay a guest, see your own data, and have it erased.' },
  {
    name: 'Staff',
    about: 'What an organiser’s people and programs do, with a key or a role: make shows, sell, refund, report.',
  },
  { name: 'Operation', about: 'Is it up, what did it send, and what providers report.' },
] as const satisfies readonly Group[];

export type GroupName = (typeof groups)[number]['name'];

/** Where a route's address decides, whatever its subject is. */
const byAddress: readonly (readonly [RegExp, GroupName])[] = [
  [/^\/api\/payments\/webhook\//, 'Operation'],
  [/^\/\.well-known\//, 'Operation'],
  [/^\/api\/orders\//, 'Tickets'],
  [/^\/api\/me\/tickets$/, 'Tickets'],
];

/** The group of what a route is about, by the tag that its slice gave it. */
const bySubject: Readonly<Record<string, GroupName>> = {
  events: 'Shows',
  'ticket types': 'Shows',
  catalogue: 'Shows',
  'seating plans': 'Shows',
  venues: 'Shows',
  performers: 'Shows',
  series: 'Shows',
  organisers: 'Shows',
  search: 'Search',
  reservations: 'Holds',
  payments: 'Purchases',
  bookings: 'Purchases',
  tickets: 'Tickets',
  accounting: 'Tickets',
  identity: 'Account',
  members: 'Account',
  privacy: 'Account',
  operation: 'Operation',
};

/** The group of a route. Throws for a subject that no group knows: add it here. */
export function groupOf(route: {
  readonly path: string;
  readonly subject: string;
  readonly access: string;
}): GroupName {
  if (route.access !== 'public' && route.access !== 'account') return 'Staff';
  const group = byAddress.find(([address]) => address.test(route.path))?.[1] ?? bySubject[route.subject];
  if (!group) throw new Error(`${route.path} is about “${route.subject}”, which is in no group of /docs`);
  return group;
}
