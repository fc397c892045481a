import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { hasGateway, startGateway } from '../support/gateway.ts';
import { freePort } from '../support/onsale-process.ts';
import { type PlayProcess, startPlayProcess } from '../support/play-process.ts';

/** Longer than any answer here takes, however busy the machine. */
const patienceMs = 20_000;
const host = 'Host: tickets.example\r\n';
const close = 'Connection: close\r\n';

/** An answer as it came over the wire. */
interface RawAnswer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
  /** How many answers came on the connection. */
  readonly count: number;
}

/** Sends these bytes from this address of the machine, and reads until the gateway ends the connection. */
async function send(port: number, bytes: string, from = '127.0.0.1'): Promise<RawAnswer> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from });
  socket.setTimeout(patienceMs, () => socket.destroy(new Error(`no end: ${said}`)));
  let said = '';
  socket.on('data', (data) => {
    said += data.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(bytes, 'latin1');
  await new Promise((done) => socket.once('close', done));
  const [head = '', ...rest] = said.split('\r\n\r\n');
  return {
    status: Number(head.split(' ')[1] ?? 0),
    headers: head.toLowerCase(),
    body: rest.join('\r\n\r\n'),
    count: said.match(/HTTP\/1\.[01] \d/g)?.length ?? 0,
  };
}

describe('what stands in front of the processes', { skip: !hasGateway && 'no haproxy on this machine' }, () => {
  let made = 0;

  /** A gateway with these settings before processes that are played. */
  async function open(settings: Record<string, string> = {}, { port = 0, processCount = 1 } = {}) {
    const temporary = await makeTemporaryDataFolder();
    const folder = join(temporary.path, `gateway-${made++}`);
    await mkdir(folder);
    const plays: PlayProcess[] = [];
    for (let one = 0; one < processCount; one++) plays.push(await startPlayProcess());
    const at = port || (await freePort());
    const gateway = await startGateway(folder, plays, at, settings);
    after(async () => {
      await gateway.stop();
      for (const play of plays) await play.stop();
      await temporary.remove();
    });
    const heard = () => plays.flatMap((play) => play.heard);
    const get = (path: string, headers = '', from?: string) =>
      send(at, `GET ${path} HTTP/1.1\r\n${host}${close}${headers}\r\n`, from);
    return { port: at, gateway, plays, heard, get };
  }

  async function until(is: () => boolean | Promise<boolean>, what: string): Promise<void> {
    for (const end = performance.now() + patienceMs; !(await is()); await sleep(25)) {
      assert.ok(performance.now() < end, what);
    }
  }

  test('a request has a name, which stands in the answer, in what the process hears and in the log; no secret does', async () => {
    const { gateway, heard, get, port } = await open();
    await get('/api/events', 'X-Request-Id: ana:1/a+b=c\r\n');
    await get('/orders/x7Hq2mPzR4tVw9yB3nKd/tickets?token=secret', 'X-Request-Id: two words\r\n');
    await get('/api/events', `X-Request-Id: ${'x'.repeat(129)}\r\n`);
    await get('/api/events');
    const names = heard().map(({ headers }) => String(headers['x-request-id']));
    assert.equal(names[0], 'ana:1/a+b=c');
    for (const name of names.slice(1)) assert.match(name, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    const refused = await get('/metrics', 'X-Request-Id: mine\r\n');
    assert.match(refused.headers, /\r\nx-request-id: mine(\r\n|$)/);
    await send(port, `nonsense\r\n\r\n`);
    await until(() => gateway.log().includes('BADREQ'), 'the last line of the log');
    const lines = gateway
      .log()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ correlationId, path, status, client }) => [correlationId, path, status, client]),
      [
        ['ana:1/a+b=c', '/api/events', 200, '127.0.0.1'],
        [names[1], '/orders/*/tickets', 200, '127.0.0.1'],
        [names[2], '/api/events', 200, '127.0.0.1'],
        [names[3], '/api/events', 200, '127.0.0.1'],
        ['mine', '/metrics', 404, '127.0.0.1'],
        ['-', '-', 400, '-'],
      ],
    );
    assert.doesNotMatch(gateway.log(), /secret|x7Hq/);
  });

  test('what a client says of who it is counts for nothing', async () => {
    const { heard, get } = await open();
    const forged = 'X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nX-Forwarded-Proto: https\r\n';
    await get('/', forged, '127.0.0.9');
    await get('/', `${forged}Connection: close, X-Forwarded-For, X-Forwarded-Proto\r\n`, '127.0.0.9');
    for (const { headers } of heard()) {
      assert.deepEqual(
        [headers['x-forwarded-for'], headers.forwarded, headers['x-forwarded-proto']],
        ['127.0.0.9', undefined, 'http'],
      );
    }
    assert.equal(heard().length, 2);
  });

  test('behind a proxy of ours whoever that names is the client, and is counted', async () => {
    const { heard, get, plays } = await open({ GATEWAY_PROXIES: '127.0.0.3 127.0.1.0/24', GATEWAY_RATE: '2' });
    const named = (client: string) => `X-Forwarded-For: 6.6.6.6, ${client}\r\n`;
    const statuses = [];
    for (let turn = 0; turn < 4; turn++) {
      statuses.push((await get('/', named('198.51.100.7'), '127.0.0.3')).status);
    }
    assert.deepEqual(statuses, [200, 200, 429, 429]);
    assert.equal((await get('/', named('198.51.100.8'), '127.0.1.200')).status, 200, 'another one behind it');
    assert.equal((await get('/', named('198.51.100.7'), '127.0.0.4')).status, 200, 'who is no proxy names nobody');
    assert.deepEqual(
      [heard()[0], heard().at(-1)].map((one) => one!.headers['x-forwarded-for']),
      ['6.6.6.6, 198.51.100.7, 127.0.0.3', '127.0.0.4'],
    );
    assert.equal(plays[0]!.heard.length, 4);
  });

  test('a flood from one network is refused, and says when to come again; others go on', async () => {
    const port = await freePort();
    // A port for both families, where an IPv4 address looks like one of the same network as all others.
    const guarded = await open({ GATEWAY_RATE: '20', GATEWAY_BIND: `:::${port} v4v6` }, { port });
    const unguarded = await open();
    let refused: RawAnswer | null = null;
    for (let sent = 1; refused === null; sent++) {
      assert.ok(sent < 1_000, 'nobody stops it');
      const answer = await guarded.get('/api/events', '', '127.0.0.7');
      assert.equal((await unguarded.get('/api/events', '', '127.0.0.7')).status, 200, 'without the guard');
      if (answer.status !== 200) refused = answer;
      assert.equal((await guarded.get('/api/events', '', `127.0.2.${sent % 250}`)).status, 200, 'somebody else');
    }
    assert.equal(refused.status, 429);
    assert.match(refused.headers, /\r\ncontent-type: application\/problem\+json/);
    assert.match(refused.body, /"code":"RATE_LIMITED"/);
    const wait = Number(/\r\nretry-after: (\d+)/.exec(refused.headers)?.[1]);
    assert.ok(wait >= 10 && wait < 20, String(wait));
  });

  test('one network cannot use up all connections', async () => {
    const { port, get } = await open({ GATEWAY_CONNECTIONS: '5' });
    const idle = Array.from({ length: 5 }, () => connect({ port, host: '127.0.0.1', localAddress: '127.0.0.7' }));
    for (const socket of idle) {
      socket.write(`GET /kept HTTP/1.1\r\n${host}\r\n`);
      await once(socket, 'data');
    }
    assert.equal((await get('/one-more', '', '127.0.0.7')).count, 0, 'it is not let in');
    assert.equal((await get('/other', '', '127.0.0.8')).status, 200);
    for (const socket of idle) socket.destroy();
    await until(async () => (await get('/later', '', '127.0.0.7')).count === 1, 'there is room again');
  });

  test('what two would read differently, one request or two, comes through as one or not at all', async () => {
    const { port, heard } = await open();
    const hidden = `GET /hidden HTTP/1.1\r\n${host}\r\n`;
    const post = (headers: string, body: string, version = '1.1') =>
      `POST /seen HTTP/${version}\r\n${host}${close}${headers}\r\n${body}`;
    const chunks = `0\r\n\r\n${hidden}`;
    for (const [what, bytes, status] of [
      ['two lengths', post('Content-Length: 5\r\nContent-Length: 50\r\n', `hello${hidden}`), 400],
      ['a length with a sign', post('Content-Length: +5\r\n', `hello${hidden}`), 400],
      ['a list of lengths', post('Content-Length: 5, 6\r\n', `hello${hidden}`), 400],
      ['length and chunks', post('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n', chunks), 200],
      ['chunks of another name', post('Content-Length: 5\r\nTransfer-Encoding: xchunked\r\n', chunks), 400],
      ['two encodings', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', chunks), 400],
      ['a space before the colon', post('Content-Length: 5\r\nTransfer-Encoding : chunked\r\n', chunks), 400],
      ['a folded header', post('Content-Length: 0\r\nX-A: b\r\n Transfer-Encoding: chunked\r\n', hidden), 200],
      ['chunks in HTTP/1.0', post('Transfer-Encoding: chunked\r\n', chunks, '1.0'), 200],
      ['two hosts', `GET /seen HTTP/1.1\r\n${host}Host: other.example\r\n${close}\r\n`, 400],
      ['an address of another host', `GET http://evil.example/seen HTTP/1.1\r\n${host}${close}\r\n`, 400],
      ['a byte that is no text', `GET /seen\0 HTTP/1.1\r\n${host}${close}\r\n`, 400],
      ['HTTP/0.9', `GET /seen\r\n\r\n`, 400],
    ] as const) {
      const before = heard().length;
      const answer = await send(port, bytes);
      assert.deepEqual([answer.status, answer.count], [status, 1], what);
      const news = heard().slice(before);
      assert.deepEqual(
        news.map(({ url }) => url),
        status === 200 ? ['/seen'] : [],
        what,
      );
    }
  });

  test('who sends slowly is cut off before a process hears of it, and holds up nobody', async () => {
    const { port, heard, get } = await open({ GATEWAY_PATIENCE: '500ms' });
    const slow = [
      `GET /slow HTTP/1.1\r\n${host}X-A: `,
      `POST /slow HTTP/1.1\r\n${host}Content-Length: 50\r\n\r\nhel`,
      `POST /slow HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n5\r\nhel`,
      '',
    ];
    const all = Array.from({ length: 40 }, (_, at) => send(port, slow[at % slow.length]!));
    assert.equal((await get('/quick')).status, 200);
    const answers = await Promise.all(all);
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [408]);
    // What had a head is answered as the API answers.
    for (const at of [1, 2]) assert.match(answers[at]!.body, /"code":"REQUEST_TOO_SLOW"/);
    assert.deepEqual(
      heard().map(({ url }) => url),
      ['/quick'],
    );
  });

  test('a body may be as large as its route takes, and no larger', async () => {
    const { port, heard } = await open();
    const sized = (path: string, bytes: number) =>
      send(port, `POST ${path} HTTP/1.1\r\n${host}${close}Content-Length: ${bytes}\r\n\r\n${'x'.repeat(bytes)}`);
    for (const [path, most] of [
      ['/api/tickets/reserve', 65_536],
      ['/api/tickets/bulk', 262_144],
    ] as const) {
      assert.equal((await sized(path, most)).status, 200, path);
      const refused = await sized(path, most + 1);
      assert.deepEqual([refused.status, /"code":"BODY_TOO_LARGE"/.test(refused.body)], [413, true], path);
    }
    assert.deepEqual(
      heard().map(({ body }) => body.length),
      [65_536, 262_144],
    );
  });

  test('where hosts are named, whoever asks for another one is sent away', async () => {
    const { port, heard } = await open({ GATEWAY_HOSTS: 'tickets.example www.tickets.example' });
    const ask = (name: string) => send(port, `GET / HTTP/1.1\r\nHost: ${name}\r\n${close}\r\n`);
    for (const name of ['tickets.example', 'WWW.Tickets.Example:8080']) assert.equal((await ask(name)).status, 200);
    for (const name of ['evil.example', 'tickets.example.evil.example', '127.0.0.1', '']) {
      const refused = await ask(name);
      assert.deepEqual([refused.status, /"code":"NOT_FOUND"/.test(refused.body)], [421, true], name);
    }
    assert.equal(heard().length, 2);
  });

  test('what is about one event goes to one process; that process gone, to another, and back when it is well again', async () => {
    const { gateway, plays, get } = await open({}, { processCount: 3 });
    const askFor = async (path: string, headers = '') => {
      const { status, body } = await get(path, headers);
      assert.equal(status, 200, path);
      return JSON.parse(body).by as string;
    };
    const ways = [
      ['/api/events/4711/quote'],
      ['/api/tickets/event/4711'],
      ['/e/4711/some-show'],
      ['/api/tickets/reserve', 'X-Event-Id: 4711\r\n'],
    ];
    const home = await askFor('/api/events/4711/quote');
    for (let turn = 0; turn < 12; turn++) assert.equal(await askFor(...(ways[turn % 4] as [string])), home);
    const spread = new Set<string>();
    for (let event = 1; event <= 60; event++) spread.add(await askFor(`/api/events/${event}/quote`));
    assert.equal(spread.size, 3, 'events are shared out');

    const sick = plays.find(({ url }) => url === home)!;
    const { host: address } = new URL(home);
    const isSaid = (state: string) => async () => (await gateway.states()).get(address)!.startsWith(state);
    sick.isReady = false;
    await until(isSaid('DOWN'), 'the sick one is left out');
    const stead = await askFor('/api/events/4711/quote');
    assert.notEqual(stead, home);
    for (let turn = 0; turn < 6; turn++) assert.equal(await askFor('/api/events/4711/quote'), stead);
    sick.isReady = true;
    await until(isSaid('UP'), 'it is taken back');
    assert.equal(await askFor('/api/events/4711/quote'), home);
  });
});
