import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { namesOfBuilds } from '../../src/platform/web-app/build-folders.ts';
import { hashSources } from '../../src/platform/web-app/hash-sources.ts';
import { events, freshDataDir, type OnsaleServer, serveOnsale } from '../support/onsale-process.ts';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const temporary = await mkdtemp(join(tmpdir(), 'onsale-clone-'));
after(() => rm(temporary, { recursive: true, force: true }));
let clones = 0;

/** The sources as a fresh clone has them: nothing is built. */
async function clone(): Promise<string> {
  const root = join(temporary, String(clones++));
  for (const path of ['bin', 'src', 'web', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    const filter = (source: string) => !source.startsWith(join(checkout, 'web/dist'));
    await cp(join(checkout, path), join(root, path), { recursive: true, filter });
  }
  await symlink(join(checkout, 'node_modules'), join(root, 'node_modules'));
  return root;
}

/** The processes that build there. */
function buildersIn(root: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(join(root, 'web/build'));
    } catch {
      return false;
    }
  });
}

const unfinished = (root: string) =>
  existsSync(join(root, 'web/dist'))
    ? readdirSync(join(root, 'web/dist')).filter((name) => name.startsWith('.making-'))
    : [];

/** Waits until it is so; says what it waited for if it never is. */
async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 4_000; i++) {
    if (await isSo()) return;
    await sleep(50);
  }
  assert.fail(`it never came: ${what}`);
}

const shopOf = async ({ url }: OnsaleServer) => {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text(), retryAfter: answer.headers.get('retry-after') };
};

test('two first starts of a fresh clone answer at once, and both come to the one shop that they build beside', async () => {
  const root = await clone();
  const options = { checkout: root, args: ['--no-demo'] };
  const both = await Promise.all([
    serveOnsale(await freshDataDir(), options),
    serveOnsale(await freshDataDir(), options),
  ]);
  for (const server of both) {
    assert.match(server.stdout(), /Shop +being built/);
    assert.deepEqual((await events(server)).items, []);
  }
  const meanwhile = await shopOf(both[0]!);
  assert.deepEqual([meanwhile.status, meanwhile.retryAfter], [503, '2']);
  assert.match(meanwhile.text, /The shop is being built[\s\S]*loads by itself/);
  for (const server of both) {
    await until('the shop', async () => (await shopOf(server)).status === 200);
    await until('the sentence', () => server.stdout().includes('The shop is built'));
    const script = /<script type="module"[^>]* src="([^"]+)"/.exec((await shopOf(server)).text)?.[1];
    assert.equal((await fetch(`${server.url}${script}`)).status, 200);
    assert.equal(await server.stop(), 0);
    assert.doesNotMatch(server.stderr(), /shop|web.dist/);
  }
  const name = hashSources(root);
  assert.deepEqual(readdirSync(join(root, 'web/dist')).sort(), [name, 'builds.json'].sort());
  assert.deepEqual(namesOfBuilds(join(root, 'web/dist')), [name]);

  const next = await serveOnsale(await freshDataDir(), options);
  assert.doesNotMatch(next.stdout(), /Shop/);
  assert.equal((await shopOf(next)).status, 200);
  assert.equal(await next.stop(), 0);
});

test('a server that ends while it builds, killed or not, leaves neither the build’s process nor half a build', async () => {
  const root = await clone();
  const dataDir = await freshDataDir();
  for (const end of ['SIGKILL', 'SIGTERM', 'Ctrl-C'] as const) {
    const server = await serveOnsale(dataDir, { checkout: root, args: ['--no-demo'] });
    await until('a build under way', () => unfinished(root).length > 0);
    const [builder] = buildersIn(root);
    assert(builder !== undefined);
    // A terminal sends Ctrl-C to both.
    if (end === 'Ctrl-C') for (const pid of [server.pid, Number(builder)]) process.kill(pid, 'SIGINT');
    else process.kill(server.pid, end);
    assert.equal(await server.exited, end === 'SIGKILL' ? null : 0);
    if (end === 'SIGKILL') await until('the end of the build', () => buildersIn(root).length === 0);
    assert.deepEqual([buildersIn(root), unfinished(root)], [[], []], end);
    assert.deepEqual(namesOfBuilds(join(root, 'web/dist')), [], end);
    assert.doesNotMatch(server.stdout(), /could not be built/, end);
  }
});

test('where web/dist cannot be written it is said in one line, and the API goes on', async () => {
  const root = await clone();
  const isRoot = process.getuid?.() === 0;
  // Root may write everywhere: for it a file is in the way.
  if (isRoot) await writeFile(join(root, 'web/dist'), '');
  else await chmod(join(root, 'web'), 0o555);
  const server = await serveOnsale(await freshDataDir(), { checkout: root, args: ['--no-demo'] });
  const code = isRoot ? 'EEXIST' : 'EACCES';
  const line = `The shop could not be built: web/dist cannot be written (${code}). The API works.`;
  await until('the sentence', () => server.stdout().includes(line));
  const { msg, level } = JSON.parse(server.stderr()) as { msg: string; level: number };
  assert.deepEqual([level, msg], [50, `the shop could not be built: web/dist cannot be written (${code})`]);
  assert.deepEqual((await events(server)).items, []);
  const page = await shopOf(server);
  assert.deepEqual([page.status, page.retryAfter], [503, null]);
  assert.match(page.text, /There is no shop here/);
  assert.equal(await server.stop(), 0);
  if (!isRoot) await chmod(join(root, 'web'), 0o755);
});
