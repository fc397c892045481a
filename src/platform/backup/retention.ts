import type { BackupStore } from './backup-store.ts';
import { backupBegan, listBackupFolders, type Manifest, readManifest } from './manifest.ts';
import { removeBackup } from './take-backup.ts';

const dayMs = 86_400_000;
/** What is not whole may be under way for so long. */
const underWayMs = 2 * dayMs;

/**
 * Removes the backups of one installation (`system`) that are older than so many days, and what broken ones have left. The newest whole one
 * stays, however old it is; so do those of other installations in the same place. Answers the ids of those that were removed, and those that stay.
 */
export async function removeOldBackups(
  store: BackupStore,
  { keepDays, system, now }: { readonly keepDays: number; readonly system: string; readonly now: number },
): Promise<{ readonly removed: readonly string[]; readonly kept: readonly Manifest[] }> {
  const folders = await listBackupFolders(store);
  const ours: Manifest[] = [];
  for (const { id, isWhole } of folders) {
    const manifest = isWhole ? await readManifest(store, id) : null;
    if (manifest?.system === system) ours.push(manifest);
  }
  const removed = ours
    .slice(0, -1)
    .map(({ id }) => id)
    .filter((id) => now - backupBegan(id) > keepDays * dayMs);
  const broken = folders
    .filter(({ id, isWhole }) => !isWhole && now - backupBegan(id) > underWayMs)
    .map(({ id }) => id);
  for (const id of [...removed, ...broken]) await removeBackup(store, id);
  return { removed, kept: ours.filter(({ id }) => !removed.includes(id)) };
}
