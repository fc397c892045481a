import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refused } from '../../platform/http/refused.ts';
import { upgradeOf } from '../../platform/http/upgrade.ts';
import {
  createIdentifyCaller,
  type Demand,
  type IdentifiedCaller,
  type IdentifyCallerParts,
} from './identify-caller.ts';

/** The hook that finds out who sends a request, notes it, and refuses whom the route does not let in. */
export function createAuthentication(parts: IdentifyCallerParts) {
  const identifyCaller = createIdentifyCaller(parts);
  return function authenticate(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
    const identified = identifyCaller(request.headers, demandOf(request));
    if ('then' in identified) identified.then((late) => done(note(request, late)), done);
    else done(note(request, identified));
  };
}

function note(request: FastifyRequest, { caller, sessionId, refusal }: IdentifiedCaller): Refused | undefined {
  request.caller = caller;
  request.sessionId = sessionId;
  return refusal === null ? undefined : new Refused(refusal);
}

function demandOf({ method, params, raw, routeOptions }: FastifyRequest): Demand {
  const { access = 'public', badBearer } = routeOptions.config;
  // A route about one organiser (`/api/organizers/{organizer}/…`) names it in its path: then that counts.
  const organizer = access === 'public' ? undefined : (params as { organizer?: string } | undefined)?.organizer;
  const isSafe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
  return { access, badBearer, organizer, isUnsafe: !isSafe || upgradeOf(raw) !== undefined };
}
