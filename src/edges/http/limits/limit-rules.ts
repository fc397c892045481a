import type { LimitClass } from '../../../platform/http/request.ts';
import type { RateRule } from '../../../platform/rate-limits/rate-limiter.ts';

/** Who is counted. A customer is an account or a guest session; an address may have thousands of them behind it. */
export type LimitSubject = 'customer' | 'key' | 'address';

export type LimitRules = Readonly<Record<LimitClass, Readonly<Record<LimitSubject, RateRule>>>>;

const rule = (burst: number, perSecond: number): RateRule => ({ burst, perSecond });

/**
 * The limits unless RATE_LIMITS says otherwise. A customer is a person in front of a screen; a key is a program that we
 * know. Whoever is known counts against its own limit and against that of its address, which is so wide that a thousand
 * buyers behind one address get through a whole purchase at the same moment, and only stops somebody who makes up a new
 * guest for every request.
 */
export const defaultLimitRules: LimitRules = {
  read: { customer: rule(2_000, 100), key: rule(10_000, 1_000), address: rule(30_000, 3_000) },
  write: { customer: rule(300, 10), key: rule(5_000, 500), address: rule(10_000, 1_000) },
  hold: { customer: rule(60, 1), key: rule(5_000, 500), address: rule(10_000, 1_000) },
  login: { customer: rule(20, 0.1), key: rule(60, 1), address: rule(4_000, 10) },
  suggest: { customer: rule(120, 10), key: rule(1_000, 100), address: rule(10_000, 1_000) },
  bulk: { customer: rule(60, 1), key: rule(1_000, 20), address: rule(1_000, 20) },
};

/** What RATE_LIMITS asks for: every limit times a factor, and some by name. */
export interface LimitChanges {
  readonly factor: number;
  readonly rules: readonly { readonly limitClass: string; readonly subject: string; readonly rule: RateRule }[];
}

/** The default rules with these changes. A rule that is named is taken as it is, whatever the factor. */
export function changeLimitRules({ factor, rules }: LimitChanges): LimitRules {
  const times = ({ burst, perSecond }: RateRule) => rule(Math.max(1, Math.round(burst * factor)), perSecond * factor);
  const changed = Object.fromEntries(
    Object.entries(defaultLimitRules).map(([limitClass, subjects]) => [
      limitClass,
      Object.fromEntries(Object.entries(subjects).map(([subject, each]) => [subject, times(each)])),
    ]),
  ) as Record<string, Record<string, RateRule>>;
  for (const { limitClass, subject, rule: named } of rules) changed[limitClass]![subject] = named;
  return changed as unknown as LimitRules;
}
