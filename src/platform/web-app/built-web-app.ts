import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import { acceptedEncoding } from '../http/accepted-encoding.ts';
import { namesOfBuilds } from './build-folders.ts';
import { hashSources } from './hash-sources.ts';
import type { AssetFile, EntryFiles, WebApp, WebEntry } from './web-app.ts';

/** What Vite writes into its manifest about a file. */
interface ManifestEntry {
  readonly file: string;
  readonly name?: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}
type Manifest = Readonly<Record<string, ManifestEntry>>;

interface Build {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly icon: string | null;
  /** The content of its styles by address; empty for builds that no page begins with any more. */
  readonly css: ReadonlyMap<string, string>;
}

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
};
const packed = new Set(['.js', '.css', '.svg', '.json']);
/** Names that Vite gives: no folder, no way out of one. */
const nameShape = /^[\w.-]{1,200}$/;
/** All files of a build have two megabytes; only what is asked for is kept. */
const keptFilesMax = 500;

/** Vite shows the lines that it stumbles over. */
const reasonMax = 2_000;
/** How long an end of the build under way is waited for. */
const closeMs = 2_000;

export interface BuildEvents {
  onBuilt(ms: number): void;
  /** The sentence says why there is no app, or only an old one. */
  onFailed(sentence: string): void;
}

/**
 * The app in `web/dist` under the checkout's root. If its sources have changed since it was built, it is built anew, by a process
 * of its own, while this one goes on; where no sources are (in an image) what is built is served.
 */
export function openWebApp(root: string, clock: Clock, events: BuildEvents): WebApp {
  const dist = join(root, 'web/dist');
  let builds = readBuilds(dist);
  let state: WebApp['state'] = builds.length === 0 ? 'absent' : 'built';
  const files = new Map<string, AssetFile>();
  let child: ChildProcess | undefined;
  const closed = new AbortController();

  if (existsSync(join(root, 'web/shop')) && existsSync(join(root, 'node_modules/vite'))) {
    if (builds[0]?.name !== hashSources(root)) build();
  } else if (state === 'absent') {
    events.onFailed('there is no shop: web/dist is empty, and what builds it is not installed (npm ci, npm run build)');
  }

  function build(): void {
    state = 'building';
    const startedAt = clock.measure();
    const said: Buffer[] = [];
    // It needs none of our settings, some of which are secrets. The channel carries nothing: it closes with us, and ends the build.
    const { PATH, HOME, TMPDIR } = process.env;
    child = spawn(process.execPath, [join(root, 'web/build/build.ts')], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', NO_COLOR: '1' },
    });
    child.stderr!.on('data', (chunk: Buffer) => said.push(chunk));
    child.on('error', (error) => said.push(Buffer.from(error.message)));
    child.on('close', (code) => {
      if (closed.signal.aborted) return;
      builds = readBuilds(dist);
      files.clear();
      state = builds.length === 0 ? 'absent' : 'built';
      if (code === 0 && state === 'built') events.onBuilt(clock.measure() - startedAt);
      else {
        const old = state === 'built' ? '; the one before is served' : '';
        const reason = Buffer.concat(said).toString().trim().slice(0, reasonMax) || `it ended with ${code}`;
        events.onFailed(`the shop could not be built${old}: ${reason}`);
      }
    });
  }

  async function read(name: string, encoding: AssetFile['encoding']): Promise<AssetFile | null> {
    const type = types[extname(name)];
    // Before what is kept is looked at: `x.js.br` is no name of a file, and how `x.js` is kept.
    if (type === undefined) return null;
    const suffix = encoding === null ? '' : encoding === 'br' ? '.br' : '.gz';
    const key = name + suffix;
    const known = files.get(key);
    if (known !== undefined) return known;
    for (const { folder } of builds) {
      const body = await readFile(join(folder, key)).catch(() => null);
      if (body === null) continue;
      const file = { type, body, encoding };
      if (files.size >= keptFilesMax) files.clear();
      files.set(key, file);
      return file;
    }
    return null;
  }

  return {
    get state() {
      return state;
    },
    get version() {
      return builds[0]?.name ?? 'none';
    },
    entry(entry, views = []) {
      return state === 'built' && builds[0] ? filesOf(builds[0], entry, views) : null;
    },
    fonts() {
      const { manifest } = builds[0] ?? {};
      if (!manifest) return [];
      return Object.values(manifest)
        .map(({ file }) => file)
        .filter((file) => /^(?:inter|bricolage-grotesque)-latin-wght-normal-.*\.woff2$/.test(file))
        .map((file) => `/assets/${file}`);
    },
    icon() {
      return builds[0]?.icon ?? null;
    },
    async asset(name, acceptEncoding) {
      if (!nameShape.test(name) || name === 'manifest.json') return null;
      return read(name, packed.has(extname(name)) ? acceptedEncoding(acceptEncoding) : null);
    },
    async close() {
      closed.abort();
      if (!child || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close', { signal: AbortSignal.timeout(closeMs) });
      child.kill();
      await ended.catch(() => child?.kill('SIGKILL'));
    },
  };
}

/** The builds that are kept, newest first. */
function readBuilds(dist: string): Build[] {
  return namesOfBuilds(dist).flatMap((name, age) => {
    const folder = join(dist, name);
    try {
      const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as Manifest;
      const names = readdirSync(folder);
      const icon = names.find((file) => /^icon-.*\.svg$/.test(file));
      const css = age > 0 ? [] : names.filter((file) => file.endsWith('.css'));
      return [
        {
          name,
          folder,
          manifest,
          icon: icon === undefined ? null : `/assets/${icon}`,
          css: new Map(css.map((file) => [`/assets/${file}`, readFileSync(join(folder, file), 'utf8').trim()])),
        },
      ];
    } catch {
      // What another process takes away meanwhile, or keeps to itself.
      return [];
    }
  });
}

function filesOf({ manifest, css }: Build, entry: WebEntry, views: readonly string[]): EntryFiles | null {
  const main = Object.values(manifest).find(({ isEntry, name }) => isEntry && name === entry);
  if (!main) return null;
  const imports = new Set<string>();
  const styles = new Set<string>();
  const add = (one: ManifestEntry) => {
    for (const style of one.css ?? []) styles.add(`/assets/${style}`);
    for (const name of one.imports ?? []) {
      const imported = manifest[name];
      if (!imported || imports.has(`/assets/${imported.file}`)) continue;
      imports.add(`/assets/${imported.file}`);
      add(imported);
    }
  };
  add(main);
  for (const view of views) {
    const file = manifest[view];
    if (!file) continue;
    imports.add(`/assets/${file.file}`);
    add(file);
  }
  return {
    script: `/assets/${main.file}`,
    styles: [...styles],
    css: [...styles].map((style) => css.get(style) ?? '').join('\n'),
    imports: [...imports],
  };
}
