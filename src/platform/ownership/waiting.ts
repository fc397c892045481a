import type { Clock } from '../clock/clock.ts';

/** Those who wait until something is so. */
export interface Waiting {
  /** Resolves with true as soon as it is so, with false as soon as it is of no use to wait, or after `withinMs`. */
  until(isSo: () => boolean, withinMs: number): Promise<boolean>;
  /** Has all of them look again. */
  wake(): void;
}

/** `isUseless`: whether nobody need wait now. */
export function createWaiting(clock: Pick<Clock, 'after'>, isUseless: () => boolean): Waiting {
  const waiting = new Set<() => void>();
  return {
    until(isSo, withinMs) {
      return new Promise((done) => {
        const finish = () => {
          waiting.delete(again);
          cancel();
          done(isSo());
        };
        const again = () => {
          if (isSo() || isUseless()) finish();
        };
        const cancel = clock.after(withinMs, finish);
        waiting.add(again);
        again();
      });
    },
    wake() {
      for (const again of [...waiting]) again();
    },
  };
}
