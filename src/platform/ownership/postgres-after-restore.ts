import type { Transacting } from '../postgres/database.ts';

/** More fences than were handed out after any backup: 256 for each takeover of everything. */
const fencesLeftOut = 1_000_000_000;

/**
 * Lets nobody own anything in a database that was restored: whoever its rows call alive decided about events in the database that is
 * lost. All slots get new fences above any that were handed out there after the backup, so that fences only grow for whoever
 * remembers one: an old process that still runs, or another service.
 */
export async function disownAll(bypassingRls: Transacting): Promise<void> {
  await bypassingRls.transaction(async (tx) => {
    await tx.query(`UPDATE processes SET state = 'dead' WHERE state <> 'dead'`);
    await tx.query(`SELECT setval('slot_fences', last_value + ${fencesLeftOut}) FROM slot_fences`);
    await tx.query(`UPDATE slots SET process_id = NULL, fence = nextval('slot_fences')`);
    await tx.query('UPDATE job_turns SET until = now()');
  });
}
