import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';

/** Why tests with a disk that is full are left out, or false. */
export const withoutSmallDisk =
  (process.platform !== 'linux' || process.getuid?.() !== 0) && 'needs root, to mount a tmpfs';

/** A disk that can be filled without harm to anybody else. */
export interface SmallDisk {
  readonly path: string;
  /** Takes all that is left of it. */
  fill(): Promise<void>;
  /** Makes room again. */
  clear(): Promise<void>;
}

/** Mounts a disk of 300 MB until the tests of the file are over. Null where that is not allowed. */
export async function mountSmallDisk(): Promise<SmallDisk | null> {
  const run = promisify(execFile);
  const path = await mkdtemp(join(tmpdir(), 'onsale-small-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=300m,mode=755', 'tmpfs', path]);
  } catch {
    await rmdir(path);
    return null;
  }
  after(async () => {
    await run('umount', ['-l', path]);
    await rmdir(path);
  });
  const filler = join(path, 'filler');
  return { path, fill: () => take(filler), clear: () => rm(filler, { force: true }) };
}

/** Takes what is left of a disk. */
async function take(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size of [1 << 20, 4_096]) {
      const block = Buffer.alloc(size, 1);
      for (;;) if ((await file.write(block).catch(() => null)) === null) break;
    }
  } finally {
    await file.close();
  }
}
