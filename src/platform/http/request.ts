import type {} from 'fastify';
import type { ProblemCode } from '../../contract/problems.ts';
import type { Right, Scope } from '../../contract/rights.ts';
import type { CommandContext } from '../../kernel/context.ts';
import type { EventOf } from './event-of.ts';
import type { ResourceIds } from './resources.ts';

/**
 * Who may call a route; every route says it (`config: { access }`), and one that does not say it does not start.
 * `public`: anybody. `account`: whoever is signed in. A right: a key or a member who has it.
 */
export type Access = 'public' | 'account' | Right;

/** Who calls: an account, an API key, or anybody (perhaps with a guest session, see `sessionId`). */
export type Caller =
  | { readonly kind: 'public' }
  | {
      readonly kind: 'key';
      readonly apiKeyId: string;
      readonly organizerId: number;
      readonly scopes: readonly Scope[];
      /** Above all organisers: `*` includes `owner` only then. */
      readonly isPlatformOwner?: boolean;
    }
  | {
      readonly kind: 'account';
      readonly accountId: string;
      /** The login it belongs to. */
      readonly loginId: string;
      /** Its mail address is proven: whoever it is can be distinguished from others. */
      readonly hasProvenMail: boolean;
      /** The organiser it acts for: named by `X-Organizer`, else its only one; null for a buyer. */
      readonly organizerId: number | null;
      /** Its rights there. */
      readonly rights: readonly Right[];
      /** Its role there gives no right before a second factor is set up. */
      readonly lacksSecondFactor?: boolean;
    };

/**
 * How a route is limited. `read` and `write` are the defaults, by method. `hold`: takes places off sale. `login`: tries a
 * password or a code, or sends mail to somebody. `bulk`: much work in one request. `suggest`: asked at every key
 * that is pressed, so that typing takes nothing from other reads.
 */
const limitClasses = ['read', 'write', 'hold', 'login', 'bulk', 'suggest'] as const;
export type LimitClass = (typeof limitClasses)[number];

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** What the ids of its address name; a route that does not say it of one does not start. */
    ids?: ResourceIds;
    /** How the event is found whose ledger it uses; a route that can reach one and does not say it does not start. */
    eventOf?: EventOf;
    /**
     * What becomes of its requests about an event that another process owns; left out: they go there. False: they are handled wherever
     * they come in; what is needed of the ledger is asked of the owner. `by command`: the same, and whoever handles them may find that
     * one must go there after all (`NotByCommand`).
     */
    hops?: false | 'by command';
    /** On a public route: rights, any of which shows the organiser's staff what others do not see there. */
    staff?: readonly Right[];
    limit?: LimitClass;
    /**
     * The codes of problems that it answers beside those that follow from the rest of what it says (who may call it, what its ids
     * name, that it is checked by a schema). The server makes it all of them, for the API description.
     */
    problems?: readonly ProblemCode[];
    /** How long its answers may be kept. `shared`: a minute by anybody, what the public is answered; `never`: asked again each time. */
    keep?: 'shared' | 'never';
    /** Its answers are kept with their `Idempotency-Key`: to repeat such a request counts as a read. */
    keepsAnswers?: boolean;
    /** What a bearer that is wrong or has expired does here: it is refused unless this says otherwise. */
    badBearer?: 'ignored';
  }
  interface FastifyRequest {
    caller: Caller;
    /** The guest session, if the request carried a token that we issued. */
    sessionId: string | null;
    /**
     * Where it comes from: the peer, or whom a trusted proxy names, as its network (`networkOf`). What is counted by origin is
     * counted by this; there is no bare address to count by.
     */
    network: string;
    /** A handler's note that what it did was new, though the request carried an idempotency key that was seen before. */
    didAnew: boolean;
  }
}

/** Whether the caller has a right within the organiser it acts for. */
export function hasRight(caller: Caller, right: Right): boolean {
  if (caller.kind === 'account') return caller.rights.includes(right);
  if (caller.kind !== 'key') return false;
  if (right === 'owner') return caller.isPlatformOwner === true;
  return caller.scopes.includes('*') || caller.scopes.includes(right as Scope);
}

interface ContextSource {
  readonly id: string;
  readonly caller: Caller;
  readonly sessionId: string | null;
}

/** The organiser that the caller acts for: the key's own, or the one an account's request names; null for buyers. */
export function organizerOf(caller: Caller): number | null {
  return caller.kind === 'public' ? null : caller.organizerId;
}

/** The organiser whose staff the caller is, if it has the right there; else null. */
export function staffOf(caller: Caller, right: Right): number | null {
  return hasRight(caller, right) ? organizerOf(caller) : null;
}

/**
 * The command context of a request: actor, correlation id, organiser. Buyers act for none (0, which no row has): what
 * they do belongs to the organiser of the event or booking, which their command puts in its place.
 */
export function contextOf(request: ContextSource, now: number): CommandContext {
  const { caller, sessionId } = request;
  return {
    actor: actorOf(caller, sessionId),
    correlationId: request.id,
    now,
    organizerId: organizerOf(caller) ?? 0,
  };
}

function actorOf(caller: Caller, sessionId: string | null): string {
  if (caller.kind === 'key') return `key:${caller.apiKeyId}`;
  if (caller.kind === 'account') return `account:${caller.accountId}`;
  return sessionId ? `guest:${sessionId}` : 'guest';
}
