import type { Clock } from '../../../platform/clock/clock.ts';
import type { EventLedgers, LoadedEvent } from '../commands/event-ledgers.ts';
import { placeLetters, statesText } from './place-letters.ts';
import { seatMapPath } from './seat-map-path.ts';
import type { ShownEvent, ShownEvents } from './shown-event.ts';
import { visibleTypes } from './visible-availability.ts';

/** The events that this process decides about, by their ledgers. */
export function createShownHere(parts: {
  readonly ledgers: Pick<EventLedgers, 'loaded' | 'open'>;
  readonly clock: Pick<Clock, 'now'>;
}): ShownEvents {
  const { ledgers, clock } = parts;
  const shown = new WeakMap<LoadedEvent, ShownEvent>();

  function show(event: LoadedEvent | null | undefined): ShownEvent | null {
    if (!event?.isPublic) return null;
    // A hold that has expired since changes places too: the version counts it once they are looked at.
    event.ledger.states(clock.now());
    let known = shown.get(event);
    if (known === undefined) {
      known = new ShownLedger(event, clock);
      shown.set(event, known);
    }
    return known;
  }

  return {
    now: (eventId) => show(ledgers.loaded(eventId)),
    open: async (eventId) => show(await ledgers.open(eventId)),
  };
}

class ShownLedger implements ShownEvent {
  readonly isFollowed = false;
  private readonly event: LoadedEvent;
  private readonly clock: Pick<Clock, 'now'>;

  constructor(event: LoadedEvent, clock: Pick<Clock, 'now'>) {
    this.event = event;
    this.clock = clock;
  }

  get eventId() {
    return this.event.ledger.rules.eventId;
  }
  get version() {
    return this.event.ledger.version;
  }
  get revision() {
    return this.event.ledger.revision;
  }
  get nextExpiryAt() {
    return this.event.ledger.nextExpiryAt;
  }
  get geometry() {
    return seatMapPath(this.event);
  }
  ticketTypes() {
    return visibleTypes(this.event.ledger, this.clock.now());
  }
  states() {
    return statesText(this.event.ledger.states(this.clock.now()));
  }
  changesSince(version: string) {
    const { ledger } = this.event;
    const states = ledger.states(this.clock.now());
    return ledger.changesSince(version)?.map((no): [number, string] => [no, placeLetters[states[no]!]!]) ?? null;
  }
}
