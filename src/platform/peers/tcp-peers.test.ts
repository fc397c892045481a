import { randomUUID } from 'node:crypto';
import { describe } from 'node:test';
import { systemRandom } from '../../kernel/ids.ts';
import { systemClock } from '../clock/clock.ts';
import { peersContract } from './peers.contract.ts';
import type { PeerOnTrial } from './peers-trial.test-support.ts';
import { createTcpPeers } from './tcp-peers.ts';
import { startTcpProxy, type TcpProxy } from './tcp-proxy.test-support.ts';

const secret = Buffer.from('of this installation, for all its processes');

describe('by TCP', () => {
  peersContract(() => {
    const all: PeerOnTrial[] = [];
    const proxies = new Map<string, TcpProxy>();
    return {
      async start({ at, bounds } = {}) {
        const [asks, failures]: [PeerOnTrial['asks'], string[]] = [[], []];
        const peers = createTcpPeers({
          processId: () => one.owner.processId,
          clock: systemClock,
          random: systemRandom,
          secret,
          onAsk: (name, outcome) => void asks.push([name, outcome]),
          onFailure: (what, error) => void failures.push(`${what}: ${error}`),
          bounds,
        });
        const port = await peers.listen({ host: '127.0.0.1', port: 0 });
        const proxy = proxies.get(at ?? '') ?? (await startTcpProxy(port));
        proxy.target = port;
        proxies.set(proxy.address, proxy);
        const owner = { processId: randomUUID(), address: proxy.address, fence: 1 };
        const one: PeerOnTrial = {
          peers,
          owner,
          asks,
          failures,
          rename() {
            one.owner = { ...one.owner, processId: randomUUID() };
          },
        };
        all.push(one);
        return one;
      },
      async crash({ peers, owner }) {
        const proxy = proxies.get(owner.address)!;
        proxy.target = null;
        proxy.reset();
        await peers.close();
      },
      break() {
        for (const proxy of proxies.values()) proxy.reset();
      },
      hold() {
        for (const proxy of proxies.values()) proxy.hold();
      },
      heal() {
        for (const proxy of proxies.values()) proxy.heal();
      },
      async end() {
        for (const proxy of proxies.values()) proxy.close();
        await Promise.all(all.map(({ peers }) => peers.close()));
      },
    };
  });
});
