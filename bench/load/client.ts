import { type Connection, openConnection } from './connection.ts';
import { cpuMsOf } from './cpu.ts';
import { createHistogram, type Histogram } from './histogram.ts';

/** What to send, to whom, for how long. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  /** The next request of a connection as text (latin1); undefined when it has none left. */
  next(connection: number): string | undefined;
  /** Called for every answer. `body` is only valid during the call, and empty unless `keepBody`. */
  answered?(connection: number, status: number, body: Buffer, head: string): void;
  /** Whether an answer is one of those measured; without it all are. Asked before `answered`. */
  isCounted?(connection: number): boolean;
  readonly keepBody?: boolean;
  /** Load that is not counted, before the measured time. */
  readonly warmupMs?: number;
  /** Measured time; without it the load runs until no connection has a request left. */
  readonly measureMs?: number;
  /** Processes whose CPU time, with that of their children, is what an answer costs. */
  readonly servers?: readonly number[];
  /**
   * Open loop: requests per second that arrive whether or not earlier ones were answered. One that finds no idle
   * connection waits, and its latency counts from its arrival. Without it: closed loop.
   */
  readonly arrivalsPerSecond?: number;
}

export interface LoadResult {
  /** Answers 2xx (and 304) that arrived in the measured time, per second of it. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly okMeasured: number;
  /** All answers by status, warm-up and the tail after the measured time included. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests lost with a broken connection. */
  readonly lost: number;
  /** Latencies of the 2xx of the measured time. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
  /** CPU microseconds of `servers` per counted answer of the whole run; null without `servers`. */
  readonly cpuMicros: number | null;
}

const drainMsMax = 30_000;

/**
 * Opens all connections, then loads the server and waits for the last answer, so that what was acknowledged is known
 * exactly. A request that is lost with its connection is counted as lost and never sent again.
 */
export async function runLoad(load: Load): Promise<LoadResult> {
  const run = new Run(load);
  await run.open();
  return run.start();
}

class Run {
  private readonly load: Load;
  private readonly lines: (Connection | undefined)[] = [];
  private readonly sentAt: Float64Array;
  private readonly latencies: Histogram = createHistogram();
  private readonly statuses = new Map<number, number>();
  private readonly idle: number[] = [];
  /** Arrival times of requests that wait for a connection (open loop only). */
  private readonly waiting: number[] = [];
  private waitingFrom = 0;
  private inFlight = 0;
  private okMeasured = 0;
  private okCount = 0;
  private cpuMsBefore = 0;
  private lost = 0;
  /** Connections being opened; while there are any, the run is not over. */
  private opening = 0;
  private measureFrom = 0;
  private measureUntil = Number.POSITIVE_INFINITY;
  private lastAnswerAt = 0;
  private isOver = false;
  private finished: () => void = () => {};

  constructor(load: Load) {
    this.load = load;
    this.sentAt = new Float64Array(load.connections);
  }

  async open(): Promise<void> {
    for (let first = 0; first < this.load.connections; first += 256) {
      const last = Math.min(first + 256, this.load.connections);
      await Promise.all(Array.from({ length: last - first }, (_, i) => this.openLine(first + i)));
    }
  }

  private async openLine(line: number): Promise<void> {
    this.lines[line] = await openConnection(this.load.port, this.load.keepBody ?? false, {
      answered: (status, body, head) => this.answered(line, status, body, head),
      broken: (inFlight) => this.broken(line, inFlight),
    });
  }

  async start(): Promise<LoadResult> {
    const { warmupMs = 0, measureMs, arrivalsPerSecond, connections } = this.load;
    this.cpuMsBefore = this.cpuMs();
    const startedAt = performance.now();
    this.measureFrom = startedAt + warmupMs;
    if (measureMs !== undefined) this.measureUntil = this.measureFrom + measureMs;
    const done = new Promise<void>((resolve) => {
      this.finished = resolve;
    });
    const end = measureMs === undefined ? undefined : setTimeout(() => this.over(), warmupMs + measureMs);
    this.opening++;
    if (arrivalsPerSecond) this.arrive(startedAt, arrivalsPerSecond);
    else for (let line = 0; line < connections; line++) this.sendNext(line, performance.now());
    this.opening--;
    this.finishIfIdle();
    await done;
    clearTimeout(end);
    this.isOver = true;
    for (const line of this.lines) line?.close();
    return this.result();
  }

