import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { createIssueOutstanding } from './commands/issue-receipts.ts';
import { type AccountingParts, createAccountingRoutes } from './http.ts';

const issueEveryMs = 60_000;

/** Papers about money: receipts of bookings and refunds, the settlement of an event. */
export function createAccounting(parts: AccountingParts) {
  const issueOutstanding = createIssueOutstanding(parts);
  return {
    routes: [withoutLedgers(createAccountingRoutes(parts))],
    jobs: [
      {
        name: 'issue receipts',
        runs: 'once in the cluster',
        everyMs: issueEveryMs,
        run: async () => void (await issueOutstanding()),
      },
    ],
    consumers: [],
  } satisfies SliceShape;
}
