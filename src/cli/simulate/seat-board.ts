import type { LiveDelta, LiveFrame } from '../../contract/live.ts';
import type { Availability } from './show.ts';

type TypeNumbers = Availability['ticketTypes'][number];

/**
 * The seats as those see them who follow the live channel. All are sent the same frames, so that one board stands for all their
 * screens: a frame is read once, however many get it.
 */
export interface SeatBoard {
  /** A letter per place number; null before the first answer. */
  readonly letters: readonly string[] | null;
  readonly version: string | null;
  readonly numbers: ReadonlyMap<number, TypeNumbers>;
  /** Takes an answer of `/seats`, whole or what changed. */
  take(answer: { readonly version?: unknown; readonly states?: unknown; readonly changes?: unknown }): void;
  /** Takes the numbers of `/availability`. */
  takeNumbers(types: readonly TypeNumbers[]): void;
  /** Takes the text of a live frame; false: it leaves a gap. */
  takeFrame(text: string): boolean;
}

export function createSeatBoard(): SeatBoard {
  let letters: string[] | null = null;
  let epoch = '';
  let to = -1;
  const numbers = new Map<number, TypeNumbers>();

  function apply(changes: LiveDelta['changes']): void {
    if (letters === null) return;
    for (const [first, run] of changes as [number, string][]) {
      while (letters.length < first) letters.push('-');
      for (let i = 0; i < run.length; i++) letters[first + i] = run[i]!;
    }
  }

  return {
    get letters() {
      return letters;
    },
    get version() {
      return letters === null ? null : `${epoch}.${to}`;
    },
    numbers,
    take({ version, states, changes }) {
      const [itsEpoch, count] = splitVersion(version);
      if (itsEpoch === epoch && count < to) return;
      if (typeof states === 'string') {
        letters = [...states];
        epoch = itsEpoch;
        to = count;
      } else if (itsEpoch === epoch && Array.isArray(changes)) {
        // What changed since a version that the board had then: all up to `count` is known now.
        apply(changes);
        to = count;
      }
    },
    takeNumbers(types) {
      for (const type of types) numbers.set(type.ticketTypeId, type);
    },
    takeFrame(text) {
      // Who is sent what others were sent already reads no more than its head.
      const head = /"epoch":"([^"]*)".*?"to":(\d+)/.exec(text);
      if (head && head[1] === epoch && Number(head[2]) <= to && numbers.size > 0) return true;
      const frame = JSON.parse(text) as LiveFrame;
      const isOld = frame.epoch === epoch && frame.to < to;
      if (frame.type === 'delta' && (frame.epoch !== epoch || frame.from > to)) return false;
      if (!isOld) {
        if (frame.type === 'snapshot') letters = [...frame.states];
        else apply(frame.changes);
        epoch = frame.epoch;
        to = frame.to;
      }
      if (!isOld || numbers.size === 0) this.takeNumbers(frame.ticketTypes);
      return true;
    },
  };
}

function splitVersion(version: unknown): [epoch: string, count: number] {
  const text = String(version);
  const dot = text.lastIndexOf('.');
  return [text.slice(0, dot), Number(text.slice(dot + 1))];
}
