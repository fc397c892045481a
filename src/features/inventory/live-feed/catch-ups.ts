/**
 * Those who wait until all is known here that the owner had decided when they came. It is asked one question at a time, which answers all
 * who came before it left; who comes later waits for the next. Of a source that was begun anew the first frame is such an answer, to all
 * who were there when it was begun.
 */
export class CatchUps {
  private asked = 0;
  private state: 'no source' | 'beginning' | 'idle' | 'asking' = 'no source';
  private now: (() => void)[] = [];
  private next: (() => void)[] = [];
  private readonly ask: (nth: number) => void;

  /** `ask`: asks the owner; its answer comes by {@link heard} with the same number. */
  constructor(ask: (nth: number) => void) {
    this.ask = ask;
  }

  /** Calls `wake` once all is known that has been decided by now. */
  add(wake: () => void): void {
    const isUnderWay = this.state === 'beginning' || this.state === 'asking';
    (isUnderWay ? this.next : this.now).push(wake);
    if (this.state === 'idle') this.askNow();
  }

  sourceBegins(): void {
    this.sourceEnds();
    this.state = 'beginning';
  }

  sourceEnds(): void {
    this.now.push(...this.next);
    this.next = [];
    this.state = 'no source';
  }

  /** A frame was taken; `caughtUp`: it answers that question. */
  heard(caughtUp: number | undefined): void {
    if (this.state !== 'beginning' && (this.state !== 'asking' || caughtUp !== this.asked)) return;
    const done = this.now;
    this.now = this.next;
    this.next = [];
    this.state = 'idle';
    if (this.now.length > 0) this.askNow();
    for (const wake of done) wake();
  }

  /** Nobody waits any more. */
  end(): void {
    const all = [...this.now, ...this.next];
    this.now = [];
    this.next = [];
    for (const wake of all) wake();
  }

  private askNow(): void {
    this.state = 'asking';
    this.asked += 1;
    this.ask(this.asked);
  }
}
