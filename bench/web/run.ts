// npm run bench:web: what the shop promises about speed, measured in Debian's chromium against a server of its own, as a table with
// the goals. Wants a quiet machine. `--only map,live` measures these parts alone: pages, taps, map, live.
import { parseArgs } from 'node:util';
import { type Browser, chromium, type Page } from '@playwright/test';
import { type Category, runLighthouse, type Verdict } from '../../test/browser/support/lighthouse.ts';
import { startShopServer } from '../../test/browser/support/shop-server.ts';
import { createStaff } from '../../test/browser/support/staff.ts';
import { type Stock, stockShop } from '../../test/browser/support/stock.ts';
import { measureLive } from './live.ts';
import { arenaPlan, blocksPlan, makeShow, measureSeatMap } from './seat-map.ts';

const runs = 5;
const throttle = 4;
const launch = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
};

interface Line {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** `least`: must not be below the goal; else not above it. */
  readonly goal?: number;
  readonly least?: boolean;
}

const lines: Line[] = [];
function note(line: Line): void {
  lines.push(line);
  process.stdout.write(`${inWords(line)}\n`);
}

const startedAt = Date.now();
/** What is being done now, and how long everything has taken. */
function say(what: string): void {
  const seconds = Math.round((Date.now() - startedAt) / 1_000);
  process.stdout.write(`${String(seconds).padStart(4)} s  ${what}\n`);
}

const parts = ['pages', 'taps', 'map', 'live'] as const;
const wanted = readParts();

say('starts a server, and builds the shop if that is not done');
const server = await startShopServer();
try {
  const stock = wanted.has('pages') || wanted.has('taps') ? await stockShop(server) : null;
  if (wanted.has('pages')) await measurePages(stock!);
  const browser = await chromium.launch(launch);
  try {
    if (wanted.has('taps')) await measureTaps(browser, stock!);
    if (wanted.has('map')) await measureMaps(browser);
    if (wanted.has('live')) {
      say('live: ten seats held, each looked at in another browser');
      const { seatedShow } = createStaff(server.url, server.ownerKey);
      const seen = await measureLive(browser, server.url, (await seatedShow({ title: 'Seen going' })).eventId);
      note({ what: 'a seat held is seen in another browser, median', value: seen.median, unit: 'ms', goal: 300 });
      note({ what: 'a seat held is seen in another browser, longest', value: seen.max, unit: 'ms', goal: 300 });
    }
  } finally {
    await browser.close();
  }
} finally {
  await server.stop();
}
say('done');
const missed = lines.filter((line) => !meets(line));
process.stdout.write(`\n${lines.map((line) => `| ${inWords(line).replaceAll('  ', ' | ')} |`).join('\n')}\n`);
process.stdout.write(`\n${missed.length === 0 ? 'every goal is met' : `${missed.length} goals are missed`}\n`);
process.stdout.write('sockets: npm run bench has what two thousand who watch add to a purchase\n');
process.exitCode = missed.length === 0 ? 0 : 1;

/** What `--only` names, or everything. Throws a sentence for what there is not. */
function readParts(): ReadonlySet<string> {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const named = values.only?.split(',') ?? parts;
  for (const one of named)
    if (!parts.includes(one as (typeof parts)[number])) throw new Error(`--only ${parts.join(',')}: not ${one}`);
  return new Set(named);
}

/** The seat map of the arena, and of a hall several times as large. */
async function measureMaps(browser: Browser): Promise<void> {
  for (const plan of [arenaPlan(), blocksPlan(100_000)]) {
    say('map: makes a show, opens its map, moves and taps');
    const figures = await measureSeatMap(browser, server.url, await makeShow(server.url, server.ownerKey, plan));
    const hall = `map of ${figures.seats.toLocaleString('en')} seats`;
    // The goals are those of the arena; of larger halls it is enough that they can be used.
    const isArena = figures.seats < 50_000;
    const line = (what: string, value: number, goal: number) =>
      note({ what: `${hall}: ${what}`, value, unit: 'ms', ...(isArena && { goal }) });
    line('script per frame, p95', figures.frames.p95, 8);
    line('first picture', figures.firstPictureMs, 1_000);
    note({ what: `${hall}: first picture as it is seen`, value: figures.firstSeenMs, unit: 'ms' });
    line('tap to its answer, longest', figures.tapMs.max, 100);
    note({ what: `${hall}: frames with raster by software`, value: figures.framesPerSecond, unit: '/s' });
  }
}

