import { toIso } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { visibleTypes } from '../queries/visible-availability.ts';
import type { KeptAvailability, KeptNumbers } from '../store/kept-availability.ts';
import type { EventLedgers, LoadedEvent } from './event-ledgers.ts';

/** What did not change is said again after this: whoever reads a copy knows by its age whether its owner still lives. */
const sayAgainMs = 60_000;
/** So many are sent at once. */
const atOnceMax = 250;

interface Said {
  readonly version: string;
  readonly revision: number;
  readonly isPublic: boolean;
  readonly at: number;
}

/**
 * Answers a job of the process that decides about events: copies the availability of those that are used, as it has changed since the last
 * time, and takes away the copies of what is hidden. An event that nobody uses leaves the memory of its owner, and its copies end by themselves.
 */
export function createKeepAvailability(parts: {
  readonly ledgers: Pick<EventLedgers, 'all'>;
  readonly kept: KeptAvailability;
  readonly clock: Pick<Clock, 'now' | 'measure'>;
}): () => Promise<void> {
  const { ledgers, kept, clock } = parts;
  let said = new WeakMap<LoadedEvent, Said>();
  kept.onLost(() => {
    said = new WeakMap();
  });

  /** What is to be said of an event; null: that was said. */
  function numbersOf(event: LoadedEvent): { readonly shown: readonly KeptNumbers[]; readonly hidden: number[] } | null {
    const { ledger, fence, isPublic } = event;
    const now = clock.now();
    // A hold that has expired since changes places too.
    ledger.states(now);
    const { version, revision, rules } = ledger;
    const last = said.get(event);
    const at = clock.measure();
    const isSaid = last?.version === version && last.revision === revision && last.isPublic === isPublic;
    if (isSaid && at - last.at < sayAgainMs) return null;
    said.set(event, { version, revision, isPublic, at });
    const { eventId, types } = rules;
    const asOf = toIso(now);
    const shown = (isPublic ? visibleTypes(ledger, now) : []).map(({ nextExpiryAt, ...numbers }) => ({
      ...numbers,
      eventId,
      nextExpiryAt: nextExpiryAt === null ? null : toIso(nextExpiryAt),
      version,
      fence: fence.fence || null,
      asOf,
    }));
    const shownIds = new Set(shown.map(({ ticketTypeId }) => ticketTypeId));
    const hidden = types.map(({ ticketTypeId }) => ticketTypeId).filter((id) => !shownIds.has(id));
    return { shown, hidden };
  }

  return async () => {
    if (kept.isAway) return;
    const events = [...ledgers.all()].map(([, event]) => event);
    for (let from = 0; from < events.length; ) {
      const types: KeptNumbers[] = [];
      const hidden: number[] = [];
      const begun = from;
      while (from < events.length && types.length + hidden.length < atOnceMax) {
        const numbers = numbersOf(events[from++]!);
        types.push(...(numbers?.shown ?? []));
        hidden.push(...(numbers?.hidden ?? []));
      }
      if (types.length + hidden.length === 0) continue;
      try {
        await kept.write(types, hidden);
      } catch {
        // Whoever keeps them says what is wrong; what was not written is said the next time.
        for (const event of events.slice(begun, from)) said.delete(event);
        return;
      }
    }
  };
}
