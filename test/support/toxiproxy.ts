import { randomBytes } from 'node:crypto';
import { after } from 'node:test';

// The network between two processes as Toxiproxy plays it. TOXIPROXY_URL names the address of its API.

const api = process.env.TOXIPROXY_URL ?? '';
/** Why tests that need it are left out, or false. */
export const withoutToxiproxy = api === '' && 'no Toxiproxy named';

/** What is wrong with a connection; `up`: what the client sends, `down`: what it is answered; left out: both. */
export interface Toxic {
  readonly type: 'latency' | 'bandwidth' | 'timeout' | 'reset_peer' | 'limit_data' | 'slow_close' | 'slicer';
  readonly stream?: 'upstream' | 'downstream';
  /** By its type: `latency` and `jitter` in milliseconds, `rate` in kB/s, `timeout` in milliseconds (0: nothing passes), `bytes`. */
  readonly attributes: Readonly<Record<string, number>>;
}

/** One way between two processes. */
export interface Way {
  /** `host:port` that leads there. */
  readonly address: string;
  /** From now on it is like this, for connections that are open too. */
  worsen(...toxics: readonly Toxic[]): Promise<void>;
  /** Nothing passes any more, and nobody hears of it: the network swallows it. */
  swallow(): Promise<void>;
  /** Connections break, and none can be made. */
  cut(): Promise<void>;
  heal(): Promise<void>;
}

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  // Its API refuses browsers by their name, and takes ours for one.
  const headers = { 'user-agent': 'onsale-tests', 'content-type': 'application/json' };
  const response = await fetch(`${api}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`Toxiproxy: ${method} ${path}: ${response.status} ${await response.text()}`);
  return method === 'DELETE' ? undefined : response.json();
}

const ways: string[] = [];
after(async () => {
  for (const name of ways) await ask('DELETE', `/proxies/${name}`).catch(() => {});
});

/** Opens a way to `host:port`. Throws if Toxiproxy does not. */
export async function openWay(upstream: string): Promise<Way> {
  const name = `way-${randomBytes(6).toString('hex')}`;
  const made = await ask('POST', '/proxies', { name, upstream, listen: '127.0.0.1:0', enabled: true });
  const { listen: address } = made as unknown as { listen: string };
  ways.push(name);
  const added: string[] = [];
  async function worsen(...toxics: readonly Toxic[]): Promise<void> {
    for (const { type, stream, attributes } of toxics) {
      for (const each of stream ? [stream] : ['upstream', 'downstream']) {
        const toxic = `${type}-${each}`;
        added.push(toxic);
        await ask('POST', `/proxies/${name}/toxics`, { name: toxic, type, stream: each, toxicity: 1, attributes });
      }
    }
  }
  return {
    address,
    worsen,
    swallow: () => worsen({ type: 'timeout', attributes: { timeout: 0 } }),
    cut: () => ask('POST', `/proxies/${name}`, { enabled: false }).then(() => {}),
    async heal() {
      for (const toxic of added.splice(0)) await ask('DELETE', `/proxies/${name}/toxics/${toxic}`);
      await ask('POST', `/proxies/${name}`, { enabled: true });
    },
  };
}
