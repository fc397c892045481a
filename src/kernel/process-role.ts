/** What a process of Onsale can be; alone it is all of it. Which routes and jobs a role has: `src/compose/roles.ts`. */
export type ProcessRole = 'api' | 'identity' | 'catalog' | 'booking' | 'search' | 'live' | 'worker';

export const everyRole: readonly ProcessRole[] = ['api', 'identity', 'catalog', 'booking', 'search', 'live', 'worker'];
