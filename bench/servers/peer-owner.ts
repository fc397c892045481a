import { randomUUID } from 'node:crypto';
import { systemRandom } from '../../src/kernel/ids.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createTcpPeers } from '../../src/platform/peers/tcp-peers.ts';
import { announce, answerReport, readSettings } from './child.ts';

// A process that answers others by the pipe, as the owner of an event does: with 600 bytes, a turn later, as if a commit had returned.
const { processId, secret } = readSettings<{ processId: string; secret: string }>();
const peers = createTcpPeers({
  processId: () => processId,
  clock: systemClock,
  random: systemRandom,
  secret: Buffer.from(secret),
  onFailure: (what, error) => void process.stderr.write(`${what}: ${error}\n`),
});
const answer = { reservationId: randomUUID(), tickets: [1, 2, 3, 4], total: 12_500, about: 'x'.repeat(500) };
peers.answer('hold', () => new Promise((done) => setImmediate(done, answer)));
answerReport(async () => process.cpuUsage());
announce(await peers.listen({ host: '127.0.0.1', port: 0 }));
