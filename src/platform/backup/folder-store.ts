import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { BackupStore } from './backup-store.ts';
import { refusalOfFile } from './file-faults.ts';

const unfinished = '.unfinished';

/** Keeps backups in a folder, which only this user can enter: it is made if it is not there. */
export function createFolderStore(folder: string): BackupStore {
  const root = resolve(folder);
  const place = `the folder ${root}`;

  async function trying<T>(what: 'read' | 'written', work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw refusalOfFile(place, what, error) ?? error;
    }
  }

  async function removeIfEmpty(folder: string): Promise<void> {
    if (folder !== root) await rmdir(folder).catch(() => {});
  }

  return {
    place,
    write: (name, content) =>
      trying('written', async () => {
        const file = join(root, name);
        await mkdir(dirname(file), { recursive: true, mode: 0o700 });
        const temporary = `${file}${unfinished}`;
        try {
          const handle = await open(temporary, 'w', 0o600);
          try {
            for await (const piece of content) await handle.writeFile(piece);
            await handle.sync();
          } finally {
            await handle.close();
          }
          await rename(temporary, file);
          await syncFolder(dirname(file));
        } catch (error) {
          await rm(temporary, { force: true }).catch(() => {});
          await removeIfEmpty(dirname(file));
          throw error;
        }
      }),
    async *read(name) {
      try {
        yield* createReadStream(join(root, name), { highWaterMark: 1 << 18 });
      } catch (error) {
        throw refusalOfFile(place, 'read', error) ?? error;
      }
    },
    list: (prefix) =>
      trying('read', async () => {
        const found = await readdir(root, { recursive: true, withFileTypes: true }).catch(
          (error: NodeJS.ErrnoException) => {
            if (error.code === 'ENOENT') return [];
            throw error;
          },
        );
        return found
          .filter((one) => one.isFile())
          .map((one) =>
            join(one.parentPath, one.name)
              .slice(root.length + 1)
              .replaceAll(sep, '/'),
          )
          .filter((name) => name.startsWith(prefix))
          .sort();
      }),
    remove: (name) =>
      trying('written', async () => {
        const file = join(root, name);
        await rm(file, { force: true });
        await removeIfEmpty(dirname(file));
      }),
    close() {},
  };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
