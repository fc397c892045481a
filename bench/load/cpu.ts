import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU time in ms that processes and all their living descendants (PostgreSQL's backends) have used; NaN where there is
 * no /proc. What a request costs in CPU hardly changes with what else the machine does; throughput changes a lot.
 */
export function cpuMsOf(...pids: readonly number[]): number {
  try {
    const processes = readProcesses();
    const counted = new Set(pids);
    // Parents come before their children only by pid, and pids wrap: so until nothing is added.
    for (let before = -1; before !== counted.size; ) {
      before = counted.size;
      for (const { pid, parent } of processes) if (counted.has(parent)) counted.add(pid);
    }
    return processes.reduce((sum, { pid, cpuMs }) => sum + (counted.has(pid) ? cpuMs : 0), 0);
  } catch {
    return Number.NaN;
  }
}

/** The same of one process alone, without its children; NaN where there is no /proc. */
export function ownCpuMsOf(pid: number): number {
  try {
    return readProcess(pid).cpuMs;
  } catch {
    return Number.NaN;
  }
}

function readProcesses(): { pid: number; parent: number; cpuMs: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        return [readProcess(Number(name))];
      } catch {
        return [];
      }
    });
}

function readProcess(pid: number): { pid: number; parent: number; cpuMs: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  return { pid, parent: Number(fields[1]), cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 };
}
