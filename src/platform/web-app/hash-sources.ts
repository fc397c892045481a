import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What the app is made of, beside `web/` itself: the lock file stands for all packages. */
const others = ['src/contract', 'src/kernel', 'package-lock.json', 'tsconfig.json'];

/** A hash of all sources of the app under the checkout's root. Takes some ten milliseconds. */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  for (const path of ['web', ...others]) addPath(root, path);
  return hash.digest('base64url').slice(0, 16);

  function addPath(base: string, path: string): void {
    const whole = join(base, path);
    let names: string[] | undefined;
    try {
      names = readdirSync(whole).sort();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Somebody who ships the sources may leave out what he does not build with.
      if (code === 'ENOENT') return;
      if (code !== 'ENOTDIR') throw error;
    }
    if (names === undefined) {
      hash.update(path).update('\0').update(readFileSync(whole));
      return;
    }
    for (const name of names) {
      if (name === 'dist' || name.startsWith('.') || /\.test\.tsx?$/.test(name)) continue;
      addPath(base, `${path}/${name}`);
    }
  }
}
