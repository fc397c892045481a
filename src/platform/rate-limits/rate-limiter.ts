/** How often something may be done by one subject: `burst` times at once, then `perSecond` on average. */
export interface RateRule {
  readonly burst: number;
  readonly perSecond: number;
}

/** What a bucket said. */
export interface Verdict {
  readonly allowed: boolean;
  /** The burst of its rule. */
  readonly limit: number;
  /** How many more would be allowed at this moment. */
  readonly remaining: number;
  /** When one more will be allowed; 0 if one is now. */
  readonly retryAfterMs: number;
}

/** The token buckets of one rule, one for each subject (an account, a session, a key, an address). */
export interface Buckets {
  /** Takes a token of the subject, if there is one. */
  take(subject: string): Verdict | Promise<Verdict>;
  /** Takes a token for what was done already, from the next ones where none is left: at most a whole burst of them. */
  charge(subject: string): void | Promise<void>;
}

/**
 * Where buckets are counted. In process the answers come at once, without a promise: that is the hot path. An adapter
 * that shares counts between processes may answer later; then whoever asked waits for it. Adapters may fail: `fail-open-rate-limiter.ts`
 * stands before them.
 */
export interface RateLimiter {
  /** The buckets of a rule; `name` sets them apart from those of other rules, in every process alike. */
  buckets(name: string, rule: RateRule): Buckets;
}
