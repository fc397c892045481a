import type { Transacting } from '../../../platform/postgres/database.ts';
import { descriptionVersion } from '../domain/search-document.ts';
import { listDescribedEarlier } from '../store/event-facts.ts';
import { indexEvents } from './index-events.ts';

/** So many events are locked and described in one transaction: what changes them waits for it. */
const eventsAtOnce = 50;

/**
 * Describes again what an earlier version of the program has described, some events in a transaction each, until none is left.
 * Costs one look into an index where there is none. May be stopped at any time: what is done stays done.
 */
export async function describeAgain(bypassingRls: Transacting): Promise<void> {
  for (;;) {
    const eventIds = await listDescribedEarlier(bypassingRls, descriptionVersion, eventsAtOnce);
    if (eventIds.length === 0) return;
    await bypassingRls.transaction((tx) => indexEvents(tx, eventIds));
  }
}
