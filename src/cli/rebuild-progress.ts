import type { CommandIo } from './io.ts';

interface Progress {
  readonly done: number;
  readonly total: number;
  readonly corrected?: number;
}

/** Hears how far something is. */
export type Report = (progress: Progress) => void;

/** Says how far it is: one line that is written over on a terminal; elsewhere one line in twenty, and the last. */
export function progressLine(name: string, { stdout }: CommandIo, quiet: boolean): Report {
  let calls = 0;
  return ({ done, total, corrected }) => {
    calls += 1;
    if (quiet || (!stdout.isTTY && calls % 20 !== 1 && done < total)) return;
    const found = corrected === undefined ? '' : `, ${corrected} corrected`;
    stdout.write(`${stdout.isTTY ? '\r' : ''}${name}: ${done} of ${total}${found}${stdout.isTTY ? '' : '\n'}`);
  };
}
