import { chmod, mkdtemp, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderMode } from './data-folder.ts';

/**
 * Makes a data folder for a rehearsal or a test. Its cluster lies inside, also under root (a folder made by mkdtemp
 * alone could not be entered by PostgreSQL's user). `remove` takes everything away: stop what runs there first.
 */
export async function makeTemporaryDataFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'onsale-'));
  await chmod(path, folderMode());
  const remove = async () => {
    const elsewhere = await readlink(join(path, 'postgres')).catch(() => undefined);
    for (const folder of elsewhere ? [elsewhere, path] : [path]) await rm(folder, { recursive: true, force: true });
  };
  return { path, remove };
}
