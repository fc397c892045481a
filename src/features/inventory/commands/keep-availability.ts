import { toIso } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { visibleTypes } from '../queries/visible-availability.ts';
import type { KeptAvailability, KeptNumbers } from '../store/kept-availability.ts';
import type { EventLedgers, LoadedEvent } from './event-ledgers.ts';

/** What did not change is said again after this: whoever reads a copy knows by its age whether its owner still lives. */
const sayAgainMs = 60_000;
/** So many are sent at once. */
const atOnceMax = 250;

/**
 * Answers a job of the process that decides about events: copies the availability of those that are used, as it has changed since the last
 * time. An event that nobody uses leaves the memory of its owner, and its copies end by themselves.
 */
export function createKeepAvailability(parts: {
  readonly ledgers: Pick<EventLedgers, 'all'>;
  readonly kept: KeptAvailability;
  readonly clock: Pick<Clock, 'now' | 'measure'>;
}): () => Promise<void> {
  const { ledgers, kept, clock } = parts;
  let said = new WeakMap<LoadedEvent, { readonly version: string; readonly revision: number; readonly at: number }>();
  kept.onLost(() => {
    said = new WeakMap();
  });

  /** What is to be said of an event; none: that was said. */
  function numbersOf(event: LoadedEvent): readonly KeptNumbers[] {
    const { ledger, fence } = event;
    const now = clock.now();
    // A hold that has expired since changes places too.
    ledger.states(now);
    const { version, revision } = ledger;
    const before = said.get(event);
    const at = clock.measure();
    if (before?.version === version && before.revision === revision && at - before.at < sayAgainMs) return [];
    said.set(event, { version, revision, at });
    if (!event.isPublic) return [];
    const { eventId } = ledger.rules;
    const asOf = toIso(now);
    return visibleTypes(ledger, now).map(({ nextExpiryAt, ...numbers }) => ({
      ...numbers,
      eventId,
      nextExpiryAt: nextExpiryAt === null ? null : toIso(nextExpiryAt),
      version,
      fence: fence.fence || null,
      asOf,
    }));
  }

  return async () => {
    if (kept.isAway) return;
    const events = [...ledgers.all()].map(([, event]) => event);
    for (let from = 0; from < events.length; ) {
      const types: KeptNumbers[] = [];
      const begun = from;
      while (from < events.length && types.length < atOnceMax) types.push(...numbersOf(events[from++]!));
      if (types.length === 0) continue;
      try {
        await kept.write(types);
      } catch {
        // Whoever keeps them says what is wrong; what was not written is said the next time.
        for (const event of events.slice(begun, from)) said.delete(event);
        return;
      }
    }
  };
}
