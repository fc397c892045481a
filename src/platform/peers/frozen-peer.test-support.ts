import { systemRandom } from '../../kernel/ids.ts';
import { systemClock } from '../clock/clock.ts';
import { createTcpPeers } from './tcp-peers.ts';

// A process of its own, to be frozen: answers `now` at once, `counted` with how often it was asked, and sends its port to its parent.
const peers = createTcpPeers({
  processId: () => process.argv[2]!,
  clock: systemClock,
  random: systemRandom,
  secret: Buffer.from(process.argv[3]!),
  onFailure: (what, error) => void process.stderr.write(`${what}: ${error}\n`),
});
let times = 0;
peers.answer('now', () => 'fine');
peers.answer('counted', () => ++times);
process.once('disconnect', () => process.exit());
process.send!({ port: await peers.listen({ host: '127.0.0.1', port: 0 }) });
