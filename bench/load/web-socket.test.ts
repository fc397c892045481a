import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { WebSocketServer } from 'ws';
import { createFrameReader, pongOf, upgradeRequest } from './web-socket.ts';

test('frames of a real server are separated however they come in, and pings are answered', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => server.close());
  await once(server, 'listening');
  const texts = ['short', 'ü'.repeat(300), 'x'.repeat(70_000), 'last'];
  const pong = new Promise<string>((done) => {
    server.on('connection', (socket) => {
      socket.on('pong', (payload) => done(String(payload)));
      for (const text of texts.slice(0, 2)) socket.send(text);
      socket.ping('are you there');
      for (const text of texts.slice(2)) socket.send(text);
    });
  });
  for (const piece of [1, 7, 65_536]) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    t.after(() => socket.destroy());
    const seen: string[] = [];
    let lengths = 0;
    const all = Promise.withResolvers<void>();
    const read = createFrameReader({
      onOpen: () => assert.deepEqual(seen, []),
      onText(length, text) {
        lengths += length;
        seen.push(text());
        if (seen.length === texts.length) all.resolve();
      },
      onPing: (payload) => void socket.write(pongOf(payload)),
    });
    socket.on('data', (chunk: Buffer) => {
      for (let at = 0; at < chunk.length; at += piece) read(chunk.subarray(at, at + piece));
    });
    socket.write(upgradeRequest('/'));
    await all.promise;
    assert.deepEqual(seen, texts);
    assert.equal(lengths, Buffer.byteLength(texts.join('')));
  }
  assert.equal(await pong, 'are you there');
});
