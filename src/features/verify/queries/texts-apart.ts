import { ownReasons } from '../../../kernel/reason.ts';
import type { Check } from './check.ts';

const own = Object.values(ownReasons)
  .map((words) => `'${words.replaceAll("'", "''")}'`)
  .join(', ');
/** A reason that is neither in words of ours nor a reference. */
const isTyped = (reason: string) =>
  `${reason} IS NOT NULL AND ${reason} !~ '^text:[0-9a-f-]{36}$' AND ${reason} NOT IN (${own})`;

/** What people type may name somebody: it stands beside the history and what is never rewritten, and can be erased. */
export const textsApart: readonly Check[] = [
  {
    invariant: 'I9',
    name: 'no-typed-text-in-history',
    claim: 'What people type as a reason stands in no event, refund, ticket or receipt, where no erasure reaches it',
    sql: `
      SELECT 'event_store' AS place, stream AS id, type AS what FROM event_store
      WHERE metadata::text LIKE '%"reason"%' AND stream ~ '^(booking|ticket|event|erasure)-' AND ${isTyped("(metadata ->> 'reason')")}
      UNION ALL SELECT 'event_store', stream, type FROM event_store WHERE type = 'RefundDue' AND ${isTyped("(data ->> 'reason')")}
      UNION ALL SELECT 'event_store', stream, type FROM event_store
        WHERE type IN ('AllocationMade', 'AllocationChanged') AND (${isTyped("(data ->> 'name')")} OR ${isTyped("(data ->> 'note')")})
      UNION ALL SELECT 'refunds', refund_id::text, state FROM refunds WHERE ${isTyped('reason')}
      UNION ALL SELECT 'tickets', ticket_id::text, status FROM tickets WHERE ${isTyped('reason')}
      UNION ALL SELECT 'receipts', booking_id::text, number::text FROM receipts
        WHERE strpos(document::text, '"reason"') > 0 AND ${isTyped("(document ->> 'reason')")}`,
  },
];
