import { readFile } from 'node:fs/promises';
import type { OnsaleServer } from './onsale-process.ts';

/** The worker processes: children of the process that listens. */
export async function pidsOfWorkers({ pid }: Pick<OnsaleServer, 'pid'>): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids: number[] = [];
  for (const child of text.trim().split(' ').map(Number)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('main.ts')) pids.push(child);
  }
  return pids;
}
