import type { EventBody } from '../../../contract/catalog.ts';
import type { Cache } from '../../../platform/cache/cache.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { CacheCounts } from '../../../platform/telemetry/metrics.ts';
import { findEvent } from './find-event.ts';

const keptMs = 60_000;
/** In a rush the counters move five times a second: then an event is this old at most. */
export const countersLagMs = 1_000;

/** Events as the public sees them, kept a while under `event:<id>`, a name that other services know. */
export interface PublicEvents {
  /** Null: hidden, or there is none. */
  find(eventId: number): Promise<EventBody | null>;
  /** The event was edited: whoever asks from now on sees it as it is. */
  forget(eventId: number): void;
  /** Only its counters moved: it may be a second old. */
  touch(eventId: number): void;
}

export function createPublicEvents({
  database,
  cache,
  counts,
}: {
  readonly database: TenantDatabase;
  readonly cache: Cache;
  readonly counts: CacheCounts;
}): PublicEvents {
  const events = cache.values<EventBody>({ keptMs, counts });
  const nameOf = (eventId: number) => `event:${eventId}`;
  return {
    find: (eventId) => events.read(nameOf(eventId), () => findEvent(database, eventId, { kind: 'public' })),
    forget: (eventId) => void events.forget([nameOf(eventId)]),
    touch: (eventId) => void events.hasten([nameOf(eventId)], countersLagMs),
  };
}
