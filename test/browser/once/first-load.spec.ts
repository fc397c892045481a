import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { settled } from '../support/look.ts';
import { expect, shopUrl, test } from '../support/test.ts';

/** What a visit may bring of scripts before anything is pressed, packed by gzip. */
const budget = 140_000;
const dist = join(import.meta.dirname, '../../../web/dist');
const later = /^(seat-map|pay|tickets|account|dev)\//;

for (const [name, pathOf] of [
  ['home', () => '/'],
  ['event', (event: number) => `/e/${event}`],
] as const) {
  test(`${name}: at most 140 kB of scripts before anything is pressed, and none of later views`, async ({
    page,
    stock,
  }, { annotations }) => {
    const loaded = new Set<string>();
    page.on('request', (request) => {
      if (request.resourceType() === 'script' || request.url().endsWith('.js')) loaded.add(request.url());
    });
    await page.goto(pathOf(stock.seated));
    await settled(page);
    // What is fetched when the page is idle counts too.
    await page.waitForTimeout(1_000);
    await page.waitForLoadState('networkidle');
    const sizes = await Promise.all([...loaded].map(async (url) => [url, await packedSize(url)] as const));
    const sum = sizes.reduce((all, [, size]) => all + size, 0);
    const said = `${name}: ${(sum / 1000).toFixed(1)} kB of scripts by gzip in ${sizes.length} files`;
    annotations.push({ type: 'figure', description: said });
    process.stdout.write(`   ${said}\n`);
    expect(loaded.size, 'scripts').toBeGreaterThan(0);
    expect(sum, sizes.map(([url, size]) => `${size} ${url}`).join('\n')).toBeLessThanOrEqual(budget);
    const names = filesOfSources();
    const tooEarly = [...loaded]
      .flatMap((url) => names.get(url.split('/').at(-1)!) ?? [])
      .filter((one) => later.test(one));
    expect(tooEarly).toEqual([]);
  });
}

/** The bytes of a body as it comes packed by gzip. */
function packedSize(url: string): Promise<number> {
  return new Promise((done, fail) => {
    get(new URL(url, shopUrl()), { headers: { 'accept-encoding': 'gzip' } }, (answer) => {
      expect(answer.headers['content-encoding'], url).toBe('gzip');
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('end', () => done(bytes));
    }).on('error', fail);
  });
}

/** From the name of a built file to the sources that begin it. */
function filesOfSources(): Map<string, string[]> {
  const [build] = JSON.parse(readFileSync(join(dist, 'builds.json'), 'utf8')) as string[];
  expect(readdirSync(dist)).toContain(build);
  const manifest = JSON.parse(readFileSync(join(dist, build!, 'manifest.json'), 'utf8')) as Record<
    string,
    { file: string }
  >;
  const names = new Map<string, string[]>();
  for (const [source, { file }] of Object.entries(manifest)) names.set(file, [...(names.get(file) ?? []), source]);
  return names;
}
