import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { StartRefused } from '../../platform/start-refused.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** Other processes of ours listen there too, and the kernel shares the connections out (SO_REUSEPORT). */
  readonly isShared?: boolean;
}

/** Throws {@link StartRefused} if the port cannot be listened on at this moment. */
export async function checkPortFree(address: ListenAddress): Promise<void> {
  if (address.port === 0) return;
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', (error) => fail(explainListenError(error, address)));
    probe.listen(address.port, address.host, () => probe.close(() => done()));
  });
}

/** Why listening failed, in one line that says how to choose otherwise. Errors of another kind come back as they are. */
function explainListenError(error: unknown, { host, port }: ListenAddress): unknown {
  const { code } = error as NodeJS.ErrnoException;
  const say = (sentence: string) => new StartRefused(sentence, { cause: error });
  if (code === 'EADDRINUSE')
    return say(`Port ${port} is taken on ${host}. Choose another with PORT or --port, or 0 for any.`);
  if (code === 'EACCES') return say(`Port ${port} is not for this user. Choose one above 1023 with PORT or --port.`);
  if (code === 'EADDRNOTAVAIL')
    return say(`${host} is no address of this machine. Choose another with HOST or --host.`);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return say(`The host name ${host} is unknown. Choose another with HOST or --host.`);
  return error;
}

/** The address under which a server is reached from this machine: an every-interface address is no destination. */
export function localUrl({ host, port }: ListenAddress, scheme: 'http' | 'https' = 'http'): string {
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const reachable = everywhere[host] ?? host;
  return `${scheme}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}

/** Listens, and answers the address under which this machine reaches it. Throws {@link StartRefused} if it cannot. */
export async function listen(app: FastifyInstance, { host, port, isShared = false }: ListenAddress): Promise<string> {
  // The start screen says where we listen; Fastify's own line would say it again.
  const { level } = app.log;
  app.log.level = 'warn';
  try {
    await app.listen({ host, port, backlog: 4096, ...(isShared && { reusePort: true }) });
  } catch (error) {
    throw explainListenError(error, { host, port });
  } finally {
    app.log.level = level;
  }
  const bound = app.server.address();
  const isHttps = 'setSecureContext' in app.server;
  return localUrl({ host, port: typeof bound === 'object' && bound ? bound.port : port }, isHttps ? 'https' : 'http');
}

/**
 * A second door for the commands beside a server that speaks HTTPS: plain HTTP on a free port of the loopback. They know
 * the server by its data folder, and its certificate names another host.
 */
export async function openSideDoor(app: FastifyInstance): Promise<{ url: string; close(): Promise<void> }> {
  const server = createHttpServer((request, response) => app.routing(request, response));
  await new Promise<void>((done, fail) => server.once('error', fail).listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: localUrl({ host: '127.0.0.1', port }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeIdleConnections();
      }),
  };
}
