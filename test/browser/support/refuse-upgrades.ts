import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy before the shop that lets no WebSocket through, as some networks have one. */
export async function refuseUpgrades(
  shop: string,
): Promise<{ readonly url: string; readonly refused: () => number; stop(): Promise<void> }> {
  const { hostname, port } = new URL(shop);
  let refused = 0;
  const proxy = createServer((asked, answer) => {
    const { method, url: path, headers } = asked;
    const passedOn = request({ hostname, port, method, path, headers }, (reply) => {
      answer.writeHead(reply.statusCode!, reply.headers);
      reply.pipe(answer);
    });
    passedOn.on('error', () => answer.destroy());
    asked.pipe(passedOn);
  });
  proxy.on('upgrade', (_asked, socket) => {
    refused++;
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
  });
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    refused: () => refused,
    stop: () =>
      new Promise((done) => {
        proxy.close(() => done());
        proxy.closeAllConnections();
      }),
  };
}
