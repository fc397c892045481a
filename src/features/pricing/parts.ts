import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { LiveSales } from './ports.ts';

/** What commands of prices work with. */
export interface PricingParts {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly inventory: LiveSales;
  readonly random: RandomBytes;
}
