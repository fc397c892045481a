/// <reference lib="dom" />
// How fast the seat map is: run by `npm run bench:web`, or by itself against a running server:
// node bench/web/seat-map.ts http://127.0.0.1:3000 KEY
import { existsSync, readFileSync } from 'node:fs';
import { type Browser, type CDPSession, chromium, type Page } from '@playwright/test';

/** Headless chromium is slowed down so many times. */
const throttle = 4;
const goals = { frameMs: 8, firstPictureMs: 1_000, tapMs: 100 };

/** What one hall took, in milliseconds at the throttle. */
export interface SeatMapFigures {
  readonly seats: number;
  /** CPU time of script in each frame while the view moved (handlers, drawing, React), without raster: other work on the machine is not in it. */
  readonly frames: { readonly count: number; readonly p50: number; readonly p95: number; readonly max: number };
  /** CPU time of the frames between, where the picture is drawn sharply once the view rests. */
  readonly restMax: number;
  /** The longest piece of work that was done in idle times: a move that begins then waits for it. */
  readonly idleMax: number;
  /** From the start of the navigation, and from when the geometry had arrived, by the clock. */
  readonly firstPictureMs: number;
  readonly firstPictureAfterDataMs: number;
  /** The same, until the frame after it: raster by software is in it. */
  readonly firstSeenMs: number;
  /** From the press to the next picture, by the clock. */
  readonly tapMs: { readonly p50: number; readonly max: number };
  /** Frames a second while the view moved: raster in software, and whatever else the machine does, is in it. */
  readonly framesPerSecond: number;
  readonly meets: boolean;
}

/** The arena of the shared data where it is, else a hall of the same size. */
export function arenaPlan(): object {
  const url = new URL('../../../shared/data/plans/arena.json', import.meta.url);
  return existsSync(url) ? (JSON.parse(readFileSync(url, 'utf8')) as object) : blocksPlan(18_000);
}

/** A hall of so many seats in blocks of 500. */
export function blocksPlan(seats: number): object {
  const [rows, columns, acrossCount] = [20, 25, 20];
  const categories = ['A', 'B', 'C'].map((name) => ({ name }));
  const zones = Array.from({ length: Math.ceil(seats / (rows * columns)) }, (_, block) => ({
    name: `Block ${block + 1}`,
    zone_id: String(block + 1),
    position: { x: (block % acrossCount) * 560, y: Math.floor(block / acrossCount) * 560 },
    rows: Array.from({ length: rows }, (_, row) => ({
      row_number: String(row + 1),
      position: { x: 0, y: row * 24 },
      seats: Array.from({ length: columns }, (_, seat) => ({
        seat_guid: `${block}-${row}-${seat}`,
        seat_number: String(seat + 1),
        position: { x: seat * 20, y: 0 },
        category: categories[block % 3]!.name,
      })),
    })),
  }));
  const size = { width: acrossCount * 560, height: Math.ceil(zones.length / acrossCount) * 560 };
  return { name: `${seats} seats`, categories, zones, size };
}

