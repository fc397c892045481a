import type { Ledgers } from '../ports.ts';

/**
 * Ends the holds of an event whose sale stopped. Its ledger is loaded first: after a restart the holds are still in
 * the journal alone, and would come back with the ledger.
 */
export async function endHolds(ledgers: Ledgers, eventId: number): Promise<void> {
  await ledgers.use(eventId, () => undefined);
  await ledgers.endHolds(eventId);
}
