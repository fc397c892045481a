/** What an API key may do. `*` is everything. */
export const scopes = ['catalog', 'tickets', 'payments', 'reports', '*'] as const;
export type Scope = (typeof scopes)[number];

/**
 * What a role or a key may do within its organiser. `catalog`: shows, venues, plans. `tickets`: staff moves, blocks,
 * complimentary bookings. `payments`: claim a payment made elsewhere, refund. `reports`: read bookings, money, the audit
 * log. `members`: people, keys, the organiser's settings. `door`: check tickets. `owner`: the platform itself.
 */
export const rights = ['catalog', 'tickets', 'payments', 'reports', 'members', 'door', 'owner'] as const;
export type Right = (typeof rights)[number];
