import type { Clock } from '../clock/clock.ts';
import type { ListedProcess } from './lease-rows.ts';

/** So often every other process is asked whether it is there. */
const askEveryMs = 1_000;
/**
 * What was known of a process turns when it has been otherwise for so long, however often it was asked meanwhile: a thread that
 * stands still for three seconds is none that nobody reaches, and a network that comes and goes moves no events each time.
 */
const steadyMs = 4_000;

/** Which other processes this one reaches, as it has been for some seconds. */
export interface ReachWatch {
  /** The ids of those that it reaches, sorted; null as long as it has looked for none. */
  readonly reached: readonly string[] | null;
  /** One of them is otherwise just now, or is reached again since a moment ago: the others will soon say what they see of it. */
  readonly isUnsure: boolean;
  /** These are the others from now on. Resolves when those that are new have answered, or have not. */
  meet(others: readonly ListedProcess[]): Promise<void>;
  stop(): void;
}

interface Acquaintance {
  isReached: boolean;
  /** Since when it has been the opposite; null: it is as it was. */
  otherwiseSince: number | null;
  isAsked: boolean;
}

/** Asks every second. `onChange`: who is reached has changed, though nobody new was met. */
export function watchReach(parts: {
  readonly clock: Pick<Clock, 'measure' | 'after'>;
  readonly reaches: (process: ListedProcess) => Promise<boolean>;
  readonly onChange: () => void;
}): ReachWatch {
  const { clock, reaches, onChange } = parts;
  const known = new Map<string, Acquaintance>();
  let others: readonly ListedProcess[] = [];
  let reached: readonly string[] | null = null;
  let cancel: (() => void) | null = null;
  let isStopped = false;
  let reachedAgainAt = Number.NEGATIVE_INFINITY;

  function note(): void {
    reached = others.flatMap(({ processId }) => (known.get(processId)?.isReached ? [processId] : [])).sort();
  }

  async function introduce(one: ListedProcess): Promise<void> {
    const isReached = await reaches(one);
    if (!known.has(one.processId)) known.set(one.processId, { isReached, otherwiseSince: null, isAsked: false });
  }

  async function askAgain(one: ListedProcess, acquaintance: Acquaintance): Promise<void> {
    acquaintance.isAsked = true;
    const askedAt = clock.measure();
    const isReached = await reaches(one);
    acquaintance.isAsked = false;
    if (isReached === acquaintance.isReached) {
      acquaintance.otherwiseSince = null;
      return;
    }
    acquaintance.otherwiseSince ??= askedAt;
    if (clock.measure() - acquaintance.otherwiseSince < steadyMs || isStopped) return;
    Object.assign(acquaintance, { isReached, otherwiseSince: null });
    if (isReached) reachedAgainAt = clock.measure();
    note();
    onChange();
  }

  function askAll(): void {
    cancel = clock.after(askEveryMs, askAll);
    for (const one of others) {
      const acquaintance = known.get(one.processId);
      if (acquaintance && !acquaintance.isAsked) void askAgain(one, acquaintance);
    }
  }

  return {
    get reached() {
      return reached;
    },
    get isUnsure() {
      const isNew = clock.measure() - reachedAgainAt < steadyMs;
      return isNew || [...known.values()].some(({ otherwiseSince }) => otherwiseSince !== null);
    },
    async meet(listed) {
      others = listed;
      const ids = new Set(listed.map(({ processId }) => processId));
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
      if (!isStopped) cancel ??= clock.after(askEveryMs, askAll);
      await Promise.all(listed.filter(({ processId }) => !known.has(processId)).map(introduce));
      note();
    },
    stop() {
      isStopped = true;
      cancel?.();
    },
  };
}
