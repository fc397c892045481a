import type { Right } from '../../../contract/rights.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Caller } from '../../../platform/http/request.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { CacheCounts } from '../../../platform/telemetry/metrics.ts';
import { ownerRights, rightsOfRole } from '../domain/rights.ts';
import type { Membership } from '../store/accounts.ts';
import type { AccessClaims, AccessTokens, TokenRefusal } from './access-tokens.ts';
import type { AccountChanges } from './account-changes.ts';

/** Who a token speaks for: all that a request's caller is made of, whichever organiser it names. */
export interface SignedIn {
  readonly accountId: string;
  readonly loginId: string;
  readonly hasProvenMail: boolean;
  readonly isPlatformOwner: boolean;
  readonly memberships: readonly Membership[];
  /** What it may do as staff waits for a second factor. */
  readonly lacksSecondFactor: boolean;
  /** As what it calls when it names no organiser: for its only one, else as a buyer. */
  readonly caller: Caller;
}

export type SignedInDecision = Decision<SignedIn, TokenRefusal>;

interface Known {
  /** Whose signature was checked, or which we signed ourselves. */
  readonly claims: AccessClaims;
  readonly decision: SignedInDecision;
  /** The account's count of changes when this was decided; -1: not yet. */
  readonly count: number;
}

export interface AuthenticateAccount {
  /** Who an access token speaks for. */
  authenticate(token: string): SignedInDecision | Promise<SignedInDecision>;
  /** Notes a token that this process has just signed: nobody need check its signature. */
  know(token: string, claims: AccessClaims): void;
}

const knownMax = 50_000;
const expired = refuse({ code: 'TOKEN_EXPIRED' } as const);

/**
 * Answers who an access token speaks for, at once if it was seen before. A buyer's token is believed by its signature; one of
 * staff, or of an account that changed lately (logged out, disabled, another role), is looked up in PostgreSQL, and again
 * after each change. Tokens that were never good are not remembered, so that a flood of them pushes no good one out.
 */
export function createAuthenticateAccount(parts: {
  readonly bypassingRls: Queryable;
  readonly clock: Clock;
  readonly tokens: AccessTokens;
  readonly changes: AccountChanges;
  /** Roles give no right to a login that passed no second factor. */
  readonly secondFactorRequired: boolean;
  /** How often a token was known already. */
  readonly tokenCounts: CacheCounts;
}): AuthenticateAccount {
  const { bypassingRls, clock, tokens, changes, secondFactorRequired, tokenCounts } = parts;
  // Two generations: when the younger is full it becomes the older.
  let younger = new Map<string, Known>();
  let older = new Map<string, Known>();

  function remember(token: string, known: Known): void {
    if (younger.size >= knownMax / 2) {
      older = younger;
      younger = new Map();
    }
    younger.set(token, known);
  }

  function find(token: string): SignedInDecision | Promise<SignedInDecision> {
    const known = younger.get(token) ?? older.get(token);
    if (!known) {
      tokenCounts.missed += 1;
      return check(token);
    }
    tokenCounts.hit += 1;
    const { claims, decision, count } = known;
    if (claims.expiresAt <= clock.now()) return expired;
    // A login that has ended does not begin again.
    if (!decision.accepted || count === changes.countOf(claims.accountId)) return decision;
    return decide(token, claims);
  }

  async function check(token: string): Promise<SignedInDecision> {
    const verified = await tokens.verify(token, clock.now());
    return verified.accepted ? decide(token, verified.value) : verified;
  }

  function decide(token: string, claims: AccessClaims): SignedInDecision | Promise<SignedInDecision> {
    const count = changes.countOf(claims.accountId);
    const keep = (decision: SignedInDecision) => {
      remember(token, { claims, decision, count });
      return decision;
    };
    const isToLookUp = claims.isStaff || count > 0;
    return isToLookUp
      ? lookUp(bypassingRls, claims, secondFactorRequired).then(keep)
      : keep(accept(toSignedIn(claims, noStaff)));
  }

  return {
    authenticate(token) {
      const waiting = changes.upToDate();
      return waiting ? waiting.then(() => find(token)) : find(token);
    },
    know(token, claims) {
      remember(token, { claims, decision: accept(toSignedIn(claims, noStaff)), count: -1 });
    },
  };
}

type Staff = Pick<SignedIn, 'isPlatformOwner' | 'memberships' | 'lacksSecondFactor'>;
const noStaff: Staff = { isPlatformOwner: false, memberships: [], lacksSecondFactor: false };

async function lookUp(
  bypassingRls: Queryable,
  claims: AccessClaims,
  secondFactorRequired: boolean,
): Promise<SignedInDecision> {
  const [row] = await bypassingRls.query<
    Omit<Staff, 'lacksSecondFactor'> & { hasPassed: boolean; hasProvenMail: boolean }
  >(
    {
      name: 'find-signed-in',
      text: `SELECT a.platform_owner AS "isPlatformOwner", a.verified_at IS NOT NULL AS "hasProvenMail",
          l.second_factor AND a.totp_confirmed_at IS NOT NULL AS "hasPassed", coalesce((
            SELECT json_agg(json_build_object('organizerId', m.organizer_id, 'slug', o.slug, 'organizerName', o.name,
              'role', m.role) ORDER BY m.organizer_id)
            FROM memberships m JOIN organizers o USING (organizer_id) WHERE m.account_id = a.account_id), '[]') AS memberships
        FROM logins l JOIN accounts a USING (account_id)
        WHERE l.login_id = $1 AND l.account_id = $2 AND l.ended_at IS NULL AND a.disabled_at IS NULL`,
    },
    [claims.loginId, claims.accountId],
  );
  if (!row) return refuse({ code: 'TOKEN_INVALID' });
  const { hasPassed, hasProvenMail, ...staff } = row;
  return accept(
    toSignedIn({ ...claims, hasProvenMail }, { ...staff, lacksSecondFactor: secondFactorRequired && !hasPassed }),
  );
}

function toSignedIn({ accountId, loginId, hasProvenMail }: AccessClaims, staff: Staff): SignedIn {
  const { isPlatformOwner, memberships } = staff;
  const signedIn = { accountId, loginId, hasProvenMail, ...staff };
  const only = memberships.length === 1 ? memberships[0] : undefined;
  return { ...signedIn, caller: toCaller(signedIn, only?.organizerId ?? (isPlatformOwner ? 1 : null)) };
}

/** The caller that someone signed in is when acting for an organiser, or for none. */
export function toCaller(signedIn: Omit<SignedIn, 'caller'>, organizerId: number | null): Caller {
  const { accountId, loginId, hasProvenMail, isPlatformOwner, memberships, lacksSecondFactor } = signedIn;
  const role = memberships.find((membership) => membership.organizerId === organizerId)?.role;
  const rights: readonly Right[] = isPlatformOwner ? ownerRights : role ? rightsOfRole[role] : [];
  const caller = { kind: 'account', accountId, loginId, hasProvenMail, organizerId } as const;
  return lacksSecondFactor && rights.length > 0 ? { ...caller, rights: [], lacksSecondFactor } : { ...caller, rights };
}