/** Makes a show of a plan; answers its id. */
export async function makeShow(baseUrl: string, key: string, plan: object): Promise<number> {
  const post = async (path: string, body: object): Promise<Record<string, number>> => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
    const response = await fetch(new URL(path, baseUrl), { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, number>;
  };
  const { seatingPlanId } = await post('/api/seating-plans', plan);
  const { categories } = plan as { categories: readonly { readonly name: string }[] };
  const { eventId } = await post('/api/events', {
    title: 'Measured show',
    venue: 'Measured hall',
    startsAt: '2030-03-05T20:00',
    timeZone: 'Europe/Berlin',
    currency: 'EUR',
    seatingPlanId,
    status: 'published',
    ticketTypes: categories.map(({ name }, i) => ({
      name,
      categories: [name],
      rates: [{ name: 'adult', price: 90 - i * 10 }],
    })),
  });
  return eventId!;
}

/** Opens the seat map of a show and pans, zooms and taps as people do. */
export async function measureSeatMap(browser: Browser, baseUrl: string, eventId: number): Promise<SeatMapFigures> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 });
  const page = await context.newPage();
  await page.addInitScript(watchPage);
  const session = await context.newCDPSession(page);
  try {
    await session.send('Emulation.setCPUThrottlingRate', { rate: throttle });
    await page.goto(new URL(`/e/${eventId}/seats`, baseUrl).href);
    await page.waitForFunction(() => window.measured.firstSeen > 0, undefined, {
      timeout: 60_000,
    });
    const first = await page.evaluate(() => {
      const picture = performance.getEntriesByName('seat-map picture')[0]!.startTime;
      const geometry = performance.getEntriesByType('resource').filter(({ name }) => name.includes('/api/seat-maps/'));
      return {
        seen: window.measured.firstSeen,
        picture,
        after: picture - (geometry.at(-1) as PerformanceResourceTiming).responseEnd,
      };
    });
    await page.waitForTimeout(4_000);
    const middle = { x: 520, y: 480 };
    const trace = await startTrace(session);
    await pan(page, session, middle);
    await zoom(page, session, middle, -1, 14);
    await page.waitForTimeout(1_500);
    await pan(page, session, middle);
    await zoom(page, session, middle, 1, 6);
    await pan(page, session, middle);
    await zoom(page, session, middle, 1, 10);
    const { moving, resting, idle, ms } = readFrames(await trace());
    await zoom(page, session, middle, -1, 14);
    await page.waitForTimeout(2_000);
    const taps: number[] = [];
    for (let i = 0; i < 8; i++) {
      const at = { x: 300 + i * 61, y: 330 + i * 23 };
      await page.mouse.move(at.x, at.y);
      await page.waitForTimeout(300);
      taps.push(await tapped(page, at));
    }
    const seats = await page.evaluate(() => window.measured.seats);
    const script = sorted(moving);
    const figures = {
      seats,
      frames: { count: script.length, p50: at(script, 0.5), p95: at(script, 0.95), max: at(script, 1) },
      restMax: at(sorted(resting), 1),
      idleMax: at(sorted(idle), 1),
      firstPictureMs: Math.round(first.picture),
      firstPictureAfterDataMs: Math.round(first.after),
      firstSeenMs: Math.round(first.seen),
      tapMs: { p50: at(sorted(taps), 0.5), max: at(sorted(taps), 1) },
      framesPerSecond: Math.round((moving.length * 1_000) / ms),
    };
    const meets =
      figures.frames.p95 <= goals.frameMs &&
      figures.firstPictureMs <= goals.firstPictureMs &&
      figures.tapMs.max <= goals.tapMs;
    return { ...figures, meets };
  } finally {
    await context.close();
  }
}

/** By the protocol itself: at each move with a button down Playwright runs scripts of its own in the page, which would be counted. */
async function pan(
  page: Page,
  session: CDPSession,
  { x, y }: { readonly x: number; readonly y: number },
): Promise<void> {
  const send = (type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', dx: number, dy: number) =>
    session.send('Input.dispatchMouseEvent', {
      type,
      x: x + dx,
      y: y + dy,
      ...(type === 'mouseMoved' ? { buttons: 1 } : { button: 'left', clickCount: 1 }),
    });
  await page.mouse.move(x, y);
  await send('mousePressed', 0, 0);
  let [dx, dy] = [0, 0];
  for (let i = 1; i <= 40; i++) {
    [dx, dy] = [Math.sin(i / 5) * 220, Math.cos(i / 7) * 120];
    await send('mouseMoved', dx, dy);
    await page.waitForTimeout(8);
  }
  await send('mouseReleased', dx, dy);
}

async function zoom(
  page: Page,
  session: CDPSession,
  { x, y }: { readonly x: number; readonly y: number },
  direction: 1 | -1,
  notches: number,
): Promise<void> {
  for (let i = 0; i < notches; i++) {
    await session.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x, y, deltaX: 0, deltaY: direction * 100 });
    await page.waitForTimeout(24);
  }
}

/** Milliseconds from the press to the picture that answers it. */
async function tapped(page: Page, { x, y }: { readonly x: number; readonly y: number }): Promise<number> {
  await page.evaluate(() => window.measured.watchTap());
  await page.mouse.click(x, y);
  return page.evaluate(() => window.measured.tap);
}

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  /** CPU time of the thread, microseconds. */
  readonly tdur?: number;
  readonly args: { readonly data?: { readonly type?: string } };
}

