import { setTimeout as sleep } from 'node:timers/promises';
import { type Measure, ms } from '../bench.ts';
import { createShow } from '../product/shows.ts';

const lateMsMust = 1_000;
const pollMs = 5;
const holdCount = 20;

/** A real minute: the shortest hold there is. Lateness is counted from the `expiresAt` in the buyer's answer. */
export const expiry: Measure = {
  key: 'expiry',
  about: 'an expired hold is back on sale (takes a minute)',
  async run(bench) {
    const product = await bench.product();
    const show = await createShow(product, holdCount, { holdMinutes: 1 });
    const deadlines: number[] = [];
    for (let i = 0; i < holdCount; i++) {
      const hold = await product.call<{ expiresAt: string }>('POST', '/api/tickets/reserve', { ...show, quantity: 1 });
      deadlines.push(Date.parse(hold.expiresAt));
      await sleep(50);
    }
    bench.say(`${holdCount} holds lapse in a minute`);
    await sleep(Math.max(0, deadlines[0]! - Date.now() - 200));
    const lateMs: number[] = [];
    const url = `http://127.0.0.1:${product.port}/api/events/${show.eventId}/availability`;
    while (lateMs.length < holdCount && Date.now() < deadlines.at(-1)! + 10_000) {
      const { availableCapacity } = (await (await fetch(url)).json()) as { availableCapacity: number };
      const now = Date.now();
      while (lateMs.length < availableCapacity) lateMs.push(now - deadlines[lateMs.length]!);
      await sleep(pollMs);
    }
    const worstMs = lateMs.length === holdCount ? Math.max(...lateMs) : Number.POSITIVE_INFINITY;
    return [
      {
        what: 'expired hold back on sale',
        goal: `≤ ${ms(lateMsMust)} (stretch 250 ms)`,
        measured: `${ms(worstMs)} at worst (asked every ${pollMs} ms)`,
        ratio: null,
        met: worstMs <= lateMsMust,
        details: lateMs,
      },
    ];
  },
};
