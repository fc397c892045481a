import type { Clock } from '../clock/clock.ts';

/** Brings an answer, or why there is none, to one who waits for it. */
export type Answered = (kind: string, content: string) => void;

/** What commands came to, for those who ask again by the same id. */
export interface KeptAnswers {
  /** True: it is new, and whoever carries it out calls `end`. Else `answered` gets what it came to, as soon as that is known. */
  begin(commandId: string, answered: Answered): boolean;
  /** What it came to, for all who wait. A refusal is not kept: nothing was done, and the next time something may be. */
  end(commandId: string, kind: string, content: string): void;
}

/** So long at least an answer is kept, if there is room. */
const keptMs = 60_000;
/** Characters of all answers together. Above 32 million a minute they are kept for less. */
const keptLengthMax = 64 * 1024 * 1024;
/** What an entry takes beside its content. */
const entryLength = 200;

/** Keeps answers in two halves, and forgets the older half at once: nothing is looked after answer by answer. */
export function createKeptAnswers(clock: Pick<Clock, 'measure'>): KeptAnswers {
  interface Kept {
    readonly kind: string;
    readonly content: string;
  }
  const underWay = new Map<string, Answered[]>();
  let older = new Map<string, Kept>();
  let newer = new Map<string, Kept>();
  let length = 0;
  let since = clock.measure();

  function keep(commandId: string, kept: Kept): void {
    const now = clock.measure();
    if (now - since >= keptMs || length >= keptLengthMax / 2) {
      older = newer;
      newer = new Map();
      length = 0;
      since = now;
    }
    newer.set(commandId, kept);
    length += kept.content.length + entryLength;
  }

  return {
    begin(commandId, answered) {
      const others = underWay.get(commandId);
      const kept = newer.get(commandId) ?? older.get(commandId);
      if (others !== undefined) others.push(answered);
      else if (kept !== undefined) answered(kept.kind, kept.content);
      else {
        underWay.set(commandId, [answered]);
        return true;
      }
      return false;
    },
    end(commandId, kind, content) {
      const waiting = underWay.get(commandId)!;
      underWay.delete(commandId);
      if (kind !== 'refuse') keep(commandId, { kind, content });
      for (const answered of waiting) answered(kind, content);
    },
  };
}
