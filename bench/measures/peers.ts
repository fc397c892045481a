import { randomUUID } from 'node:crypto';
import { systemRandom } from '../../src/kernel/ids.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createTcpPeers, type TcpPeers } from '../../src/platform/peers/tcp-peers.ts';
import type { Measure, Row } from '../bench.ts';
import { startServer } from '../servers/child.ts';

type Cpu = ReturnType<typeof process.cpuUsage>;

const answeringMicrosMust = 12;
const body = {
  eventId: 1,
  ticketTypeId: 1,
  quantity: 2,
  customer: { name: 'Ana', mail: 'ana@example.com' },
  note: 'y'.repeat(190),
};

/** Asks for a while, so many at once; answers how often. */
async function askFor(ms: number, atOnce: number, ask: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + ms;
  let asked = 0;
  async function go(): Promise<void> {
    for (; performance.now() < end; asked++) await ask();
  }
  await Promise.all(Array.from({ length: atOnce }, go));
  return asked;
}

/** A question of 300 bytes and its answer of 600: what the hop to an event's owner costs beside the work itself. */
export const peers: Measure = {
  key: 'peers',
  about: 'one process asks another by the pipe',
  async run({ seconds, quick }) {
    const [processId, secret, ownId] = [randomUUID(), randomUUID(), randomUUID()];
    const owner = await startServer('peer-owner', { processId, secret });
    const front: TcpPeers = createTcpPeers({
      processId: () => ownId,
      clock: systemClock,
      random: systemRandom,
      secret: Buffer.from(secret),
      onFailure: (what, error) => void process.stderr.write(`${what}: ${error}\n`),
    });
    const to = { processId, address: `127.0.0.1:${owner.port}`, fence: 1 };
    const request = { name: 'hold', body, timeLeftMs: 5_000, hops: 0 };
    const ask = () => front.ask(to, { ...request, commandId: randomUUID() });
    const rows: Row[] = [];
    try {
      for (const atOnce of [64, 512, 1]) {
        await askFor(quick ? 500 : 1_000, atOnce, ask);
        const [theirs, ours] = [await owner.report<Cpu>(), process.cpuUsage()];
        const count = await askFor(seconds * 1_000, atOnce, ask);
        const asking = microsEach(process.cpuUsage(ours), count);
        const now = await owner.report<Cpu>();
        const answering = microsEach({ user: now.user - theirs.user, system: now.system - theirs.system }, count);
        rows.push({
          what: `asked by the pipe, ${atOnce} at once: CPU at the answering side`,
          goal: atOnce === 64 ? `≤ ${answeringMicrosMust} µs` : 'for orientation',
          measured: `${answering.toFixed(1)} µs (asking ${asking.toFixed(1)} µs)`,
          ratio: null,
          met: atOnce === 64 ? answering <= answeringMicrosMust : null,
          details: { atOnce, count, answering, asking },
        });
      }
    } finally {
      await front.close();
      await owner.stop();
    }
    return rows;
  },
};

function microsEach({ user, system }: Cpu, count: number): number {
  return (user + system) / count;
}
