import { rmSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { setPriority, constants as system } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { addBuild } from '../../src/platform/web-app/build-folders.ts';
import { hashSources } from '../../src/platform/web-app/hash-sources.ts';

const compressible = /\.(?:js|css|svg|json)$/;
const packBrotli = promisify(brotliCompress);
const packGzip = promisify(gzip);
const root = join(import.meta.dirname, '../..');
/** Where we are making something that nobody may find half done. */
let making: string | undefined;

/**
 * Builds the web app into `web/dist/<hash of the sources>/`, every text of it also as .br and .gz, and names the folder in
 * `web/dist/builds.json`, newest first. A build that ends halfway leaves what was there in place.
 */
async function buildWebApp(): Promise<void> {
  const onFolder = (folder: string) => {
    making = folder;
  };
  await addBuild(join(root, 'web/dist'), hashSources(root), fill, onFolder);
}

async function fill(folder: string): Promise<void> {
  // Not needed where the build is there already.
  const [{ build }, { viteConfig }] = await Promise.all([import('vite'), import('../vite.config.ts')]);
  // What is wrong comes back as an error; only who sits here sees warnings.
  const logLevel = process.channel ? 'silent' : 'warn';
  const config = viteConfig(join(root, 'web'));
  await build({ ...config, logLevel, build: { ...config.build, outDir: folder, emptyOutDir: true } });
  for (const file of await readdir(folder)) {
    if (!compressible.test(file) || file === 'manifest.json') continue;
    const content = await readFile(join(folder, file));
    const quality = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    await writeFile(join(folder, `${file}.br`), await packBrotli(content, { params: quality }));
    await writeFile(join(folder, `${file}.gz`), await packGzip(content, { level: 9 }));
  }
}

function breakOff(): never {
  if (making !== undefined) rmSync(making, { recursive: true, force: true });
  process.exit(1);
}

/** What can be mended outside is one line; what is wrong in a source is what Vite says of it. */
function sentenceOf(error: unknown): string {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (code === undefined || path === undefined) return message;
  return `${relative(root, path)} cannot be written (${code})`;
}

// With anything else, React is the one for its own developers.
process.env.NODE_ENV = 'production';
process.once('SIGTERM', breakOff);
if (process.channel) {
  // A server builds beside its work, and without it nobody waits for the app. Ctrl-C reaches both of us: the server decides.
  process.once('disconnect', breakOff);
  process.channel.unref();
  process.on('SIGINT', () => {});
  process.on('SIGHUP', () => {});
  setPriority(system.priority.PRIORITY_BELOW_NORMAL);
} else {
  process.once('SIGINT', breakOff);
  process.once('SIGHUP', breakOff);
}
try {
  await buildWebApp();
} catch (error) {
  process.stderr.write(`${sentenceOf(error)}\n`);
  process.exitCode = 1;
}
