import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { varyBy } from '../../../platform/http/prepared-pages.ts';
import { docsPolicy } from '../answer-headers.ts';
import { asyncDocument } from './async-document.ts';
import { type ApiDocument, examples } from './describe.ts';
import { docsPage } from './page.ts';
import { createTries } from './try-example.ts';

/** Where it is served, as far as it knows: a browser puts its own in. */
const defaultOrigin = 'http://127.0.0.1:3000';
const readBeside = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');

interface File {
  readonly path: string;
  readonly type: string;
  readonly make: () => string | Promise<string>;
}

/** The reference at `/docs`: a page made once, of the OpenAPI document, with one style and one script of ours. */
export async function docsRoutes(
  app: FastifyInstance,
  {
    publicUrl,
    version,
    document,
  }: {
    readonly publicUrl: string | undefined;
    readonly version: string;
    readonly document: () => Promise<unknown>;
  },
): Promise<void> {
  const origin = publicUrl?.replace(/\/$/, '') ?? defaultOrigin;
  serve(app, {
    path: '/docs',
    type: 'text/html; charset=utf-8',
    make: async () => docsPage((await document()) as ApiDocument, origin),
  });
  serve(app, {
    path: '/docs/async',
    type: 'application/json; charset=utf-8',
    make: () => `${JSON.stringify(asyncDocument(version), null, 2)}\n`,
  });
  serve(app, { path: '/docs/static/docs.css', type: 'text/css; charset=utf-8', make: () => readBeside('./docs.css') });
  serve(app, {
    path: '/docs/static/docs.js',
    type: 'text/javascript; charset=utf-8',
    // Node has blanked the types out, so that the text of the function is a script.
    make: () =>
      `const examples = ${JSON.stringify(examples)};\n${createTries.toString()}\n${readBeside('./docs-page.js')}`,
  });
}

/** Makes a file when it is asked for first, and keeps it, whole and packed: the page is half a megabyte, and a tenth of that. */
function serve(app: FastifyInstance, { path, type, make }: File): void {
  let file: { readonly plain: Buffer; readonly packed: Buffer } | undefined;
  app.get(
    path,
    { config: { access: 'public', badBearer: 'ignored' }, schema: { hide: true } },
    async ({ headers }, reply) => {
      if (!file) {
        const plain = Buffer.from(await make());
        file = { plain, packed: gzipSync(plain) };
      }
      const isPacked = /\bgzip\b(?!;q=0(\.0*)?(,|$))/.test(String(headers['accept-encoding'] ?? ''));
      if (isPacked) reply.header('content-encoding', 'gzip');
      varyBy(reply, 'accept-encoding');
      reply.header('content-security-policy', docsPolicy).header('cache-control', 'public, max-age=60').type(type);
      return isPacked ? file.packed : file.plain;
    },
  );
}
