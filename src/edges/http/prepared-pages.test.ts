import assert from 'node:assert/strict';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { preparePage, withPacked } from '../../platform/http/prepared-pages.ts';
import { createPreparedPages } from './prepared-pages.ts';

async function listening(): Promise<{
  pages: ReturnType<typeof createPreparedPages>;
  port: number;
  stop(): Promise<unknown>;
}> {
  const pages = createPreparedPages();
  const server = createServer((request, response) => void pages.answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return { pages, port, stop: () => new Promise((done) => server.close(done)) };
}

/** As it comes over the wire: `fetch` unpacks. */
async function read(port: number, headers: Record<string, string>) {
  const answer = await new Promise<IncomingMessage>((done, fail) => {
    get({ host: '127.0.0.1', port, path: '/page', agent: false, headers }, done).on('error', fail);
  });
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts) };
}

test('a page arrives byte for byte, whatever it is written in and however long it is', async () => {
  const { pages, port, stop } = await listening();
  for (const length of [1, 1_000, 100_000]) {
    const body = Buffer.from(JSON.stringify('Peñíscola, 東京 🎟 '.repeat(length)));
    pages.serve('/page', { current: () => preparePage(body, 'no-store') });
    const answer = await fetch(`http://127.0.0.1:${port}/page`);
    assert.equal(answer.headers.get('content-length'), String(body.length));
    assert.equal(answer.headers.get('content-encoding'), null);
    assert.equal(answer.headers.get('vary'), 'authorization');
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body);
  }
  await stop();
});

test('a page that is worth it arrives packed as the asker takes it, and each form has a tag of its own', async () => {
  const { pages, port, stop } = await listening();
  const body = Buffer.from(JSON.stringify('Peñíscola, 東京 🎟 '.repeat(10_000)));
  const page = withPacked(preparePage(body, 'public, max-age=60', 'v1'));
  pages.serve('/page', { current: () => page });
  const unpack = { br: brotliDecompressSync, gzip: gunzipSync, none: (whole: Buffer) => whole };
  const tags = new Set<string>();
  for (const [accepts, encoding] of [
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, identity', undefined],
    ['', undefined],
  ] as const) {
    const headers = { 'accept-encoding': accepts };
    // Several at once are packed once; who comes later gets what was made.
    for (const answer of [
      ...(await Promise.all([read(port, headers), read(port, headers)])),
      await read(port, headers),
    ]) {
      assert.deepEqual([answer.status, answer.headers['content-encoding']], [200, encoding], accepts);
      assert.equal(answer.headers.vary, 'authorization, accept-encoding');
      assert.equal(Number(answer.headers['content-length']), answer.body.length);
      assert.deepEqual(unpack[encoding ?? 'none'](answer.body), body);
      if (encoding !== undefined) assert.ok(answer.body.length < body.length / 10);
    }
    const etag = (await read(port, headers)).headers.etag!;
    tags.add(etag);
    const again = await read(port, { ...headers, 'if-none-match': etag });
    assert.deepEqual([again.status, again.headers.etag, again.body.length], [304, etag, 0]);
    assert.equal(again.headers.vary, 'authorization, accept-encoding');
  }
  assert.deepEqual([...tags], ['"v1-br"', '"v1-gzip"', '"v1"']);
  const other = await read(port, { 'accept-encoding': 'gzip', 'if-none-match': '"v1-br"' });
  assert.equal(other.status, 200, 'whoever has it in another form has not got this one');
  await stop();
});