  private arrive(startedAt: number, perSecond: number): void {
    let arrived = 0;
    for (let line = 0; line < this.load.connections; line++) this.idle.push(line);
    const tick = setInterval(() => {
      if (this.isOver) return clearInterval(tick);
      const due = Math.floor(((performance.now() - startedAt) / 1000) * perSecond);
      for (; arrived < due; arrived++) {
        const at = startedAt + (arrived * 1000) / perSecond;
        const line = this.idle.pop();
        if (line === undefined) this.waiting.push(at);
        else this.sendNext(line, at);
      }
    }, 1);
  }

  private sendNext(line: number, at: number): void {
    const request = this.isOver ? undefined : this.load.next(line);
    if (request === undefined) return this.finishIfIdle();
    this.sentAt[line] = at;
    this.inFlight++;
    this.lines[line]!.send(request);
  }

  private answered(line: number, status: number, body: Buffer, head: string): void {
    const now = performance.now();
    this.inFlight--;
    this.lastAnswerAt = now;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const isOk = (status >= 200 && status < 300) || status === 304;
    const isCounted = isOk && (this.load.isCounted?.(line) ?? true);
    if (isCounted) this.okCount++;
    if (isCounted && now >= this.measureFrom && now < this.measureUntil) {
      this.okMeasured++;
      this.latencies.record((now - this.sentAt[line]!) * 1000);
    }
    this.load.answered?.(line, status, body, head);
    this.again(line, now);
  }

  private again(line: number, now: number): void {
    if (!this.load.arrivalsPerSecond) return this.sendNext(line, now);
    const waitingSince = this.waiting[this.waitingFrom];
    if (waitingSince === undefined || this.isOver) {
      this.idle.push(line);
      return this.finishIfIdle();
    }
    this.waitingFrom++;
    this.sendNext(line, waitingSince);
  }

  private broken(line: number, wasInFlight: boolean): void {
    if (this.isOver && !wasInFlight) return;
    if (wasInFlight) {
      this.inFlight--;
      this.lost++;
    }
    this.lines[line] = undefined;
    const idleAt = this.idle.indexOf(line);
    if (idleAt >= 0) this.idle.splice(idleAt, 1);
    if (this.isOver) return this.finishIfIdle();
    this.opening++;
    this.openLine(line)
      .then(
        () => this.again(line, performance.now()),
        () => {},
      )
      .finally(() => {
        this.opening--;
        this.finishIfIdle();
      });
  }

  private over(): void {
    this.isOver = true;
    setTimeout(() => this.finished(), drainMsMax).unref();
    this.finishIfIdle();
  }

  private finishIfIdle(): void {
    const isDone = this.isOver || !this.load.arrivalsPerSecond;
    if (isDone && this.inFlight === 0 && this.opening === 0) this.finished();
  }

  private cpuMs(): number {
    return this.load.servers ? cpuMsOf(...this.load.servers) : 0;
  }

  private result(): LoadResult {
    const until = Math.min(this.measureUntil, this.lastAnswerAt);
    const seconds = Math.max(0.001, (until - this.measureFrom) / 1000);
    return {
      perSecond: this.okMeasured / seconds,
      seconds,
      okMeasured: this.okMeasured,
      statuses: Object.fromEntries(this.statuses),
      lost: this.lost + this.inFlight,
      p50Ms: this.latencies.percentileMs(0.5),
      p95Ms: this.latencies.percentileMs(0.95),
      p99Ms: this.latencies.percentileMs(0.99),
      maxMs: this.latencies.percentileMs(1),
      cpuMicros: this.load.servers ? ((this.cpuMs() - this.cpuMsBefore) * 1000) / this.okCount : null,
    };
  }
}
