import type { BackupStore } from './backup-store.ts';
import { backupBegan, listBackupFolders, readManifest } from './manifest.ts';
import { removeBackup } from './take-backup.ts';

const dayMs = 86_400_000;
/** What is not whole may be under way for so long. */
const underWayMs = 2 * dayMs;

/**
 * Removes the backups of one installation (`system`) that are older than so many days, and what broken ones have left. The newest whole one
 * stays, however old it is; so do those of other installations in the same place. Answers the ids of those that were removed.
 */
export async function removeOldBackups(
  store: BackupStore,
  { keepDays, system, now }: { readonly keepDays: number; readonly system: string; readonly now: number },
): Promise<readonly string[]> {
  const folders = await listBackupFolders(store);
  const ours: string[] = [];
  for (const { id, isWhole } of folders) {
    if (isWhole && (await readManifest(store, id)).system === system) ours.push(id);
  }
  const old = ours.slice(0, -1).filter((id) => now - backupBegan(id) > keepDays * dayMs);
  const broken = folders
    .filter(({ id, isWhole }) => !isWhole && now - backupBegan(id) > underWayMs)
    .map(({ id }) => id);
  for (const id of [...old, ...broken]) await removeBackup(store, id);
  return old;
}
