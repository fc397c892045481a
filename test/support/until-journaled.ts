import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ConnectionSettings, openDatabase } from '../../src/platform/postgres/database.ts';

/**
 * Waits until the journal has these holds, so that they outlive whoever decides about them. A process writes it a few tenths of a
 * second behind, a loaded machine later. Fails after 20 s.
 */
export async function untilJournaled(
  connection: ConnectionSettings,
  held: readonly { readonly reservationId: string }[],
): Promise<void> {
  const database = openDatabase(connection, 1);
  try {
    const ids = held.map(({ reservationId }) => reservationId);
    for (let time = 0; time < 400; time++) {
      const rows = await database.bypassingRls.query(
        'SELECT FROM hold_journal WHERE reservation_id = ANY($1::text[])',
        [ids],
      );
      if (rows.length === ids.length) return;
      await sleep(50);
    }
    assert.fail(`the journal never had ${ids.join(' and ')}`);
  } finally {
    await database.close();
  }
}
