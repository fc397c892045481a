import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { createHttpClient, type Reply } from './http-client.ts';

const opened: (() => void)[] = [];
after(() => {
  for (const close of opened) close();
});

async function listen<T extends Server>(server: T): Promise<string> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  opened.push(() => {
    server.close();
    if ('closeAllConnections' in server) (server as unknown as { closeAllConnections(): void }).closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const serve = (listener: RequestListener) => listen(createServer(listener));
function client(url: string, connections = 4) {
  const made = createHttpClient(url, connections);
  opened.push(() => made.close());
  return made;
}
function answerOf(reply: Reply) {
  assert(reply.kind === 'answer', JSON.stringify(reply));
  return reply.answer;
}

test('it sends JSON and headers, and reads status, headers and JSON', async () => {
  const url = await serve(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { method, url: path, headers } = request;
    response.setHeader('x-session-token', 'abc').writeHead(201);
    response.end(JSON.stringify({ method, path, key: headers['idempotency-key'], body: JSON.parse(body) }));
  });
  const request = {
    method: 'POST',
    path: '/x?y=1',
    headers: { 'idempotency-key': 'k' },
    body: { name: 'Zoë ☃' },
  } as const;
  const answer = answerOf(await client(url).send(request));
  assert.equal(answer.status, 201);
  assert.equal(answer.header('X-Session-Token'), 'abc');
  assert.equal(answer.header('absent'), null);
  assert.deepEqual(answer.json(), { method: 'POST', path: '/x?y=1', key: 'k', body: { name: 'Zoë ☃' } });
});

test('it reads answers in chunks, large ones, empty ones, and ones that end with the connection', async () => {
  const large = 'x'.repeat(700_000);
  const url = await serve((request, response) => {
    if (request.url === '/chunks') {
      response.write('["a",');
      setImmediate(() => response.end('"b"]'));
    } else if (request.url === '/large') response.end(JSON.stringify(large));
    else if (request.url === '/empty') response.writeHead(204).end();
    else {
      request.socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[1]');
    }
  });
  const { send } = client(url, 1);
  const get = async (path: string) => answerOf(await send({ method: 'GET', path }));
  assert.deepEqual((await get('/chunks')).json(), ['a', 'b']);
  assert.equal((await get('/large')).json(), large);
  assert.equal((await get('/empty')).status, 204);
  assert.deepEqual((await get('/close')).json(), [1]);
  assert.deepEqual((await get('/chunks')).json(), ['a', 'b']);
});

test('more requests than connections wait for one, and all are answered', async () => {
  let now = 0;
  let most = 0;
  const url = await serve((_request, response) => {
    now += 1;
    most = Math.max(most, now);
    setImmediate(() => {
      now -= 1;
      response.end('{}');
    });
  });
  const { send } = client(url, 3);
  const replies = await Promise.all(Array.from({ length: 200 }, () => send({ method: 'GET', path: '/' })));
  assert(replies.every(({ kind }) => kind === 'answer'));
  assert(most <= 3);
});

test('a request that takes longer than its time limit is given up, and the next one is answered', async () => {
  const url = await serve((request, response) => {
    if (request.url !== '/never') response.end('{}');
  });
  const { send } = client(url, 1);
  assert.deepEqual(await send({ method: 'GET', path: '/never', timeoutMs: 20 }), { kind: 'timeout' });
  answerOf(await send({ method: 'GET', path: '/' }));
});

test('a server that is not there, or hangs up, is an outcome and no exception', async () => {
  const url = await listen(createTcpServer((socket) => socket.once('data', () => socket.destroy())));
  assert.equal((await client(url).send({ method: 'GET', path: '/' })).kind, 'broken');
  const gone = await client('http://127.0.0.1:1').send({ method: 'GET', path: '/' });
  assert.deepEqual(gone, { kind: 'broken', reason: 'ECONNREFUSED' });
});

test('a request that meets a kept connection just closed is sent again on a new one', async () => {
  let connections = 0;
  const url = await listen(
    createTcpServer((socket) => {
      connections += 1;
      socket.on('error', () => {});
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}');
        socket.once('data', () => socket.destroy());
      });
    }),
  );
  const { send } = client(url, 1);
  answerOf(await send({ method: 'GET', path: '/' }));
  answerOf(await send({ method: 'GET', path: '/' }));
  assert.equal(connections, 2);
});
