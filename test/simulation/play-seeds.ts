import type { Ground } from './ground.ts';
import { type HowToPlay, type Outcome, runSeed } from './run-seed.ts';

/**
 * Plays seeds `from` to `from + count - 1`, as many at a time as there are grounds: a world mostly waits for PostgreSQL,
 * and what happens in one does not depend on the others. Reports each seed as it ends; stops early once `report` answers
 * false.
 */
export async function playSeeds(
  { from, count }: { readonly from: number; readonly count: number },
  grounds: readonly Ground[],
  report: (outcome: Outcome) => boolean,
  how?: HowToPlay,
): Promise<void> {
  let next = from;
  let goesOn = true;
  await Promise.all(
    grounds.map(async (ground) => {
      while (goesOn && next < from + count) goesOn = report(await runSeed(next++, ground, how)) && goesOn;
    }),
  );
}