/** Lighthouse on home and event, each the median of its runs. */
async function measurePages(stock: Stock): Promise<void> {
  const goals: Readonly<Record<Category, number>> = {
    performance: 90,
    accessibility: 98,
    'best-practices': 95,
    seo: 95,
  };
  const categories = Object.keys(goals) as Category[];
  for (const [name, path] of [
    ['home', '/'],
    ['event', `/e/${stock.seated}`],
  ] as const) {
    const verdicts: Verdict[] = [];
    for (let i = 0; i < runs; i++) {
      say(`${name}: Lighthouse ${i + 1} of ${runs}`);
      verdicts.push(await runLighthouse(server.url + path, categories));
    }
    for (const one of categories) {
      const value = median(verdicts.map(({ scores }) => scores[one] ?? 0));
      note({ what: `${name}: Lighthouse, ${one}`, value, unit: '', goal: goals[one], least: true });
    }
    note({
      what: `${name}: LCP`,
      value: Math.round(median(verdicts.map(({ lcpMs }) => lcpMs ?? 0))),
      unit: 'ms',
      goal: 2_500,
    });
    note({ what: `${name}: CLS`, value: round(median(verdicts.map(({ cls }) => cls ?? 0)), 3), unit: '', goal: 0.02 });
    for (const fault of new Set(verdicts.flatMap(({ faults }) => faults))) process.stdout.write(`  ${fault}\n`);
  }
}

/** From a tap to the picture that answers it, by the browser's own account of it, on a processor four times as slow. */
async function measureTaps(browser: Browser, stock: Stock): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: throttle });
  for (const [name, path] of [
    ['home', '/'],
    ['event', `/e/${stock.open}`],
  ] as const) {
    say(`${name}: taps whatever can be tapped`);
    await page.goto(server.url + path, { waitUntil: 'networkidle' });
    const value = await longestTap(page);
    note({ what: `${name}: a tap to its answer, longest of what can be tapped`, value, unit: 'ms', goal: 200 });
  }
  await context.close();
}

async function longestTap(page: Page): Promise<number> {
  await page.evaluate(() => {
    const taps: number[] = [];
    Object.assign(window, { taps });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (/^(click|pointerup)$/.test(entry.name)) taps.push(entry.duration);
    }).observe({ type: 'event', durationThreshold: 16, buffered: false } as PerformanceObserverInit);
  });
  // What stays on the page: links would leave it.
  const buttons = page.locator('main button:visible:enabled, header button:visible:enabled');
  const count = Math.min(await buttons.count(), 8);
  for (let i = 0; i < count; i++) {
    await buttons
      .nth(i)
      .tap({ timeout: 2_000 })
      .catch(() => undefined);
    await page.waitForTimeout(400);
  }
  const taps = await page.evaluate(() => (window as unknown as { taps: number[] }).taps);
  return Math.round(Math.max(0, ...taps));
}

function meets({ value, goal, least = false }: Line): boolean {
  return goal === undefined || (least ? value >= goal : value <= goal);
}

function inWords(line: Line): string {
  const { what, value, unit, goal, least } = line;
  const wanted = goal === undefined ? '' : `${least ? 'at least' : 'at most'} ${goal}${unit && ` ${unit}`}`;
  return [what, `${value}${unit && ` ${unit}`}`, wanted, goal === undefined ? '' : meets(line) ? 'met' : 'MISSED'].join(
    '  ',
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function round(value: number, decimals: number): number {
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
