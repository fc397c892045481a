import type { FastifyRequest } from 'fastify';
import type { Refusal } from '../../contract/problem.ts';
import { hasRight, organizerOf } from '../../contract/request.ts';
import { type ThingIds, things } from '../../contract/things.ts';
import type { OwnsThing } from '../../features/organizers/index.ts';

/**
 * Says a refusal as far as the caller reaches: whoever lacks a right is told so (403) about its own organiser's things only;
 * anything else is not there (404), as if there were none. Answers null where the refusal stands as it is, which is at once
 * and for every request of somebody who has the right.
 */
export type WithinReach = (refusal: Refusal, request: FastifyRequest) => Promise<Refusal> | null;

/** How the edge refuses who may not call a route. */
const shut = new Set(['SCOPE_MISSING', 'ACCOUNT_NEEDED', 'SECOND_FACTOR_REQUIRED']);

export function createWithinReach(owns: OwnsThing): WithinReach {
  async function say({ caller, params }: FastifyRequest, ids: ThingIds, within: Refusal) {
    const organizerId = organizerOf(caller);
    const named = params as Readonly<Record<string, unknown>>;
    for (const [param, thing] of Object.entries(ids).filter(([each]) => each in named)) {
      const id = String(named[param]);
      const isOneself = thing === 'account' && caller.kind === 'account' && caller.accountId === id;
      if (thing === null || isOneself) continue;
      if (organizerId === null || !(await owns(organizerId, thing, id))) return { code: things[thing] };
    }
    return within;
  }

  return (refusal, request) => {
    const { access = 'public', staff, ids } = request.routeOptions.config;
    if (ids === undefined || request.caller.kind === 'public') return null;
    if (access !== 'public') {
      return shut.has(refusal.code) ? say(request, ids, refusal) : null;
    }
    // A route for everybody that shows staff more: who has no such right is told that it takes one.
    if (staff === undefined || staff.some((right) => hasRight(request.caller, right))) return null;
    const isMissing = Object.values(ids).some((thing) => thing !== null && things[thing] === refusal.code);
    return isMissing ? say(request, ids, { code: 'SCOPE_MISSING', scope: staff[0] }) : null;
  };
}

/** Of what a route says of ids, that about those in its address. */
export function idsIn(url: string, ids: ThingIds): ThingIds {
  return Object.fromEntries(Object.entries(ids).filter(([name]) => namesOf(url).includes(name)));
}

/** An id of the address of which the route does not say what it names: then it may not start. */
export function unsaidId(url: string, ids: ThingIds = {}): string | undefined {
  return namesOf(url).find((name) => name !== 'organizer' && !(name in ids));
}

function namesOf(url: string): string[] {
  return [...url.matchAll(/:(\w+)/g)].map(([, name]) => name!);
}
