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

/**
 * So long at least an answer is kept, if there is room: whoever asks again does so within the time that the first question had, less
 * than that (`at-owner.ts`).
 */
const keptMs = 15_000;
/** What is kept is forgotten in so many parts, each at once: nothing is looked after answer by answer. */
const partsKept = 4;
/** Characters of all answers together: those of 10,000 purchases a second for that time. Above it they are kept for less. */
const keptLengthMax = 256 * 1024 * 1024;
/** What an entry takes beside its content. */
const entryLength = 200;

/** Keeps answers by the time at which they came, and forgets the oldest. */
export function createKeptAnswers(clock: Pick<Clock, 'measure'>): KeptAnswers {
  interface Kept {
    readonly kind: string;
    readonly content: string;
  }
  interface Part {
    readonly since: number;
    length: number;
    readonly answers: Map<string, Kept>;
  }
  const underWay = new Map<string, Answered[]>();
  /** The newest first. */
  const parts: Part[] = [begin()];

  function begin(): Part {
    return { since: clock.measure(), length: 0, answers: new Map() };
  }

  function keep(commandId: string, kept: Kept): void {
    const now = clock.measure();
    let newest = parts[0]!;
    if (now - newest.since >= keptMs / (partsKept - 1) || newest.length >= keptLengthMax / partsKept) {
      newest = begin();
      parts.unshift(newest);
    }
    newest.answers.set(commandId, kept);
    newest.length += kept.content.length + entryLength;
    // The last began before the one after it, by when all that it has had come.
    while (parts.length > partsKept || (parts.length > 1 && now - parts.at(-2)!.since >= keptMs)) parts.pop();
  }

  function find(commandId: string): Kept | undefined {
    for (const { answers } of parts) {
      const kept = answers.get(commandId);
      if (kept !== undefined) return kept;
    }
    return undefined;
  }

  return {
    begin(commandId, answered) {
      const others = underWay.get(commandId);
      const kept = find(commandId);
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