/** Traces the page until the answer is called. */
async function startTrace(session: CDPSession): Promise<() => Promise<readonly TraceEvent[]>> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])));
  await session.send('Tracing.start', { transferMode: 'ReportEvents', categories: 'devtools.timeline' });
  return async () => {
    const complete = new Promise<void>((done) => session.once('Tracing.tracingComplete', () => done()));
    await session.send('Tracing.end');
    await complete;
    return events;
  };
}

const idleName = 'FireIdleCallback';
const scriptNames = new Set([
  idleName,
  'EventDispatch',
  'FireAnimationFrame',
  'TimerFire',
  'FunctionCall',
  'MinorGC',
  'MajorGC',
]);

/** Script by frames: what ran since the frame before. Frames that follow a move of pointer or wheel are those of movement. */
function readFrames(events: readonly TraceEvent[]) {
  const drawing = events.find(({ name }) => name === 'FireAnimationFrame');
  const script = events
    .filter(
      ({ name, ph, pid, tid }) => ph === 'X' && scriptNames.has(name) && pid === drawing?.pid && tid === drawing.tid,
    )
    .sort((a, b) => a.ts - b.ts);
  const [moving, resting, idle]: [number[], number[], number[]] = [[], [], []];
  let movingMs = 0;
  let [sum, isMove, until, begun] = [0, false, 0, script[0]?.ts ?? 0];
  for (const { name, ts, dur = 0, tdur = 0, args } of script) {
    // What lies in another is counted there.
    if (ts < until) continue;
    until = ts + dur;
    // Work of idle times is no frame's.
    if (name === idleName) {
      idle.push(tdur / 1_000);
      continue;
    }
    sum += tdur / 1_000;
    if (name === 'EventDispatch' && /^(pointermove|wheel)$/.test(args.data?.type ?? '')) isMove = true;
    if (name !== 'FireAnimationFrame') continue;
    (isMove ? moving : resting).push(sum);
    if (isMove) movingMs += Math.min(200, (until - begun) / 1_000);
    [sum, isMove, begun] = [0, false, until];
  }
  return { moving, resting, idle, ms: movingMs };
}

interface Measured {
  watchTap(): void;
  readonly tap: Promise<number>;
  readonly seats: number;
  readonly firstSeen: number;
}
declare global {
  interface Window {
    measured: Measured;
  }
}

/** Runs in the page before its own scripts. */
function watchPage(): void {
  const ask = window.requestAnimationFrame.bind(window);
  let tap: Promise<number> = Promise.resolve(0);
  let seats = 0;
  let firstSeen = 0;
  const mark = performance.mark.bind(performance);
  performance.mark = (name, options) => {
    if (name === 'seat-map picture') ask(() => ask(() => (firstSeen = performance.now())));
    return mark(name, options);
  };
  const parse = Response.prototype.json;
  Response.prototype.json = async function () {
    const answer = await parse.call(this);
    if (answer?.seats?.guid) seats = answer.seats.guid.length;
    return answer;
  };
  window.measured = {
    watchTap() {
      tap = new Promise((resolve) => {
        const start = (event: Event) => {
          window.removeEventListener('pointerup', start, true);
          // Two frames: the first draws, the second begins after it was shown.
          ask(() => ask(() => resolve(performance.now() - event.timeStamp)));
        };
        window.addEventListener('pointerup', start, true);
      });
    },
    get tap() {
      return tap;
    },
    get firstSeen() {
      return firstSeen;
    },
    get seats() {
      return seats;
    },
  };
}

function sorted(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function at(values: readonly number[], share: number): number {
  const value = values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;
  return Math.round(value * 10) / 10;
}

if (import.meta.main) {
  const [baseUrl, key] = process.argv.slice(2);
  if (!baseUrl || !key) throw new Error('Name a server and a key that may make shows.');
  const executablePath = process.env.CHROME_PATH ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  for (const plan of [arenaPlan(), blocksPlan(100_000)]) {
    const eventId = await makeShow(baseUrl, key, plan);
    process.stdout.write(`${JSON.stringify(await measureSeatMap(browser, baseUrl, eventId))}\n`);
  }
  await browser.close();
}
