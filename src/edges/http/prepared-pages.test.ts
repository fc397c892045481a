import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { preparePage } from '../../platform/http/prepared-pages.ts';
import { createPreparedPages } from './prepared-pages.ts';

test('a page arrives byte for byte, whatever it is written in and however long it is', async () => {
  const pages = createPreparedPages();
  const server = createServer((request, response) => void pages.answer(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  for (const length of [1, 1_000, 100_000]) {
    const body = Buffer.from(JSON.stringify('Peñíscola, 東京 🎟 '.repeat(length)));
    pages.serve('/page', { current: () => preparePage(body, 'no-store') });
    const answer = await fetch(`http://127.0.0.1:${port}/page`);
    assert.equal(answer.headers.get('content-length'), String(body.length));
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), body);
  }
  await new Promise((done) => server.close(done));
});
