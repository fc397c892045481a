import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { systemClock } from '../clock/clock.ts';
import { openWebApp } from './built-web-app.ts';
import { hashSources } from './hash-sources.ts';
import type { WebApp } from './web-app.ts';

const base = await mkdtemp(join(tmpdir(), 'onsale-web-app-'));
const opened: WebApp[] = [];
after(async () => {
  for (const one of opened) await one.close();
  await rm(base, { recursive: true, force: true });
});

const manifest = {
  'shop/main.ts': {
    file: 'shop-1.js',
    name: 'shop',
    isEntry: true,
    imports: ['_react.js', 'texts/en/shop.ts'],
    css: ['shop-1.css'],
  },
  'shop/theme.ts': { file: 'theme-1.js', name: 'theme', isEntry: true },
  '_react.js': { file: 'react-1.js' },
  'texts/en/shop.ts': { file: 'words-1.js', imports: ['_react.js'] },
  'shop/home/home-view.tsx': { file: 'home-1.js', imports: ['_react.js', '_card.js'], css: ['home-1.css'] },
  '_card.js': { file: 'card-1.js', css: ['card-1.css'] },
  'fonts/inter': { file: 'inter-latin-wght-normal-1.woff2' },
  'fonts/other': { file: 'inter-greek-wght-normal-1.woff2' },
};

