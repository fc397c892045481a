import type { AvailabilityAnswer } from '../../../contract/inventory.ts';
import { parseInstant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Ownership } from '../../../platform/ownership/ownership.ts';
import type { CacheCounts } from '../../../platform/telemetry/metrics.ts';
import type { KeptAvailability, KeptNumbers } from '../store/kept-availability.ts';
import { type LivePages, toNextExpiry } from './live-pages.ts';
import type { ShownEvents } from './shown-event.ts';
import { freeOf } from './visible-availability.ts';

/** Owners say anew each minute what has not changed: an older copy is one whose owner is gone, or reaches Redis no more. */
const oldestMs = 90_000;

/** An event whose availability is wanted for a page, with the types that its public description names. */
export interface DescribedEvent {
  readonly eventId: number;
  readonly ticketTypes: readonly { readonly ticketTypeId: number }[];
}

/**
 * The availability for pages that are kept for some seconds anyway. An event that this process has in hand is shown as it is; of another one
 * it takes what its owner has copied, and follows it only where there is no copy: a page of a show that few look at costs its owner nothing.
 */
export function createShownAvailability(parts: {
  readonly events: Pick<ShownEvents, 'now'>;
  readonly pages: Pick<LivePages, 'availabilityNow'>;
  /** Null: there are no copies. */
  readonly kept: KeptAvailability | null;
  readonly ownership: Pick<Ownership, 'ownerOf'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly counts: CacheCounts;
}): (event: DescribedEvent) => Promise<AvailabilityAnswer | null> {
  const { events, pages, kept, ownership, clock, counts } = parts;

  async function readCopies({ eventId, ticketTypes }: DescribedEvent): Promise<AvailabilityAnswer | null> {
    const owner = ownership.ownerOf(eventId);
    if (kept === null || kept.isAway || owner === null || ticketTypes.length === 0) return null;
    const asked = kept.read(ticketTypes.map(({ ticketTypeId }) => ticketTypeId));
    const found: readonly (KeptNumbers | null)[] = await asked.catch(() => []);
    const now = clock.now();
    const copies = found.filter((copy): copy is KeptNumbers => copy !== null && isGood(copy, owner.fence, now));
    const [first] = copies;
    if (!first || copies.length < ticketTypes.length) return null;
    if (copies.some(({ eventId: of, version }) => of !== eventId || version !== first.version)) return null;
    const expiries = copies.flatMap(({ nextExpiryAt }) => (nextExpiryAt === null ? [] : [Date.parse(nextExpiryAt)]));
    return {
      eventId,
      availableCapacity: freeOf(copies),
      version: first.version,
      ...toNextExpiry(expiries.length === 0 ? null : Math.min(...expiries), now),
      ticketTypes: copies.map(({ ticketTypeId, capacity, available, held, reserved, sold, nextExpiryAt }) => ({
        ...{ ticketTypeId, capacity, available, held, reserved, sold },
        ...toNextExpiry(nextExpiryAt === null ? null : Date.parse(nextExpiryAt), now),
      })),
    };
  }

  return async (event) => {
    if (kept === null || events.now(event.eventId) !== null) return pages.availabilityNow(event.eventId);
    const copied = await readCopies(event);
    counts[copied === null ? 'missed' : 'hit'] += 1;
    return copied ?? pages.availabilityNow(event.eventId);
  };
}

/** Said by who decides now, not long ago, and no hold of it has lapsed since. */
function isGood({ fence, asOf, nextExpiryAt }: KeptNumbers, owner: number, now: number): boolean {
  const said = parseInstant(asOf);
  if (fence !== owner || said === undefined || now - said > oldestMs) return false;
  return nextExpiryAt === null || Date.parse(nextExpiryAt) > now;
}
