import type { Fence } from '../../../platform/ownership/ownership.ts';
import { distinctFences, takeFences } from '../../../platform/ownership/postgres-fenced-slots.ts';
import { instantArray, intArray, textArray } from '../../../platform/postgres/binary-arrays.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { EndedHold, KeptHold, LostFence } from './inventory-store.ts';

const insertKept = `INSERT INTO hold_journal (reservation_id, event_id, hold, expires_at, organizer_id)
  SELECT reservation_id, event_id, hold::json, expires_at, e.organizer_id
  FROM unnest($1::text[], $2::int[], $3::text[], $4::timestamptz[]) AS h(reservation_id, event_id, hold, expires_at)
  JOIN events e USING (event_id)
  ON CONFLICT (reservation_id) DO UPDATE SET hold = excluded.hold, expires_at = excluded.expires_at`;

/** Writes holds that are kept and forgets those that ended; with `isFenced` under their fences, and only those that are there. */
export async function saveJournal(
  tx: Queryable,
  changes: { readonly kept: readonly KeptHold[]; readonly ended: readonly EndedHold[]; readonly isFenced: boolean },
): Promise<ReadonlyMap<Fence, LostFence>> {
  const lost = changes.isFenced ? await findLost(tx, [...changes.kept, ...changes.ended]) : new Map<Fence, LostFence>();
  const ended = changes.ended.filter(({ fence }) => !lost.has(fence)).map(({ reservationId }) => reservationId);
  const kept = changes.kept.filter(({ fence }) => !lost.has(fence));
  if (ended.length > 0)
    await tx.query('DELETE FROM hold_journal WHERE reservation_id = ANY($1::text[])', [textArray(ended)]);
  if (kept.length > 0) {
    await tx.query(insertKept, [
      textArray(kept.map(({ hold }) => hold.reservationId)),
      intArray(kept.map(({ eventId }) => eventId)),
      textArray(kept.map(({ hold }) => JSON.stringify(hold))),
      instantArray(kept.map(({ hold }) => Math.max(hold.expiresAt, hold.payment?.until ?? 0))),
    ]);
  }
  return lost;
}

async function findLost(
  tx: Queryable,
  changes: readonly { readonly fence: Fence }[],
): Promise<ReadonlyMap<Fence, LostFence>> {
  const lost = new Map<Fence, LostFence>();
  const { fences } = distinctFences(changes.map(({ fence }) => fence));
  for (const [fence, state] of await takeFences(tx, fences)) if (state !== 'held') lost.set(fence, state);
  return lost;
}

/** Takes out of the journal what these owners hold, or somebody under these mail addresses (in lower case), as far as `tx` sees. */
export function removeHoldsOf(
  tx: Queryable,
  { owners, emails }: { readonly owners: readonly string[]; readonly emails: readonly string[] },
): Promise<{ reservationId: string; eventId: number }[]> {
  return tx.query(
    `DELETE FROM hold_journal WHERE lower(hold -> 'contact' ->> 'email') = ANY($1::text[])
       OR hold ->> 'customer' = ANY($2::text[]) OR hold ->> 'account' = ANY($2::text[])
     RETURNING reservation_id AS "reservationId", event_id AS "eventId"`,
    [emails, owners],
  );
}
