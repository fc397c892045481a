/** The rehearsal was interrupted. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** The waiting of ten thousand buyers, which one signal ends for all. */
export interface Pauses {
  /** Waits; throws {@link Interrupted} when the signal comes first. */
  pause(ms: number): Promise<void>;
  throwIfOver(): void;
}

/** (`timers/promises` with a signal walks the list of all its waiters each time one is done.) */
export function createPauses(signal: AbortSignal): Pauses {
  const waiting = new Map<NodeJS.Timeout, (error: Error) => void>();
  signal.addEventListener('abort', () => {
    for (const [timer, reject] of waiting) {
      clearTimeout(timer);
      reject(new Interrupted());
    }
    waiting.clear();
  });
  return {
    pause(ms) {
      if (signal.aborted) return Promise.reject(new Interrupted());
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(timer);
          resolve();
        }, ms);
        waiting.set(timer, reject);
      });
    },
    throwIfOver() {
      if (signal.aborted) throw new Interrupted();
    },
  };
}
