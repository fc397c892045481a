import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { everyRole } from '../../src/kernel/process-role.ts';
import type { BehindGateway } from './gateway.ts';

/** What came through to a process. */
export interface HeardRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** Stands where a process of Onsale stands behind the gateway, has all roles, and notes what it hears. */
export interface PlayProcess extends BehindGateway {
  readonly heard: HeardRequest[];
  readonly server: Server;
  /** Whether it says that it is ready. */
  isReady: boolean;
  stop(): Promise<void>;
}

export async function startPlayProcess(): Promise<PlayProcess> {
  const heard: HeardRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers, rawHeaders } = request;
    if (url === '/health/ready') {
      response.writeHead(play.isReady ? 200 : 503).end();
      return;
    }
    let body = '';
    try {
      for await (const chunk of request) body += chunk;
    } catch {
      return;
    }
    heard.push({ method, url, headers, rawHeaders, body });
    const answer = JSON.stringify({ by: play.url });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length }).end(answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const play: PlayProcess = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    roles: everyRole,
    heard,
    server,
    isReady: true,
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
  return play;
}
