import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { median } from '../alternate.ts';
import { type Measure, ms, temporaryFolder } from '../bench.ts';
import { startProduct } from '../product/product.ts';

const startMsMust = 1_500;
const idleMbMust = 150;
const idleMs = 5_000;

export const start: Measure = {
  key: 'start',
  about: 'first start, warm start, memory of an idle process',
  async run(bench) {
    const folder = await temporaryFolder(bench);
    const first = await startProduct(folder);
    await first.stop();
    const warmMs: number[] = [];
    const idleMb: number[] = [];
    for (let round = 0; round < Math.max(3, bench.rounds); round++) {
      const product = await startProduct(folder);
      warmMs.push(product.startMs);
      if (round === 0) await sleep(idleMs);
      if (round === 0) idleMb.push(await residentMb(product.pid));
      await product.stop();
    }
    const warm = median(warmMs);
    return [
      {
        what: 'start on an existing data folder, embedded, to the first answer',
        goal: `< ${ms(startMsMust)}`,
        measured: `${ms(warm)} (very first start ${ms(first.startMs)})`,
        ratio: null,
        met: warm < startMsMust,
        details: { warmMs, firstMs: first.startMs },
      },
      {
        what: 'idle process, beside PostgreSQL',
        goal: `< ${idleMbMust} MB`,
        measured: `${idleMb[0]!.toFixed(0)} MB`,
        ratio: null,
        met: idleMb[0]! < idleMbMust,
      },
    ];
  },
};

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
