import type { LiveDelta, LiveFrame, LiveSnapshot } from '../../../contract/live.ts';
import { frameText, type TextFrame } from '../../../platform/web-sockets/text-frame.ts';
import { changesAtOnceMax, runsOf } from './live-frames.ts';

/** So many of the last deltas are kept, half a minute of a busy sale, */
const deltasKept = 256;
/** as long as they are about no more places than this. */
const placesKept = 50_000;
const noPlace = '-'.charCodeAt(0);

interface KeptDelta {
  readonly from: number;
  readonly changes: readonly Run[];
  readonly places: number;
}

type Run = [first: number, letters: string];

/** What became of a frame: `gap`, nobody can go on from what is known to it; `old`, more than it says is known already. */
export type TakenAs = 'new' | 'gap' | 'old';

/**
 * An event as the frames of its owner show it: a snapshot, and the deltas since applied to it. Whoever comes is answered from here,
 * and goes on with the frames that come next.
 */
export class FollowedFrames {
  /** The last frame, which says how it is but for places and types. */
  private head: LiveFrame | null = null;
  private geometry: string | null = null;
  private states = Buffer.alloc(0);
  private types = new Map<number, LiveFrame['ticketTypes'][number]>();
  private kept: KeptDelta[] = [];
  private keptPlaces = 0;
  private snapshot: TextFrame | null = null;

  /** What is known; null as long as nothing is. */
  get version(): string | null {
    return this.head?.version ?? null;
  }

  /** Where the seat map lies; null: there is none. */
  get seatMap(): string | null {
    return this.geometry;
  }

  /** The states of all places. */
  get letters(): string {
    return this.states.toString('latin1');
  }

  /** Takes a frame over, if it goes on from what is known. `framed`: the same as a text. */
  take(frame: LiveFrame, framed: TextFrame): TakenAs {
    const { head } = this;
    if (head !== null && isOlder(frame, head)) return 'old';
    if (frame.type === 'snapshot') this.begin(frame, framed);
    else if (head === null || frame.epoch !== head.epoch || frame.from > head.to) return 'gap';
    else this.goOn(frame);
    this.head = frame;
    return 'new';
  }

  /** What has changed since a version; everything for who knows none, or one that nobody can go on from. Only if anything is known. */
  since(version: string | null): TextFrame {
    return (version === null ? null : this.deltaSince(version)) ?? this.whole();
  }

  private begin(frame: LiveSnapshot, framed: TextFrame): void {
    this.geometry = frame.geometry;
    this.states = Buffer.from(frame.states, 'latin1');
    this.types = new Map(frame.ticketTypes.map((type) => [type.ticketTypeId, type]));
    this.kept = [];
    this.keptPlaces = 0;
    this.snapshot = framed;
  }

  private goOn(frame: LiveDelta): void {
    const changes = frame.changes as Run[];
    let places = 0;
    for (const [first, letters] of changes) {
      this.lengthen(first + letters.length);
      this.states.write(letters, first, 'latin1');
      places += letters.length;
    }
    for (const type of frame.ticketTypes) this.types.set(type.ticketTypeId, type);
    this.snapshot = null;
    // Numbers alone may change: then nothing is kept, since whoever comes gets all of them.
    if (places === 0) return;
    this.kept.push({ from: frame.from, changes, places });
    this.keptPlaces += places;
    while (this.kept.length > deltasKept || this.keptPlaces > placesKept) this.keptPlaces -= this.kept.shift()!.places;
  }

  private lengthen(length: number): void {
    if (length <= this.states.length) return;
    this.states = Buffer.concat([this.states, Buffer.alloc(length - this.states.length, noPlace)]);
  }

  /** The places that have changed after a version, as they are now; null if that is another epoch, or too long ago. */
  changesSince(version: string): [placeNo: number, letter: string][] | null {
    const changed = this.placesSince(version)?.places ?? null;
    return changed && [...changed].map((placeNo) => [placeNo, String.fromCharCode(this.states[placeNo]!)]);
  }

  private placesSince(version: string): { readonly from: number; readonly places: ReadonlySet<number> } | null {
    const { head, kept } = this;
    const dot = version.lastIndexOf('.');
    const digits = version.slice(dot + 1);
    if (head === null || dot < 0 || version.slice(0, dot) !== head.epoch || !/^\d{1,15}$/.test(digits)) return null;
    const from = Number(digits);
    if (from > head.to) return null;
    const places = new Set<number>();
    for (let reached = head.to, at = kept.length - 1; reached > from; at--) {
      const one = kept[at];
      if (one === undefined) return null;
      for (const [first, { length }] of one.changes) for (let i = 0; i < length; i++) places.add(first + i);
      reached = one.from;
    }
    return { from, places };
  }

  private deltaSince(version: string): TextFrame | null {
    const { head, states, types } = this;
    const since = this.placesSince(version);
    if (head === null || since === null) return null;
    const { from, places } = since;
    if (places.size > changesAtOnceMax + states.length / 8) return null;
    const frame: LiveDelta = {
      ...headOf(head),
      type: 'delta',
      from,
      changes: runsOf([...places], (placeNo) => String.fromCharCode(states[placeNo]!)),
      ticketTypes: [...types.values()],
    };
    return frameText(JSON.stringify(frame));
  }

  private whole(): TextFrame {
    const { head, geometry, states, types } = this;
    const frame = (): LiveSnapshot => ({
      ...headOf(head!),
      type: 'snapshot',
      geometry,
      states: states.toString('latin1'),
      ticketTypes: [...types.values()],
    });
    this.snapshot ??= frameText(JSON.stringify(frame()));
    return this.snapshot;
  }
}

/** Of an owner before, or made before another that came first. */
function isOlder(frame: LiveFrame, known: LiveFrame): boolean {
  if (frame.fence !== null && known.fence !== null && frame.fence !== known.fence) return frame.fence < known.fence;
  return frame.epoch === known.epoch && frame.to < known.to;
}

/** What snapshots and deltas have in common, as of the last frame: its time says how old it is. */
function headOf({ eventId, epoch, fence, at, version, to, availableCapacity, nextExpiryAt }: LiveFrame) {
  return { eventId, epoch, fence, at, version, to, availableCapacity, nextExpiryAt };
}
