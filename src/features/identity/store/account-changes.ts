import type { Queryable } from '../../../platform/postgres/database.ts';

/** Deletes changes of a day ago: every process has followed them by then. */
export async function deleteOldAccountChanges(connection: Queryable): Promise<void> {
  await connection.query(`DELETE FROM account_changes WHERE changed_at < now() - interval '1 day'`);
}
