import type { Clock } from '../../../platform/clock/clock.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { StartRefused } from '../../../platform/start-refused.ts';
import { readFeed, wishRebuild } from '../store/postgres-search-feed.ts';
import type { SearchProgress } from './rebuild-search.ts';

const lookEveryMs = 300;
/** The process that feeds takes up a wish within a second; one that has just died is followed within ten. */
const takenUpWithinMs = 20_000;

/**
 * Has the process that feeds the search engine fill another index beside the one that is searched, which then takes its place: no search
 * is answered wrongly or waits meanwhile. Calls `report` again and again; answers how many shows it holds. Throws StartRefused if nobody
 * feeds one.
 */
export async function rebuildIndex(
  bypassingRls: Transacting,
  clock: Pick<Clock, 'after' | 'measure'>,
  report: (progress: SearchProgress) => void = () => {},
): Promise<SearchProgress> {
  const { serving: before } = await readFeed(bypassingRls);
  await wishRebuild(bypassingRls);
  const askedAt = clock.measure();
  for (;;) {
    await new Promise<void>((done) => void clock.after(lookEveryMs, done));
    const { serving, building, wantsRebuild, copied, toCopy } = await readFeed(bypassingRls);
    const total = Math.max(toCopy, copied);
    if (building !== null) report({ done: copied, total });
    else if (!wantsRebuild && serving !== null && serving !== before) return { done: copied, total };
    if (wantsRebuild && building === null && clock.measure() - askedAt > takenUpWithinMs) {
      throw new StartRefused(
        'No process feeds a search engine. Start onsale serve with OPENSEARCH_URL: what you asked for is done then.',
      );
    }
  }
}
