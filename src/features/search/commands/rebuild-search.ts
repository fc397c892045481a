import type { Transacting } from '../../../platform/postgres/database.ts';
import { countEvents, listEventIdsAfter } from '../store/event-facts.ts';
import { indexEvents } from './index-events.ts';

/** So many events are locked and described in one transaction: what changes them waits for it. */
const eventsAtOnce = 200;

export interface SearchProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Makes every search document say what the catalogue says, some events in a transaction each. Online, and may be stopped
 * and started again. Calls `report` after each step; answers how many events were looked at.
 */
export async function rebuildSearch(
  bypassingRls: Transacting,
  report: (progress: SearchProgress) => void = () => {},
): Promise<SearchProgress> {
  const total = await countEvents(bypassingRls);
  let done = 0;
  for (let after = 0; ; ) {
    const eventIds = await listEventIdsAfter(bypassingRls, after, eventsAtOnce);
    if (eventIds.length === 0) return { done, total: Math.max(total, done) };
    after = eventIds.at(-1)!;
    await bypassingRls.transaction((tx) => indexEvents(tx, eventIds));
    done += eventIds.length;
    report({ done, total: Math.max(total, done) });
  }
}
