import type { Transacting } from '../postgres/database.ts';

/**
 * Makes the event store followable in another PostgreSQL than the one that it was written in. Who follows it knows what is new by the number of the
 * writing transaction, and each PostgreSQL counts its own: where the count is lower here, what is written from now on would pass for handled,
 * and no mail would go out for it. So where that is so, each number becomes its rank among the marks of the followers (a small one,
 * older than any transaction here): each follower goes on exactly where it was. Answers whether it was so.
 */
export function renumberTransactions(bypassingRls: Transacting): Promise<boolean> {
  return bypassingRls.transaction(
    async (tx) => {
      const [row] = await tx.query<{ isAhead: boolean }>(
        `SELECT greatest((SELECT max(below) FROM event_followers), (SELECT max(written_by) FROM event_store))
           >= pg_snapshot_xmin(pg_current_snapshot()) AS "isAhead"`,
      );
      if (!row?.isAhead) return false;
      await tx.query('ALTER TABLE event_store DISABLE TRIGGER event_store_append_only');
      await tx.query(
        `UPDATE event_store e
         SET written_by = (3 + (SELECT count(DISTINCT below) FROM event_followers f WHERE f.below <= e.written_by))::text::xid8`,
      );
      await tx.query(
        `WITH ranked AS (SELECT name, dense_rank() OVER (ORDER BY below) AS rank FROM event_followers)
         UPDATE event_followers f SET below = (3 + rank)::text::xid8 FROM ranked WHERE ranked.name = f.name`,
      );
      await tx.query('ALTER TABLE event_store ENABLE TRIGGER event_store_append_only');
      return true;
    },
    { isLong: true },
  );
}
