import type { FastifyPluginAsync } from 'fastify';
import { everyRole, type ProcessRole } from '../kernel/process-role.ts';
import type { Job } from '../platform/scheduler/run-jobs.ts';
import type { Slice } from '../platform/slice.ts';
import type { SliceName, Slices } from './slices.ts';

/** Which role serves the routes of a slice: exactly one, and a slice that is in none does not compile. */
const roleOf: Record<SliceName, ProcessRole> = {
  identity: 'identity',
  organizers: 'identity',
  catalog: 'catalog',
  seating: 'catalog',
  imports: 'catalog',
  pricing: 'catalog',
  search: 'search',
  live: 'live',
  // Whatever decides by the ledger of an event, or moves money for what was bought.
  inventory: 'booking',
  booking: 'booking',
  tickets: 'booking',
  payments: 'booking',
  // What is read after a sale, by buyers and staff.
  accounting: 'api',
  delivery: 'api',
  ticketCodes: 'api',
  audit: 'api',
  privacy: 'api',
  mail: 'api',
  storefront: 'api',
};

/** The routes of a process with these roles. */
export function routesOf(slices: Slices, roles: readonly ProcessRole[]): FastifyPluginAsync[] {
  return namesOf(slices).flatMap((name) => (roles.includes(roleOf[name]) ? slices[name].routes : []));
}

/** The routes of all other roles. */
export function routesElsewhere(slices: Slices, roles: readonly ProcessRole[]): FastifyPluginAsync[] {
  return routesOf(
    slices,
    everyRole.filter((role) => !roles.includes(role)),
  );
}

/** Those of the jobs that a process with these roles runs. */
export function jobsOf(jobs: readonly Job[], roles: readonly ProcessRole[]): Job[] {
  return jobs.filter(({ runs }) => {
    if (runs === 'once in the cluster') return roles.includes('worker');
    if (runs === 'where the event is owned') return roles.includes('booking');
    return true;
  });
}

/** The slices in their order, as far as they are alike. */
export function listSlices(slices: Slices): Slice[] {
  return namesOf(slices).map((name) => slices[name]);
}

/** Those of them whose role a process with these roles has. */
export function slicesOf(slices: Slices, roles: readonly ProcessRole[]): Slice[] {
  return namesOf(slices).flatMap((name) => (roles.includes(roleOf[name]) ? slices[name] : []));
}

function namesOf(slices: Slices): SliceName[] {
  return Object.keys(slices) as SliceName[];
}
