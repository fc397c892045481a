import { execFile } from 'node:child_process';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { EmbeddedPostgresRefused } from './embedded-refused.ts';

const patienceMs = 20_000;
const pollMs = 20;

/**
 * Stops the PostgreSQL that a killed Onsale left running on a cluster, and waits for its last process: a fast shutdown,
 * after half the time an immediate one. The caller holds the cluster's lock, so nobody needs that server any more.
 */
export async function stopLeftover(cluster: string): Promise<void> {
  const noteFile = join(cluster, 'postmaster.pid');
  const note = await readFile(noteFile, 'utf8').catch(() => undefined);
  if (note === undefined) return;
  const postmaster = Number.parseInt(note, 10);
  let alive = await processesIn(cluster, postmaster);
  if (alive.includes(postmaster)) signal(postmaster, 'SIGINT');
  for (let waitedMs = 0; alive.length > 0; waitedMs += pollMs) {
    if (waitedMs === patienceMs / 2) for (const pid of alive) signal(pid, 'SIGQUIT');
    if (waitedMs > patienceMs) {
      throw new EmbeddedPostgresRefused(
        `PostgreSQL (process ${alive[0]}) of a killed Onsale does not stop. Stop it by hand.`,
      );
    }
    await sleep(pollMs);
    alive = await processesIn(cluster, postmaster);
  }
  // PostgreSQL would refuse to start if another program has the old process id by now, as in a container started again.
  await rm(noteFile, { force: true });
}

/**
 * The processes that work in a cluster's folder, which is where PostgreSQL's processes all live. The postmaster may be
 * dead and its children not yet. Without /proc only the postmaster is looked at.
 */
async function processesIn(cluster: string, postmaster: number): Promise<number[]> {
  if (process.platform !== 'linux') return (await isPostgres(postmaster, cluster)) ? [postmaster] : [];
  const { dev, ino } = await stat(cluster);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      // Processes of other users cannot be looked into and are not ours.
      const folder = await stat(`/proc/${pid}/cwd`).catch(() => undefined);
      return folder?.dev === dev && folder.ino === ino ? [pid] : [];
    }),
  );
  return found.flat();
}

async function isPostgres(pid: number, cluster: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes('postgres') && stdout.includes(cluster);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
