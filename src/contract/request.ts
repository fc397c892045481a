import type {} from 'fastify';
import type { CommandContext } from '../kernel/context.ts';

/** What an API key may do. `*` is everything. */
export const scopes = ['catalog', 'tickets', 'payments', 'reports', '*'] as const;
export type Scope = (typeof scopes)[number];

/**
 * Who may call a route; every route says it (`config: { access }`), and one that does not say it does not start.
 * `public`: anybody. A scope: an API key that has it.
 */
export type Access = 'public' | Exclude<Scope, '*'>;

/** Who calls: an API key, or anybody (perhaps with a guest session, see `sessionId`). */
export type Caller =
  | { readonly kind: 'public' }
  | {
      readonly kind: 'key';
      readonly apiKeyId: string;
      readonly organizerId: number;
      readonly scopes: readonly Scope[];
    };

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    caller: Caller;
    /** The guest session, if the request carried a token that we issued. */
    sessionId: string | null;
  }
}

export function hasScope(caller: Caller, scope: Exclude<Scope, '*'>): boolean {
  return caller.kind === 'key' && (caller.scopes.includes('*') || caller.scopes.includes(scope));
}

interface ContextSource {
  readonly id: string;
  readonly caller: Caller;
  readonly sessionId: string | null;
}

/** The command context of a request: actor, correlation id, organiser (1 for buyers: there is one organiser for now). */
export function contextOf(request: ContextSource, now: number): CommandContext {
  const { caller, sessionId } = request;
  const actor = caller.kind === 'key' ? `key:${caller.apiKeyId}` : sessionId ? `guest:${sessionId}` : 'guest';
  return { actor, correlationId: request.id, now, organizerId: caller.kind === 'key' ? caller.organizerId : 1 };
}