/** Puts a build there as Vite and we would make it. */
async function writeBuild(root: string, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const folder = join(root, 'web/dist', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  for (const [file, content] of Object.entries(files)) {
    await writeFile(join(folder, file), content);
    await writeFile(join(folder, `${file}.br`), brotliCompressSync(content));
    await writeFile(join(folder, `${file}.gz`), gzipSync(content));
  }
}

const listBuilds = (root: string, names: readonly string[]) =>
  writeFile(join(root, 'web/dist/builds.json'), JSON.stringify(names));

const buildFolders = new URL('./build-folders.ts', import.meta.url).href;
const sourcesHash = new URL('./hash-sources.ts', import.meta.url).href;

/** A checkout with sources, and in the place of the build a program that does as `made` says. */
async function newCheckout({ made = '' }: { readonly made?: string } = {}): Promise<string> {
  const root = await mkdtemp(join(base, 'checkout-'));
  for (const folder of ['web/shop', 'web/build', 'src/contract', 'src/kernel', 'node_modules/vite']) {
    await mkdir(join(root, folder), { recursive: true });
  }
  await writeFile(join(root, 'package-lock.json'), '{}');
  await writeFile(join(root, 'web/shop/main.ts'), 'first');
  const program = `
    import { writeFileSync } from 'node:fs';
    import { addBuild } from ${JSON.stringify(buildFolders)};
    import { hashSources } from ${JSON.stringify(sourcesHash)};
    process.channel.unref();
    ${made}
    await addBuild('${root}/web/dist', hashSources('${root}'), async (folder) => {
      writeFileSync(folder + '/manifest.json', ${JSON.stringify(JSON.stringify(manifest))});
    });`;
  await writeFile(join(root, 'web/build/build.ts'), program);
  return root;
}

/** Opens the app; `said` are the sentences until nothing is built any more. */
async function open(root: string) {
  const said: string[] = [];
  let done = () => {};
  const settled = new Promise<void>((resolve) => {
    done = resolve;
  });
  const webApp = openWebApp(root, systemClock, {
    onBuilt(ms) {
      assert(ms > 0);
      said.push('built');
      done();
    },
    onFailed(sentence) {
      said.push(sentence);
      done();
    },
  });
  opened.push(webApp);
  return { webApp, said, settled };
}

test('without sources and without a build there is none, and that is said', async () => {
  const root = await mkdtemp(join(base, 'empty-'));
  const { webApp, said } = await open(root);
  assert.deepEqual([webApp.state, webApp.version, webApp.entry('shop'), webApp.icon()], ['absent', 'none', null, null]);
  assert.deepEqual(webApp.fonts(), []);
  assert.equal(await webApp.asset('shop-1.js', 'br'), null);
  assert.match(said.join(), /^there is no shop: web\/dist is empty.*npm run build/);
});

test('without sources what is built is served', async () => {
  const root = await mkdtemp(join(base, 'image-'));
  await writeBuild(root, 'one', {
    'icon-1.svg': '<svg/>',
    'shop-1.css': 'a{}\n',
    'home-1.css': 'b{}',
    'card-1.css': 'c{}',
  });
  await listBuilds(root, ['one']);
  const { webApp, said } = await open(root);
  assert.deepEqual([webApp.state, webApp.version, webApp.icon(), said], ['built', 'one', '/assets/icon-1.svg', []]);
  assert.deepEqual(webApp.entry('shop'), {
    script: '/assets/shop-1.js',
    styles: ['/assets/shop-1.css'],
    css: 'a{}',
    imports: ['/assets/react-1.js', '/assets/words-1.js'],
  });
  assert.deepEqual(webApp.entry('shop', ['shop/home/home-view.tsx', 'not/there.tsx']), {
    script: '/assets/shop-1.js',
    styles: ['/assets/shop-1.css', '/assets/home-1.css', '/assets/card-1.css'],
    css: 'a{}\nb{}\nc{}',
    imports: ['/assets/react-1.js', '/assets/words-1.js', '/assets/home-1.js', '/assets/card-1.js'],
  });
  assert.equal(webApp.entry('parts'), null);
  assert.deepEqual(webApp.fonts(), ['/assets/inter-latin-wght-normal-1.woff2']);
});

test('what is not built is built beside: first building, then built; a second start has nothing to do', async () => {
  const root = await newCheckout();
  const first = await open(root);
  assert.deepEqual([first.webApp.state, first.webApp.entry('shop')], ['building', null]);
  await first.settled;
  assert.deepEqual([first.said, first.webApp.state, first.webApp.version], [['built'], 'built', hashSources(root)]);
  assert.equal(first.webApp.entry('theme')?.script, '/assets/theme-1.js');
  const second = await open(root);
  assert.deepEqual([second.webApp.state, second.webApp.version], ['built', hashSources(root)]);
});

test('sources that changed are built anew; tests and what is built are no sources', async () => {
  const root = await newCheckout();
  await (await open(root)).settled;
  const before = hashSources(root);
  await writeFile(join(root, 'web/shop/main.test.ts'), 'a test');
  assert.equal(hashSources(root), before);
  for (const changed of [
    'web/shop/main.ts',
    'src/contract/new.ts',
    'src/kernel/new.ts',
    'package-lock.json',
    'tsconfig.json',
  ]) {
    const old = hashSources(root);
    await writeFile(join(root, changed), 'second');
    assert.notEqual(hashSources(root), old, changed);
  }
  const { webApp, settled } = await open(root);
  assert.deepEqual([webApp.state, webApp.entry('shop')], ['building', null]);
  await settled;
  assert.equal(webApp.version, hashSources(root));
  assert.deepEqual((await readdir(join(root, 'web/dist'))).sort(), [before, 'builds.json', hashSources(root)].sort());
});

test('a build that fails is said with its reason, and an older one is served', async () => {
  const root = await newCheckout({ made: `process.stderr.write('a.tsx: no such word\\n'); process.exit(1);` });
  const { webApp, said, settled } = await open(root);
  await settled;
  assert.deepEqual([webApp.state, said], ['absent', ['the shop could not be built: a.tsx: no such word']]);
  await writeBuild(root, 'one', {});
  await listBuilds(root, ['one']);
  const again = await open(root);
  assert.deepEqual([again.webApp.state, again.webApp.version], ['building', 'one']);
  await again.settled;
  assert.deepEqual([again.webApp.state, again.webApp.entry('theme')?.script], ['built', '/assets/theme-1.js']);
  assert.match(again.said.join(), /could not be built; the one before is served: a\.tsx/);
});

test('the build gets none of our settings', async () => {
  process.env.STRIPE_SECRET_KEY = 'sk_test_secret';
  try {
    const root = await newCheckout({
      made: 'process.stderr.write(Object.keys(process.env).sort().join()); process.exit(1);',
    });
    const { said, settled } = await open(root);
    await settled;
    assert.match(said.join(), /: (HOME,)?NODE_ENV,NO_COLOR,PATH(,TMPDIR)?$/);
  } finally {
    delete process.env.STRIPE_SECRET_KEY;
  }
});

test('who closes ends the build, and hears nothing more of it', async () => {
  const root = await newCheckout({
    made: `writeFileSync('${base}/pid', String(process.pid)); setInterval(() => {}, 1000);`,
  });
  const { webApp, said } = await open(root);
  let pid = 0;
  while (!pid) {
    await new Promise((wake) => setTimeout(wake, 10));
    pid = Number(await readFile(join(base, 'pid'), 'utf8').catch(() => ''));
  }
  await webApp.close();
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  assert.deepEqual(said, []);
});

test('files of the build and of the two before are served, in the best encoding that is accepted, and no others', async () => {
  const root = await mkdtemp(join(base, 'files-'));
  await writeBuild(root, 'old', { 'shop-1.js': 'old();', 'shop-old.js': 'older();' });
  await writeBuild(root, 'new', { 'shop-1.js': 'now();', 'shop-1.css': 'a{}' });
  await writeFile(join(root, 'web/dist/new/text.woff2'), 'font');
  await writeFile(join(root, 'web/dist/new/source.map'), '{}');
  await writeFile(join(root, 'web/dist/secret.js'), 'no');
  await listBuilds(root, ['new', 'old']);
  const { webApp } = await open(root);
  const read = async (name: string, accepted = '') => {
    const file = await webApp.asset(name, accepted);
    if (!file) return null;
    const { encoding, body, type } = file;
    const plain = encoding === 'br' ? brotliDecompressSync(body) : encoding === 'gzip' ? gunzipSync(body) : body;
    return [type.split(';')[0], encoding, plain.toString()];
  };
  assert.deepEqual(await read('shop-1.js'), ['text/javascript', null, 'now();']);
  assert.deepEqual(await read('shop-1.js', 'gzip, deflate, br'), ['text/javascript', 'br', 'now();']);
  assert.deepEqual(await read('shop-1.js', 'gzip'), ['text/javascript', 'gzip', 'now();']);
  assert.deepEqual(await read('shop-1.js', 'br;q=0, gzip;q=0'), ['text/javascript', null, 'now();']);
  assert.deepEqual(await read('shop-old.js', 'br'), ['text/javascript', 'br', 'older();']);
  assert.deepEqual(await read('text.woff2', 'br'), ['font/woff2', null, 'font']);
  for (const name of [
    'manifest.json',
    'source.map',
    'shop-1.js.br',
    'none.js',
    '..',
    '.',
    '../secret.js',
    '..%2Fsecret.js',
    '..\\secret.js',
    'old/shop-old.js',
    '/etc/passwd',
    'a\0.js',
    `${'a'.repeat(300)}.js`,
    '',
  ]) {
    assert.equal(await read(name, 'br'), null, JSON.stringify(name));
  }
});
