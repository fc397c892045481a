import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../../contract/problems.ts';
import type { OwnsResource } from '../../features/organizers/index.ts';
import { hasRight, organizerOf } from '../../platform/http/request.ts';
import { type ResourceIds, resources } from '../../platform/http/resources.ts';

/**
 * Says a refusal as far as the caller reaches: whoever lacks a right learns so (403) about its own organiser's resources only;
 * anything else is not there (404), as if there were none. Answers null where the refusal stands as it is, which is at once
 * and for every request of somebody who has the right.
 */
export type WithinReach = (refusal: Refusal, request: FastifyRequest) => Promise<Refusal> | null;

/** How the edge refuses who may not call a route. */
const shut = new Set(['SCOPE_MISSING', 'ACCOUNT_NEEDED', 'SECOND_FACTOR_REQUIRED']);

export function createWithinReach(owns: OwnsResource): WithinReach {
  async function say({ caller, params }: FastifyRequest, ids: ResourceIds, within: Refusal) {
    const organizerId = organizerOf(caller);
    const named = params as Readonly<Record<string, unknown>>;
    for (const [param, resource] of Object.entries(ids).filter(([each]) => each in named)) {
      const id = String(named[param]);
      const isOneself = resource === 'account' && caller.kind === 'account' && caller.accountId === id;
      if (resource === null || isOneself) continue;
      if (organizerId === null || !(await owns(organizerId, resource, id))) return { code: resources[resource] };
    }
    return within;
  }

  return (refusal, request) => {
    const { access = 'public', staff, ids } = request.routeOptions.config;
    if (ids === undefined || request.caller.kind === 'public') return null;
    if (access !== 'public') {
      return shut.has(refusal.code) ? say(request, ids, refusal) : null;
    }
    // A route for everybody that shows staff more: who has no such right learns that it takes one.
    if (staff === undefined || staff.some((right) => hasRight(request.caller, right))) return null;
    const isMissing = Object.values(ids).some((resource) => resource !== null && resources[resource] === refusal.code);
    return isMissing ? say(request, ids, { code: 'SCOPE_MISSING', scope: staff[0]! }) : null;
  };
}

/** Of what a route says of ids, that about those in its address. */
export function idsIn(url: string, ids: ResourceIds): ResourceIds {
  return Object.fromEntries(Object.entries(ids).filter(([name]) => namesOf(url).includes(name)));
}

/** An id of the address of which the route does not say what it names: then it may not start. */
export function unsaidId(url: string, ids: ResourceIds = {}): string | undefined {
  return namesOf(url).find((name) => name !== 'organizer' && !(name in ids));
}

function namesOf(url: string): string[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => name!);
}
