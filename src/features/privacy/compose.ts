import type { Clock } from '../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { SliceShape } from '../../platform/slice.ts';
import type { DoProven } from '../identity/index.ts';
import type { ReleaseHoldsOf } from '../inventory/index.ts';
import { forgetOldData } from './commands/forget-old-data.ts';
import { createPrivacyRoutes } from './http.ts';

const forgetEveryMs = 6 * 3_600_000;

/** Personal data: exporting it, erasing it, forgetting it when it is old. It stands apart from history, so it can go. */
export function createPrivacy(parts: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly releaseHoldsOf: ReleaseHoldsOf;
  readonly doProven: DoProven;
  /** Keeps the list of its tickets no more. */
  readonly forgetTicketsOf: (owner: string) => void;
  /** How long after a show its buyers' contacts are kept. */
  readonly contactDays: number;
}) {
  const { database, clock, contactDays } = parts;
  return {
    routes: [createPrivacyRoutes(parts)],
    jobs: [
      {
        name: 'forget old personal data',
        runs: 'once in the cluster',
        everyMs: forgetEveryMs,
        run: async () => void (await forgetOldData(database.bypassingRls, { contactDays, now: clock.now() })),
      },
    ],
    consumers: [],
  } satisfies SliceShape;
}
