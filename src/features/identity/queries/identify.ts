import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Caller } from '../../../platform/http/request.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { TokenRefusal } from './access-tokens.ts';
import type { KnownKey } from './authenticate.ts';
import { type SignedInDecision, toCaller } from './authenticate-account.ts';
import { organizerOfSlug } from './organizer-of-slug.ts';

export type IdentifyRefusal =
  | TokenRefusal
  | { readonly code: 'KEY_UNKNOWN' }
  | { readonly code: 'ORGANIZER_NOT_FOUND' };

export type Identified = Decision<Caller, IdentifyRefusal>;

/**
 * Who `Authorization: Bearer` names (an access token or an API key), acting for the organiser that `X-Organizer` names.
 * Answers at once when both are known, which they are from the second request on.
 */
export type Identify = (bearer: string, organizerSlug: string | undefined) => Identified | Promise<Identified>;

/** A new name of an organiser is known within this time. */
const slugMs = 5_000;
const slugsMax = 10_000;
/** How the header of every JWT begins: `{"` in base64url. API keys begin otherwise. */
const jwtStart = 'eyJ';

export function createIdentify(parts: {
  readonly bypassingRls: Queryable;
  readonly clock: Clock;
  readonly authenticateAccount: (token: string) => SignedInDecision | Promise<SignedInDecision>;
  readonly authenticateKey: (key: string) => KnownKey | null | Promise<KnownKey | null>;
}): Identify {
  const { bypassingRls, clock, authenticateAccount, authenticateKey } = parts;
  const slugs = new Map<string, { id: number; until: number }>();

  /** The organiser of that slug, for those who may act for any; null if there is none. */
  async function findOrganizer(slug: string): Promise<number | null> {
    const known = slugs.get(slug);
    if (known && known.until > clock.measure()) return known.id;
    const id = await organizerOfSlug(bypassingRls, slug);
    slugs.delete(slug);
    if (id === null) return null;
    if (slugs.size >= slugsMax) slugs.delete(slugs.keys().next().value!);
    slugs.set(slug, { id, until: clock.measure() + slugMs });
    return id;
  }

  async function actFor(slug: string, toActing: (organizerId: number) => Caller): Promise<Identified> {
    const organizerId = await findOrganizer(slug);
    return organizerId === null ? refuse({ code: 'ORGANIZER_NOT_FOUND' }) : accept(toActing(organizerId));
  }

  function ofAccount(decision: SignedInDecision, slug: string | undefined): Identified | Promise<Identified> {
    if (!decision.accepted) return decision;
    const signedIn = decision.value;
    if (slug === undefined) return accept(signedIn.caller);
    const membership = signedIn.memberships.find((each) => each.slug === slug);
    if (membership) return accept(toCaller(signedIn, membership.organizerId));
    if (signedIn.isPlatformOwner) return actFor(slug, (organizerId) => toCaller(signedIn, organizerId));
    return refuse({ code: 'ORGANIZER_NOT_FOUND' });
  }

  function ofKey(known: KnownKey | null, slug: string | undefined): Identified | Promise<Identified> {
    if (!known) return refuse({ code: 'KEY_UNKNOWN' });
    if (slug === undefined || slug === known.slug) return accept(known.caller);
    if (known.isPlatformOwner) return actFor(slug, (organizerId) => ({ ...known.caller, organizerId }));
    return refuse({ code: 'ORGANIZER_NOT_FOUND' });
  }

  return (bearer, slug) => {
    if (bearer.startsWith(jwtStart)) {
      const decision = authenticateAccount(bearer);
      return 'then' in decision ? decision.then((found) => ofAccount(found, slug)) : ofAccount(decision, slug);
    }
    const known = authenticateKey(bearer);
    return known !== null && 'then' in known ? known.then((found) => ofKey(found, slug)) : ofKey(known, slug);
  };
}
