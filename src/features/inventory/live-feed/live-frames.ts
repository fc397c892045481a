import type { LiveDelta, LiveSnapshot } from '../../../contract/live.ts';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import { frameText, type TextFrame } from '../../../platform/web-sockets/text-frame.ts';
import type { LoadedEvent } from '../commands/event-ledgers.ts';
import type { TypeAvailability } from '../domain/types.ts';
import { placeLetters, statesText } from '../queries/place-letters.ts';
import { seatMapPath } from '../queries/seat-map-path.ts';
import { numbersOf, visibleTypes } from '../queries/visible-availability.ts';
import type { PageFacts } from './page-facts.ts';

/** An event as frames show it, at one moment: everything in it is read in one turn. */
export class LiveView {
  readonly event: LoadedEvent;
  readonly at: Instant;
  /** Of the ledger itself: to be read before anything else happens. */
  readonly states: Uint8Array;
  readonly version: string;
  readonly epoch: string;
  /** How many changes the epoch has seen. */
  readonly count: number;
  readonly nextExpiryAt: Instant | null;
  readonly availability: ReturnType<typeof numbersOf>;
  private readonly revision: number;
  private readonly types: readonly TypeAvailability[];
  private factsText: string | null = null;

  constructor(event: LoadedEvent, now: Instant) {
    const { ledger } = event;
    this.event = event;
    this.at = now;
    // First: what has expired by now changes all that follows.
    this.states = ledger.states(now);
    this.version = ledger.version;
    const dot = this.version.lastIndexOf('.');
    this.epoch = this.version.slice(0, dot);
    this.count = Number(this.version.slice(dot + 1));
    this.nextExpiryAt = ledger.nextExpiryAt;
    this.revision = ledger.revision;
    this.types = visibleTypes(ledger, now);
    this.availability = numbersOf(this.types);
  }

  /** Whether an event still is as this shows it; costs next to nothing, for the many that are quiet. */
  isStill({ ledger }: LoadedEvent, now: Instant): boolean {
    // What has expired by now is counted by the version once the places are looked at.
    ledger.states(now);
    return ledger.version === this.version && ledger.revision === this.revision;
  }

  /** What pages show besides, as it is sent to other processes ({@link PageFacts}). */
  facts(): string {
    const { nextExpiryAt, types: ticketTypes } = this;
    this.factsText ??= JSON.stringify({ nextExpiryAt, ticketTypes } satisfies PageFacts);
    return this.factsText;
  }

  /** Whether the same types are shown: a type that comes or goes is not said in a delta. */
  hasTypesOf({ availability: { ticketTypes: others } }: LiveView): boolean {
    const { ticketTypes } = this.availability;
    return (
      ticketTypes.length === others.length &&
      ticketTypes.every(({ ticketTypeId }, i) => ticketTypeId === others[i]!.ticketTypeId)
    );
  }

  snapshot(): TextFrame {
    const { event, availability, states } = this;
    const frame: LiveSnapshot = {
      type: 'snapshot',
      ...this.head(),
      geometry: seatMapPath(event),
      states: statesText(states),
      ...this.numbers(),
      ticketTypes: availability.ticketTypes,
    };
    return frameText(JSON.stringify(frame));
  }

  /** What has changed since a version; null if nobody knows it any more, or everything is shorter. */
  delta(since: string, before: LiveView | null): TextFrame | null {
    const { event, states, availability } = this;
    const changed = event.ledger.changesSince(since);
    if (changed === null || changed.length > changesAtOnceMax + states.length / 8) return null;
    const known = before?.availability.ticketTypes;
    const frame: LiveDelta = {
      type: 'delta',
      ...this.head(),
      from: Number(since.slice(since.lastIndexOf('.') + 1)),
      changes: runsOf(changed, (placeNo) => placeLetters[states[placeNo]!]!),
      ...this.numbers(),
      ticketTypes: known
        ? availability.ticketTypes.filter((type, i) => !isSame(type, known[i]!))
        : availability.ticketTypes,
    };
    return frameText(JSON.stringify(frame));
  }

  private head() {
    const { event, epoch, version, count: to, at } = this;
    // Who is alone has no row, and so no fence that counts up.
    const fence = event.fence.slot < 0 ? null : event.fence.fence;
    return { eventId: event.ledger.rules.eventId, epoch, fence, at: toIso(at), version, to };
  }

  private numbers() {
    const { availability, nextExpiryAt } = this;
    return {
      availableCapacity: availability.availableCapacity,
      nextExpiryAt: nextExpiryAt === null ? null : toIso(nextExpiryAt),
    };
  }
}

/** A place alone takes some ten letters where a snapshot has one: beyond this many and an eighth of the house, that is sent. */
export const changesAtOnceMax = 1_000;

/** Unchanged places between two changed ones that are said along: shorter than to begin a new run. */
const bridgedMax = 6;

/**
 * Changed places as runs: who buys together sits together, and standing places are taken in order, so that a busy quarter of a
 * second is a few of them.
 */
export function runsOf(changed: readonly number[], letterAt: (placeNo: number) => string): LiveDelta['changes'] {
  const runs: [number, string][] = [];
  let next = Number.NEGATIVE_INFINITY;
  for (const placeNo of [...changed].sort((a, b) => a - b)) {
    if (placeNo - next > bridgedMax) {
      runs.push([placeNo, letterAt(placeNo)]);
    } else {
      const run = runs.at(-1)!;
      for (let between = next; between <= placeNo; between++) run[1] += letterAt(between);
    }
    next = placeNo + 1;
  }
  return runs;
}

type Numbers = LiveSnapshot['ticketTypes'][number];

function isSame(a: Numbers, b: Numbers): boolean {
  return (
    a.available === b.available &&
    a.held === b.held &&
    a.reserved === b.reserved &&
    a.sold === b.sold &&
    a.capacity === b.capacity
  );
}
