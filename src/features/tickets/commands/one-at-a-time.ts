/** Runs works with the same key one after the other, in the order of their calls. */
export type OneAtATime = <T>(key: number, work: () => Promise<T>) => Promise<T>;

/** In this process, which has the event's ledger: others do not add places meanwhile. */
export function createOneAtATime(): OneAtATime {
  const last = new Map<number, Promise<unknown>>();
  return async (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work, work);
    const settled = turn.catch(() => {});
    last.set(key, settled);
    try {
      return await turn;
    } finally {
      if (last.get(key) === settled) last.delete(key);
    }
  };
}
