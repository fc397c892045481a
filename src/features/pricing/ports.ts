import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';

/** What commands of prices work with. */
export interface PricingParts {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  /** The live sales: they take new codes after the commit. */
  readonly ledgers: { refreshRules(eventId: number): Promise<void> };
  readonly random?: RandomBytes;
}
