import { StartRefused } from '../../../platform/start-refused.ts';

/**
 * Whether a history of calls and answers can be explained by one server that does each call at one moment between its call and
 * its answer. Wing and Gong's search (Testing and Verifying Concurrent Objects, 1993), with what is known of configurations kept as
 * Lowe does (Testing for Linearizability, 2017): the same calls done, and the same state, are looked at once. Histories are cut into
 * keys first, each of which is looked at alone (P-compositionality: Horn and Kroening, Faster Linearizability Checking via
 * P-compositionality, 2015), by whoever calls this.
 *
 * Time counts: a call is done at the earliest moment it can be, since nothing that comes later profits from its being later. So
 * holds can end by themselves.
 */
export interface Call<State> {
  /** Said to people where the history cannot be explained. */
  readonly what: string;
  /** When it was sent. */
  readonly from: number;
  /** When its answer had come; `Infinity`: it never came, and it may be done at any time, or never. */
  readonly until: number;
  /**
   * It may be left out: nobody knows whether it was done. It may also be done again where its step allows that, so that how many there are
   * of these does not multiply what is looked at; nothing that is possible becomes impossible by it.
   */
  readonly isOptional?: boolean;
  /**
   * The state after it, and the moment of it (`at` or later), if it can be done in this state; null: it cannot, at no moment
   * from `at` on.
   */
  readonly step: (state: State, at: number) => { readonly state: State; readonly at: number } | null;
}

export interface Verdict {
  readonly isLinearizable: boolean;
  /** How far it can be explained at best: what was done, in that order. */
  readonly explained: readonly string[];
  /** What cannot come next, whatever came before. */
  readonly stuck: readonly string[];
}

/** So many configurations are looked at before it gives up (StartRefused): a history that is too wide says nothing. */
const configurationsMax = 2_000_000;

/** `keyOf`: states that are the same have the same key. */
export function checkLinearizable<State>(
  calls: readonly Call<State>[],
  begin: State,
  keyOf: (state: State) => string,
): Verdict {
  const sorted = [...calls].sort((one, other) => one.from - other.from || one.until - other.until);
  const bits = sorted.map((_, at) => 1n << BigInt(at));
  const mandatory = sorted.reduce((set, call, at) => (call.isOptional ? set : set | bits[at]!), 0n);
  /** By what is done and the state: the earliest moment at which it was so. */
  const seen = new Map<string, number>();
  interface Frame {
    readonly done: bigint;
    readonly state: State;
    readonly at: number;
    readonly order: readonly number[];
  }
  const frames: Frame[] = [{ done: 0n, state: begin, at: Number.NEGATIVE_INFINITY, order: [] }];
  let best: Frame = frames[0]!;
  let bestCount = -1;
  for (let looked = 0; frames.length > 0; looked++) {
    if (looked > configurationsMax)
      throw new StartRefused('Too many calls at once about one place: nothing can be said of this history.');
    const frame = frames.pop()!;
    const { done, state, at, order } = frame;
    if ((done & mandatory) === mandatory) return { isLinearizable: true, explained: namesOf(order), stuck: [] };
    const count = order.filter((index) => !sorted[index]!.isOptional).length;
    if (count > bestCount) [best, bestCount] = [frame, count];
    // The last pushed is looked at first: the one that was called first, and of what may be left out only what is needed.
    const able = ableOf(done).toReversed();
    const isLast = (index: number) => sorted[index]!.isOptional === true;
    for (const index of [...able.filter(isLast), ...able.filter((one) => !isLast(one))]) {
      const call = sorted[index]!;
      const next = call.step(state, Math.max(at, call.from));
      if (!next || next.at > call.until) continue;
      const after = call.isOptional ? done : done | bits[index]!;
      const key = `${after.toString(36)} ${keyOf(next.state)}`;
      const before = seen.get(key);
      if (before !== undefined && before <= next.at) continue;
      seen.set(key, next.at);
      frames.push({ done: after, state: next.state, at: next.at, order: [...order, index] });
    }
  }
  return { isLinearizable: false, explained: namesOf(best.order), stuck: namesOf(ableOf(best.done)) };

  /** Those that may come next: nothing that has to be done was answered before they were called. */
  function ableOf(done: bigint): number[] {
    let firstAnswer = Number.POSITIVE_INFINITY;
    const open: number[] = [];
    for (const [index, call] of sorted.entries()) {
      if ((done & bits[index]!) !== 0n) continue;
      if (call.from > firstAnswer) break;
      open.push(index);
      if (!call.isOptional) firstAnswer = Math.min(firstAnswer, call.until);
    }
    return open.filter((index) => sorted[index]!.from <= firstAnswer);
  }

  function namesOf(indexes: readonly number[]): string[] {
    return indexes.map((index) => sorted[index]!.what);
  }
}
