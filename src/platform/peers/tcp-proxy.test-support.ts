import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A plain TCP proxy in front of a listener: the network between two processes, with its faults. */
export interface TcpProxy {
  readonly address: string;
  /** How many connections were made. */
  readonly connections: number;
  /** Where new connections lead; null: they are reset. */
  target: number | null;
  /** Bytes that came from whoever connects. */
  readonly received: number;
  /** Nothing is read, from either side; the sockets stay open. */
  hold(): void;
  heal(): void;
  /** Resets all connections, on both sides. */
  reset(): void;
  close(): void;
}

export async function startTcpProxy(target: number | null): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isHeld = false;
  let connections = 0;
  let received = 0;
  const server = createServer((near) => {
    connections += 1;
    near.on('error', () => {});
    if (proxy.target === null) return near.resetAndDestroy();
    const far = connect(proxy.target, '127.0.0.1');
    far.on('error', () => {});
    const pair = [near, far] as const;
    pairs.add(pair);
    near.on('data', (chunk: Buffer) => {
      received += chunk.length;
    });
    near.pipe(far).pipe(near);
    if (isHeld) for (const socket of pair) socket.pause();
    for (const [one, other] of [pair, pair.toReversed() as [Socket, Socket]]) {
      one.on('close', () => {
        pairs.delete(pair);
        other.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const each = (task: (socket: Socket) => void) => {
    for (const pair of pairs) for (const socket of pair) task(socket);
  };
  const proxy: TcpProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connections() {
      return connections;
    },
    target,
    get received() {
      return received;
    },
    hold() {
      isHeld = true;
      each((socket) => void socket.pause());
    },
    heal() {
      isHeld = false;
      each((socket) => void socket.resume());
    },
    reset: () => each((socket) => void socket.resetAndDestroy()),
    close() {
      server.close();
      each((socket) => void socket.destroy());
    },
  };
  return proxy;
}
