/**
 * The last changes of places, in order: a ring that forgets the oldest. It answers "what changed since version n?" as
 * long as fewer changes than its size have happened since; after that the reader takes the whole map again.
 */
export class ChangeLog {
  /** Changes so far. */
  counter = 0;
  readonly epoch: string;
  private readonly ring: Int32Array;

  /** `expectedPlaces`: small events need a small ring. Between 1,024 and 65,536 changes are kept. */
  constructor(epoch: string, expectedPlaces: number) {
    this.epoch = epoch;
    let size = 1024;
    while (size < 65_536 && size < expectedPlaces * 4) size *= 2;
    this.ring = new Int32Array(size);
  }

  get version(): string {
    return `${this.epoch}.${this.counter}`;
  }

  add(placeNo: number): void {
    this.ring[this.counter & (this.ring.length - 1)] = placeNo;
    this.counter += 1;
  }

  /** Places changed after `version`, each once; null if it is of another epoch, from the future, or forgotten. */
  since(version: string): readonly number[] | null {
    const dot = version.lastIndexOf('.');
    if (dot < 0 || version.slice(0, dot) !== this.epoch) return null;
    const digits = version.slice(dot + 1);
    if (!/^\d{1,15}$/.test(digits)) return null;
    const from = Number(digits);
    if (from > this.counter || this.counter - from > this.ring.length) return null;
    const changed = new Set<number>();
    for (let at = from; at < this.counter; at++) changed.add(this.ring[at & (this.ring.length - 1)]!);
    return [...changed];
  }
}
