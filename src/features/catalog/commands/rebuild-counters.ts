import type { Transacting } from '../../../platform/postgres/database.ts';
import { countEvents, lockEventsAfter, recountPlaces } from '../store/counters.ts';

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
 * once, here or there. Run twice, the second run corrects nothing. `report` hears of progress.
 */
export async function rebuildCounters(
  bypassingRls: Transacting,
  report: (progress: CountersProgress) => void = () => {},
): Promise<CountersProgress> {
  let progress: CountersProgress = { done: 0, total: await countEvents(bypassingRls), corrected: 0 };
  for (let after = 0; ; ) {
    const { eventIds, corrected } = await bypassingRls.transaction(async (tx) => {
      const locked = await lockEventsAfter(tx, { after, countMax: eventsAtOnce });
      return { eventIds: locked, corrected: await recountPlaces(tx, locked) };
    });
    if (eventIds.length === 0) return progress;
    after = eventIds.at(-1)!;
    const done = progress.done + eventIds.length;
    progress = { done, total: Math.max(progress.total, done), corrected: progress.corrected + corrected };
    report(progress);
  }
}
