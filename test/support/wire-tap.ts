import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './database.ts';

/** A request as it went over the wire, and how it was answered. */
export interface TappedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly status: number;
  readonly answer: string;
}

/** Stands between a client and the server that it means, and writes down what passes. */
export interface WireTap {
  /** What to call instead of the server. */
  readonly base: string;
  readonly requests: TappedRequest[];
  /** What the client gets in place of the server's answer. */
  change: (answer: string, request: Pick<TappedRequest, 'method' | 'path' | 'query'>) => string;
}

/** Opens a tap in front of `server` until the file's tests are done. */
export async function openWireTap(server: string): Promise<WireTap> {
  const requests: TappedRequest[] = [];
  const listener = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url = '', headers } = request;
    const { authorization = '', 'content-type': type } = headers;
    const { 'idempotency-key': key, 'stripe-account': account } = headers;
    const passed = Object.entries({
      authorization,
      'content-type': type,
      'idempotency-key': key,
      'stripe-account': account,
    });
    const answered = await fetch(`${server}${url}`, {
      method,
      headers: Object.fromEntries(passed.filter(([, value]) => value !== undefined)) as Record<string, string>,
      ...(method === 'POST' && { body }),
    });
    const answer = await answered.text();
    const { pathname: path, search: query } = new URL(url, server);
    const target = { method, path, query };
    requests.push({ ...target, headers, body, status: answered.status, answer });
    response.writeHead(answered.status, { 'content-type': 'application/json' });
    response.end(tap.change(answer, target));
  });
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
  atEnd(async () => {
    listener.closeAllConnections();
    await new Promise((done) => listener.close(done));
  });
  const { port } = listener.address() as AddressInfo;
  const tap: WireTap = { base: `http://127.0.0.1:${port}`, requests, change: (answer) => answer };
  return tap;
}
