import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { runLoad } from './client.ts';
import { createHistogram } from './histogram.ts';
import { getRequest } from './request.ts';

/** A server that answers each request with these pieces, one packet each. */
async function serve(answer: (socket: Socket) => void): Promise<{ port: number; close(): void }> {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', () => answer(socket));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as { port: number }).port, close: () => server.close() };
}

async function answersTo(pieces: readonly string[], keepBody: boolean): Promise<string[]> {
  const server = await serve((socket) => {
    for (const [i, piece] of pieces.entries()) setTimeout(() => socket.write(piece), i * 10);
  });
  const seen: string[] = [];
  let left = 3;
  await runLoad({
    port: server.port,
    connections: 1,
    keepBody,
    next: () => (left-- > 0 ? getRequest('/') : undefined),
    answered: (_, status, body) => seen.push(`${status} ${body}`),
  });
  server.close();
  return seen;
}

test('An answer is read whole however its bytes are cut', async () => {
  const pieces = ['HTTP/1.1 201 Cre', 'ated\r\nContent-Length: 10\r', '\n\r\nhello', 'world'];
  assert.deepEqual(await answersTo(pieces, true), Array(3).fill('201 helloworld'));
  assert.deepEqual(await answersTo(pieces, false), Array(3).fill('201 '));
});

test('A chunked answer is read whole', async () => {
  const head = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
  assert.deepEqual(
    await answersTo([`${head}5\r\nhello\r\n`, '5\r\nworld\r\n0\r', '\n\r\n'], true),
    Array(3).fill('200 helloworld'),
  );
  assert.deepEqual(await answersTo([`${head}5\r\nhel`, 'lo\r\n0\r\n\r\n'], false), Array(3).fill('200 '));
});

test('An answer without a body ends with its head', async () => {
  assert.deepEqual(await answersTo(['HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'], true), Array(3).fill('304 '));
});

test('A request lost with its connection is counted and not sent again', async () => {
  let asked = 0;
  const server = await serve((socket) => {
    asked += 1;
    if (asked === 2) socket.destroy();
    else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
  });
  let sent = 0;
  const result = await runLoad({
    port: server.port,
    connections: 1,
    next() {
      sent += 1;
      return sent <= 5 ? getRequest('/') : undefined;
    },
  });
  server.close();
  assert.deepEqual([asked, result.lost, result.statuses], [5, 1, { 200: 4 }]);
});

test('An open loop sends what arrives, whether or not it was answered in time', async () => {
  const server = await serve((socket) =>
    setTimeout(() => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), 50),
  );
  let most = 0;
  let unanswered = 0;
  const result = await runLoad({
    port: server.port,
    connections: 100,
    arrivalsPerSecond: 500,
    measureMs: 400,
    next() {
      unanswered += 1;
      most = Math.max(most, unanswered);
      return getRequest('/');
    },
    answered() {
      unanswered -= 1;
    },
  });
  server.close();
  assert.equal(unanswered, 0);
  assert.ok(most > 1, 'more than one at a time');
  assert.ok(result.statuses['200']! <= 200, 'no more than arrived');
});

test('Percentiles are right to two per cent', () => {
  const histogram = createHistogram();
  for (let micros = 1; micros <= 100_000; micros++) histogram.record(micros);
  for (const share of [0.5, 0.95, 0.99, 1]) {
    const exact = share * 100;
    assert.ok(
      Math.abs(histogram.percentileMs(share) - exact) <= exact * 0.02,
      `${share}: ${histogram.percentileMs(share)}`,
    );
  }
  assert.equal(createHistogram().percentileMs(0.5), 0);
});
