// Ceiling of pages: bare node:http that sends one prepared buffer, the bytes of the product's own page.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { announce, readSettings } from './child.ts';

export interface BarePageSettings {
  readonly bodyFile: string;
  readonly headers: Readonly<Record<string, string>>;
}

const { bodyFile, headers } = readSettings<BarePageSettings>();
const body = readFileSync(bodyFile);
const head = { ...headers, 'content-length': body.length };
const server = createServer((_, response) => {
  response.writeHead(200, head);
  response.end(body);
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => announce((server.address() as AddressInfo).port));
