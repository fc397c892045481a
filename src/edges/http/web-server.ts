import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Secret } from '../../kernel/secret.ts';

/** A certificate with its chain and its key, both PEM. */
export interface Tls {
  readonly cert: string;
  readonly key: Secret;
}

/** The server that requests come in by: HTTPS with a certificate, else HTTP. TLS 1.2 at least. */
export function createWebServer(tls: Tls | undefined, options: ServerOptions, listener: RequestListener): Server {
  if (!tls) return createServer(options, listener);
  const { cert, key } = tls;
  return createHttpsServer(
    { ...options, cert, key: key.reveal(), minVersion: 'TLSv1.2' },
    listener,
  ) as unknown as Server;
}
