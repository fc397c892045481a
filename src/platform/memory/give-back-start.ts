import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const settledAfterMs = 2_000;

/**
 * Two seconds after a start, collects once what the start has left behind (schemas, migrations, source texts: 40 MB),
 * which V8 else keeps until the process is busy. Takes about 0.1 s, once. Answers what calls it off.
 */
export function giveBackAfterStart(): () => void {
  const timer = setTimeout(() => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as (options: object) => void;
    // An ordinary collection keeps the pages; this one hands them back (measured: 168 MB before, 125 after).
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    setFlagsFromString('--no-expose-gc');
  }, settledAfterMs);
  timer.unref();
  return () => clearTimeout(timer);
}
