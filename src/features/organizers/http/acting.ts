import type { FastifyRequest } from 'fastify';
import type { CommandContext } from '../../../kernel/context.ts';
import { Refused } from '../../../platform/http/refused.ts';
import { contextOf, hasRight, staffOf } from '../../../platform/http/request.ts';
import { everybody } from '../../../platform/postgres/scope.ts';
import type { OrganizerParts } from '../parts.ts';
import { findPublicOrganizer } from '../store/organizer-rows.ts';

/**
 * The context of a request about the organiser in its address: that organiser's people may act for it, and the platform's
 * owner for any. For anybody else there is none of that name.
 */
export async function actingFor(
  { database, clock }: OrganizerParts,
  request: FastifyRequest<{ Params: { organizer: string } }>,
): Promise<CommandContext> {
  const found = await findPublicOrganizer(database.as(everybody), request.params.organizer);
  const isOwn = found !== null && staffOf(request.caller, 'members') === found.organizerId;
  if (!found || !(isOwn || hasRight(request.caller, 'owner'))) throw new Refused({ code: 'ORGANIZER_NOT_FOUND' });
  return { ...contextOf(request, clock.now()), organizerId: found.organizerId };
}

/** Whether somebody signed in asks, or the key of the platform's owner: no organiser's own key. */
export function isPerson({ caller }: Pick<FastifyRequest, 'caller'>): boolean {
  return caller.kind === 'account' || hasRight(caller, 'owner');
}

/**
 * Refuses an organiser's own API key where rights are handed out or money is turned: a key that got into the wrong hands must not
 * make itself at home. The key of the platform's owner may.
 */
export function asPerson(request: Pick<FastifyRequest, 'caller'>): void {
  if (!isPerson(request)) throw new Refused({ code: 'ACCOUNT_NEEDED' });
}
