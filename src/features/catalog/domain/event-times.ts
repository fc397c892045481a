import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { atPlace, type Instant, type WrittenTime } from '../../../kernel/instant.ts';
import { isPlaceZone, offsetAt, readTimeZone } from '../../../kernel/time-zone.ts';
import { fault, type InputRefusal } from './refusals.ts';

/** A time of a request: as it was written, or (from programs) the instant alone. */
export type Timed = WrittenTime | Instant;

/** An input whose wall clocks have been read at their place. */
export type Placed<Input> = { readonly [Field in keyof Input]: Exclude<Input[Field], WrittenTime> };

const timeFields = [
  'startsAt',
  'eventDate',
  'doorsAt',
  'endsAt',
  'onSaleFrom',
  'onSaleUntil',
  'salesFrom',
  'salesUntil',
];

/** The input with every time as an instant: a wall clock is read in the zone. */
export function placeTimes<Input extends object>(input: Input, timeZone: string): Placed<Input> {
  const placed = Object.entries(input).map(([field, value]) =>
    timeFields.includes(field) && typeof value === 'object' && value !== null
      ? [field, atPlace(value as WrittenTime, timeZone)]
      : [field, value],
  );
  return Object.fromEntries(placed) as Placed<Input>;
}

/** The start that the input says, in a change the one of its two names that is not the present start; undefined: none. */
export function writtenStart(
  { startsAt, eventDate }: { readonly startsAt?: Timed | undefined; readonly eventDate?: Timed | undefined },
  present: Instant | null,
): WrittenTime | undefined {
  const written = [startsAt, eventDate].flatMap((time) => (time === undefined ? [] : [toWritten(time)]));
  return written.find((time) => !('instant' in time) || time.instant !== present);
}

function toWritten(time: Timed): WrittenTime {
  return typeof time === 'number' ? { instant: time, offset: null } : time;
}

/** Whether a start was said without zone; one that nobody said was not. */
export function isWallClock(start: WrittenTime | undefined): boolean {
  return start !== undefined && 'wallClock' in start;
}

/** The zone that a request names, as we keep it; null: it names none. Refuses what is no zone. */
export function readSaidZone(name: string | undefined): Decision<string | null, InputRefusal> {
  const zone = name === undefined ? null : readTimeZone(name);
  return zone === undefined ? refuse(fault('TIME_ZONE_UNKNOWN', '/timeZone', 'is no IANA time zone')) : accept(zone);
}

/** What is known of the clock of a show beside what its request says. */
export interface KnownZones {
  readonly venueZone: string;
  /** Null: the organiser has not said. */
  readonly organizerZone: string | null;
}

/**
 * The zone of a show whose request names none: its venue's; else the organiser's, if the offset that was written is one
 * of that zone then; else that offset, `otherwise` where none was written.
 */
export function chooseZone(
  { venueZone, organizerZone }: KnownZones,
  start: WrittenTime | undefined,
  otherwise: string,
): string {
  if (isPlaceZone(venueZone)) return venueZone;
  const written = start && 'instant' in start ? start : undefined;
  const offset = written?.offset ?? null;
  const fits =
    organizerZone !== null && (!written || offset === null || fitsZone(organizerZone, written.instant, offset));
  if (organizerZone !== null && fits) return organizerZone;
  return offset ?? otherwise;
}

/**
 * The zone after a change that names none. Another venue brings its own. Where nobody knows the venue's zone, the show
 * keeps the one it has as long as a new start does not contradict it.
 */
export function zoneAfterChange(
  present: string,
  { isMoved, ...known }: KnownZones & { readonly isMoved: boolean },
  start: WrittenTime | undefined,
): string {
  if (isPlaceZone(known.venueZone)) return isMoved ? known.venueZone : present;
  const offset = start && 'instant' in start ? start.offset : null;
  if (!start || !('instant' in start) || offset === null || fitsZone(present, start.instant, offset)) return present;
  const isOwn = !isMoved && isPlaceZone(present) && present !== known.organizerZone;
  return isOwn ? present : chooseZone(known, start, present);
}

function fitsZone(zone: string, instant: Instant, offset: string): boolean {
  const there = offsetAt(zone, instant);
  return there === offset || (offset === 'UTC' && there === '+00:00');
}

/** The times of a show, by its own clock. */
export interface ShowTimes {
  readonly doorsAt: Instant | null;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly timeZone: string;
  readonly isWallClock: boolean;
}

/**
 * A show's clock after its venue's (or organiser's) zone was corrected to `after`; null: it is by none of the zones before,
 * but by one of its own, and keeps it. A start that was said as a wall clock stays at its hour; any other stays the same instant.
 */
export function followZone<Times extends ShowTimes>(
  show: Times,
  before: readonly (string | null)[],
  after: string,
): Times | null {
  const isFollower = before.includes(show.timeZone) || !isPlaceZone(show.timeZone);
  if (!isFollower || show.timeZone === after) return null;
  if (!show.isWallClock) return { ...show, timeZone: after };
  const move = (instant: Instant) => atPlace({ wallClock: wallClockOf(instant, show.timeZone) }, after);
  const startsAt = move(show.startsAt);
  // An hour that the clock leaves out is the one after: so that the order stays.
  const doorsAt = show.doorsAt === null ? null : Math.min(move(show.doorsAt), startsAt);
  const endsAt = show.endsAt === null ? null : Math.max(move(show.endsAt), startsAt);
  return { ...show, timeZone: after, doorsAt, startsAt, endsAt };
}

function wallClockOf(instant: Instant, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDateTime().toString();
}
