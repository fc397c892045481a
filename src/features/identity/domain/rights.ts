/**
 * Who may do what within an organiser: the one table. Routes name the right they need (`config: { access }`), and a test
 * made from all routes tries every role on each. What a right means stands with its name in `contract/rights.ts`.
 */
export const rightsOfRole = {
  admin: ['catalog', 'tickets', 'payments', 'reports', 'members', 'door'],
  manager: ['catalog', 'tickets', 'payments', 'reports', 'door'],
  clerk: ['tickets', 'reports', 'door'],
  door: ['door'],
} as const;

export type Role = keyof typeof rightsOfRole;

export const roles = Object.keys(rightsOfRole) as Role[];

/** The role of that name; requests may go on to say `user`, which clerks were called until version 0.2. Null: there is none. */
export function roleNamed(name: string): Role | null {
  if (name === 'user') return 'clerk';
  return (roles as readonly string[]).includes(name) ? (name as Role) : null;
}

/** The platform owner may do everything, within every organiser and above them. */
export const ownerRights = [...rightsOfRole.admin, 'owner'] as const;
