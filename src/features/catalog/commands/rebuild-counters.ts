import type { Locks } from '../../../platform/locks/locks.ts';
import type { Transacting } from '../../../platform/postgres/database.ts';
import { eventLock } from '../../inventory/index.ts';
import { countEvents, lockEventsCounted, readEventIdsAfter, recountPlaces } from '../store/counters.ts';

/** So many events are locked at once: what changes them, and the relay of messages, waits for some milliseconds. */
const eventsAtOnce = 100;

export interface CountersProgress {
  readonly done: number;
  readonly total: number;
  /** Counters of ticket types and events that said something else. */
  readonly corrected: number;
}

/**
 * Makes the counters of ticket types and events say how many tickets are free, less what waits in the outbox and will be
 * added yet. Online: an event is locked first, as the relay does before it counts a message, so each message is counted
 * once, here or there. Run twice, the second run corrects nothing. `report` hears of progress. Throws Locked if somebody else keeps one
 * of the events locked: what was done until then stays done.
 */
export async function rebuildCounters(
  bypassingRls: Transacting,
  locks: Locks,
  report: (progress: CountersProgress) => void = () => {},
): Promise<CountersProgress> {
  let progress: CountersProgress = { done: 0, total: await countEvents(bypassingRls), corrected: 0 };
  for (let after = 0; ; ) {
    const eventIds = await readEventIdsAfter(bypassingRls, { after, countMax: eventsAtOnce });
    if (eventIds.length === 0) return progress;
    const corrected = await locks.withLock(eventIds.map(eventLock), () =>
      bypassingRls.transaction(async (tx) => recountPlaces(tx, await lockEventsCounted(tx, eventIds))),
    );
    after = eventIds.at(-1)!;
    const done = progress.done + eventIds.length;
    progress = { done, total: Math.max(progress.total, done), corrected: progress.corrected + corrected };
    report(progress);
  }
}
