import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

// `web/dist` as several processes use it at once: a build appears whole, by being renamed, and is never changed again.

/** How many builds are kept: pages that were loaded before a deploy still find their scripts. */
const keptBuilds = 3;
const list = 'builds.json';
const unfinished = '.making-';
/** What was begun so long ago has been left by a process that was killed. */
const abandonedMs = 3_600_000;

/** The names of the folders under `dist` that hold whole builds, newest first. */
export function namesOfBuilds(dist: string): string[] {
  try {
    const listed: unknown = JSON.parse(readFileSync(join(dist, list), 'utf8'));
    const names = Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
    return names.filter((name) => isWhole(dist, name));
  } catch {
    return [];
  }
}

/**
 * Puts what `make` writes into the folder `name` under `dist`, first in the list, and removes what is older than the builds that
 * are kept. `onFolder` hears where it is being made: whoever breaks it off removes that. If the build is there already, or
 * another process is faster with the same one, that one counts.
 */
export async function addBuild(
  dist: string,
  name: string,
  make: (folder: string) => Promise<void>,
  onFolder: (folder: string) => void = () => {},
): Promise<void> {
  await mkdir(dist, { recursive: true });
  if (!isWhole(dist, name)) {
    const made = await makeUnfinished(dist);
    onFolder(made);
    try {
      await make(made);
      await rename(made, join(dist, name)).catch((error: unknown) => {
        if (!isWhole(dist, name)) throw error;
      });
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  }
  // Builds that are not in the list were added while somebody else wrote it.
  const listed = namesOfBuilds(dist);
  const others = readdirSync(dist).filter((one) => !listed.includes(one) && isWhole(dist, one));
  const names = [...new Set([name, ...listed, ...others])];
  const kept = names.slice(0, keptBuilds);
  const written = await makeUnfinished(dist);
  await writeFile(join(written, list), JSON.stringify(kept));
  const { mtimeMs: now } = await stat(join(written, list));
  await rename(join(written, list), join(dist, list));
  for (const old of names.slice(keptBuilds)) await rm(join(dist, old), { recursive: true, force: true });
  await rm(written, { recursive: true, force: true });
  await removeAbandoned(dist, now);
}

function isWhole(dist: string, name: string): boolean {
  return /^[\w-]+$/.test(name) && existsSync(join(dist, name, 'manifest.json'));
}

async function makeUnfinished(dist: string): Promise<string> {
  const folder = join(dist, unfinished + randomBytes(6).toString('hex'));
  await mkdir(folder);
  return folder;
}

async function removeAbandoned(dist: string, now: number): Promise<void> {
  const before = now - abandonedMs;
  for (const one of await readdir(dist)) {
    if (!one.startsWith(unfinished)) continue;
    const { mtimeMs } = await stat(join(dist, one)).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (mtimeMs < before) await rm(join(dist, one), { recursive: true, force: true });
  }
}
