import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { findRunningServer } from '../../src/platform/data-folder/data-folder.ts';
import { until } from '../faults/scene.ts';
import { makeCertificate } from '../support/certificate.ts';
import { finishOnsale, freshDataDir, serveOnsale } from '../support/onsale-process.ts';
import { pidsOfWorkers } from '../support/worker-pids.ts';

const folder = await mkdtemp(join(tmpdir(), 'onsale-tls-'));
after(() => rm(folder, { recursive: true }));

const good = await makeCertificate(folder, 'good', 'DNS:tickets.example.test');
const other = await makeCertificate(folder, 'other', 'DNS:tickets.example.test');

test('with a certificate Onsale speaks HTTPS itself, and its commands still find it', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--tls-cert', good.cert, '--tls-key', good.key] });
  assert.match(server.url, /^https:\/\//);
  const ca = await readFile(good.cert);
  const answer = await new Promise<{ headers: Record<string, unknown>; body: string }>((done, fail) => {
    const sent = request(`${server.url}/api/events`, { ca, servername: 'tickets.example.test' }, async (reply) =>
      done({ headers: reply.headers, body: await text(reply) }),
    );
    sent.on('error', fail);
    sent.end();
  });
  assert.equal(answer.headers['strict-transport-security'], 'max-age=31536000');
  assert(JSON.parse(answer.body).items.length > 0);

  const plan = join(folder, 'show.json');
  const show = { '@context': 'https://schema.org', '@type': 'Event', name: 'Bodas', startDate: '2031-05-01T20:00:00Z' };
  await writeFile(
    plan,
    JSON.stringify({ ...show, location: { '@type': 'Place', name: 'Teatro', address: 'Calle 1' } }),
  );
  const imported = await finishOnsale(['import', plan, '--data-dir', dataDir]);
  assert.equal(imported.code, 0, imported.stdout + imported.stderr);
  assert.equal(await server.stop(), 0);
});

test('its commands find it also after the worker that they were led to has died', async () => {
  const dataDir = await freshDataDir();
  const args = ['--workers', '2', '--tls-cert', good.cert, '--tls-key', good.key, '--no-demo'];
  const server = await serveOnsale(dataDir, { args });
  const announced = async () => (await findRunningServer(dataDir))?.url;
  const answers = (url: string) =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  const first = (await announced())!;
  assert(await answers(first), first);
  for (const pid of await pidsOfWorkers(server)) process.kill(pid, 'SIGKILL');
  await until(
    'another is announced',
    async () => {
      const url = await announced();
      return url !== undefined && url !== first && answers(url);
    },
    120_000,
  );
  assert.equal(await server.stop(), 0);
});

const faults: [what: string, env: Record<string, string>, says: RegExp][] = [
  ['a certificate without its key', { TLS_CERT: good.cert }, /TLS_CERT and TLS_KEY belong together/],
  [
    'a key of another certificate',
    { TLS_CERT: good.cert, TLS_KEY: other.key },
    /TLS_CERT and TLS_KEY do not go together/,
  ],
  [
    'a file that is not there',
    { TLS_CERT: '/tmp/none.pem', TLS_KEY: good.key },
    /TLS_CERT names \/tmp\/none\.pem, which cannot be read \(ENOENT\)/,
  ],
  [
    'a key where the certificate belongs',
    { TLS_CERT: good.key, TLS_KEY: good.key },
    /TLS_CERT must be a certificate in PEM/,
  ],
  [
    'a certificate where the key belongs',
    { TLS_CERT: good.cert, TLS_KEY: good.cert },
    /TLS_KEY must be a private key in PEM/,
  ],
];

for (const [what, env, says] of faults) {
  test(`${what} is refused in one line`, async () => {
    const { code, stderr } = await finishOnsale(['serve', '--data-dir', await freshDataDir()], { env });
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
    assert(!stderr.includes('PRIVATE KEY'));
    assert.equal(stderr.trim().split('\n').length, 2, stderr);
  });
}

test('certificate and key may be the contents of files too', async () => {
  const env = { TLS_CERT_FILE: good.cert, TLS_KEY_FILE: good.key };
  const server = await serveOnsale(await freshDataDir(), { env });
  assert.match(server.url, /^https:\/\//);
  assert.equal(await server.stop(), 0);
});
