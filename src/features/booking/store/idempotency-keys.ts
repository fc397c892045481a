import type { Queryable } from '../../../platform/postgres/database.ts';
import type { DeclinedFacts } from '../domain/purchase-outcome.ts';
import type { BookingStore, KeptKey } from './booking-store.ts';

type Keys = Pick<BookingStore, 'findKey' | 'repointKey' | 'releaseKey' | 'keepDeclined' | 'forgetKeys'>;

/** Earlier versions kept a status and a text, which are read as long as such keys live. */
const nothingKept = 'facts IS NULL AND status IS NULL';

const findStatement = {
  name: 'booking-key',
  text: `SELECT request_hash AS "requestHash", booking_id AS "bookingId", facts, status, body
    FROM idempotency_keys WHERE scope = $1 AND key = $2`,
};

/** What is asked and noted about keys off the path of a purchase; the two commits claim them and keep what a decline came to. */
export function createKeys(database: Queryable): Keys {
  async function findKey(scope: string, key: string): Promise<KeptKey | null> {
    const [row] = await database.query<KeyRow>(findStatement, [scope, key]);
    if (!row) return null;
    const { requestHash, bookingId, facts, status, body } = row;
    return { requestHash, bookingId, declined: facts ?? (status === null ? null : { status, body: body ?? '' }) };
  }

  return {
    findKey,
    async repointKey(scope, key, bookingId) {
      const statement = 'UPDATE idempotency_keys SET booking_id = $3 WHERE scope = $1 AND key = $2';
      await database.query(statement, [scope, key, bookingId]);
    },
    async releaseKey(scope, key, bookingId) {
      const statement = `DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND booking_id = $3 AND ${nothingKept}`;
      await database.query(statement, [scope, key, bookingId]);
    },
    async keepDeclined({ scope, key }, declined) {
      const kept = await database.query(
        `UPDATE idempotency_keys SET facts = $3 WHERE scope = $1 AND key = $2 AND ${nothingKept} RETURNING 1`,
        [scope, key, JSON.stringify(declined)],
      );
      return kept.length > 0 ? declined : ((await findKey(scope, key))?.declined ?? declined);
    },
    async forgetKeys(before) {
      const rows = await database.query<{ count: number }>(
        `WITH gone AS (DELETE FROM idempotency_keys WHERE created_at < $1 RETURNING 1) SELECT count(*) AS count FROM gone`,
        [new Date(before)],
      );
      return rows[0]!.count;
    },
  };
}

interface KeyRow extends Pick<KeptKey, 'requestHash' | 'bookingId'> {
  readonly facts: DeclinedFacts | null;
  readonly status: number | null;
  readonly body: string | null;
}
