import type { Clock } from '../clock/clock.ts';

/** What carries texts to another process, whole and in order, until it breaks. */
export interface Wire {
  /** `written` is called when the text has left this process, and never again for a wire that broke. */
  write(text: string, written: () => void): void;
  /** Ends it after what was written. */
  end(): void;
  /** Breaks it. */
  destroy(why: string): void;
}

/** What a wire reports, to either side. */
export interface Line {
  heard(text: string): void;
  /** Once; nothing is heard after it. */
  ended(why: Error): void;
}

/** What is said in a batch: its kind, a number that both sides know it by, and more by kind. */
export type Item = readonly [kind: string, id: number, ...more: unknown[]];

/** An item as JSON on its way out. */
export interface Outgoing {
  text: string;
  /** Handed to the wire: from here on nobody knows how far it got. */
  hasLeft: boolean;
}

/** So many characters are enough for a batch: more would only let the first of them wait. */
const batchLengthMax = 256 * 1024;
/** Who was silent for so many beats is not asked any more, since it may be frozen: noticed within 2 s (`beatMs`). */
const silentBeats = 3;
/** And for so many, is cut. */
const deadBeats = 25;
export const beatMs = 400;
/** How much the clocks of two machines may drift apart. */
const driftMax = 0.000_2;

/** Batches of items over a wire, both ways: what asking and answering side have in common. */
export interface Channel {
  /** Characters that wait to leave. */
  readonly queued: number;
  /** The other side has said nothing for so long that it may stand still. */
  readonly isSilent: boolean;
  /** What was pushed before leaves now. */
  open(wire: Wire): void;
  push(item: Outgoing): void;
  /** An item that has not left stays here. */
  takeBack(item: Outgoing): void;
  /** What a text says. Throws at one that is no batch. */
  read(text: string): Item[];
  /** A moment of the other side's clock by ours; as early as it can have been. */
  toOwnClock(moment: number): number;
  /** Every {@link beatMs}: says that we are here, and looks whether the other side is. */
  beat(): void;
  /** Takes nothing more, and ends the wire after what waits. */
  end(): void;
  /** The wire broke: nothing leaves any more. */
  broke(): void;
}

/**
 * Whatever is pushed in one turn leaves as one text, an array of JSON. The next leaves when that was written, and waits for no
 * answer: an idle pipe sends at once, a busy one in batches as large as its writes are slow. `soon`: runs a task at the end of
 * the turn.
 */
export function createChannel(parts: {
  readonly clock: Pick<Clock, 'measure'>;
  readonly soon: (task: () => void) => void;
}): Channel {
  const { clock, soon } = parts;
  let wire: Wire | null = null;
  let queue: Outgoing[] = [];
  let queued = 0;
  let isDue = false;
  let isWriting = false;
  let isOver = false;
  let hasSpoken = false;
  let hasHeard = true;
  let silence = 0;
  let ahead = Number.POSITIVE_INFINITY;
  let heardAt = 0;

  function schedule(): void {
    if (isDue || isWriting || wire === null) return;
    isDue = true;
    soon(leave);
  }

  function leave(): void {
    isDue = false;
    if (isWriting || wire === null) return;
    let batch = `[${Math.round(clock.measure())}`;
    let taken = 0;
    while (taken < queue.length && batch.length < batchLengthMax) {
      const item = queue[taken++]!;
      if (item.text === '') continue;
      batch += `,${item.text}`;
      item.hasLeft = true;
      drop(item);
    }
    queue = taken === queue.length ? [] : queue.slice(taken);
    isWriting = true;
    hasSpoken = true;
    wire.write(`${batch}]`, written);
  }

  function drop(item: Outgoing): void {
    queued -= item.text.length;
    item.text = '';
  }

  function written(): void {
    isWriting = false;
    if (queue.length > 0) leave();
    else if (isOver) wire?.end();
  }

  return {
    get queued() {
      return queued;
    },
    get isSilent() {
      return silence >= silentBeats;
    },
    open(opened) {
      wire = opened;
      if (queue.length > 0) schedule();
      else if (isOver) wire.end();
    },
    push(item) {
      if (isOver) return;
      queue.push(item);
      queued += item.text.length;
      schedule();
    },
    takeBack(item) {
      if (!item.hasLeft) drop(item);
    },
    read(text) {
      const [sentAt, ...items] = JSON.parse(text) as [number, ...Item[]];
      const now = clock.measure();
      // The quickest batch so far shows how far our clock is ahead; what comes slower has lain somewhere, as when we were frozen.
      ahead = Math.min(now - sentAt, ahead + (now - heardAt) * driftMax);
      heardAt = now;
      hasHeard = true;
      silence = 0;
      return items;
    },
    toOwnClock: (moment) => moment + ahead,
    beat() {
      if (wire === null) return;
      // Counted, not measured: whoever stood still himself finds one beat missing, not many.
      silence = hasHeard ? 0 : silence + 1;
      hasHeard = false;
      if (silence >= deadBeats) wire.destroy('Nothing was heard for 10 s');
      else if (!hasSpoken) schedule();
      hasSpoken = false;
    },
    end() {
      isOver = true;
      if (!isDue && !isWriting) wire?.end();
    },
    broke() {
      isOver = true;
      wire = null;
    },
  };
}
