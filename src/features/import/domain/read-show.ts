import { createHash } from 'node:crypto';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import { cleanText, cutText, isStorable } from './clean-text.ts';
import { eventTypeOf } from './event-types.ts';
import { absoluteId, localName, type Subject, textOf, thingsOf, typesOf, valuesOf } from './json-ld.ts';
import type { ParsedShow, ParsedVenue, Remark } from './parsed.ts';
import { readDate, toInstant, type WrittenDate } from './read-date.ts';
import { type Remarks, readCount, readOffers } from './read-offers.ts';
import { readVenue, unknownVenueName } from './read-venue.ts';
import { zoneOfOffset, zoneOfPlace } from './zone-of-place.ts';

export interface ShowOptions {
  /** Where dates without zone are meant, and the zone of every venue; undefined: found out from the place. */
  readonly timeZone?: string;
}

/** A show in its document, with the show that it is a part of. */
export interface ShowSubject extends Subject {
  readonly parent: Subject | null;
}

/** A day without a time of day is taken at this hour, when most shows start. */
const usualStart = '20:00';
const performersMax = 100;
/** An end on the day of the start but before it is meant for the night after, if the show is then this long at most. */
const nightMs = 12 * 3_600_000;

/**
 * One schema.org Event as a show. Refused, with the reason and the pointer: no date, no name, an end before the start,
 * a wrong price, text that is none. What a page leaves out is left out; what had to be guessed is noted.
 */
export function readShow(show: ShowSubject, options: ShowOptions, notes: Remark[]): Decision<ParsedShow, Remark> {
  const remarks: Remarks = { faults: [], notes: [] };
  const title = readTitle(show, remarks);
  const venue = readVenueOrParents(show);
  const start = readStart(show);
  if (!start.accepted) return refuse(start.refusal);
  const timeZone = options.timeZone ?? zoneOf(venue, start.value);
  const dates = readDates(show, start.value, timeZone, remarks);
  const { currency, offers } = readOffers(show, timeZone, remarks);
  const description = cleanText(textOf(show, 'description') ?? '');
  const parsed: Omit<ParsedShow, 'sourceId' | 'place'> = {
    title,
    description: description === '' ? null : cutText(description, 5_000),
    type: eventTypeOf(show.node) ?? 'Event',
    status: readStatus(show),
    ...dates,
    timeZone,
    imageUrl: readImage(show),
    performers: readPerformers(show),
    venue,
    currency,
    offers,
    capacity: readCount(textOf(show, 'maximumAttendeeCapacity')),
    series: readSeries(show),
  };
  if (description.length > 5_000)
    remarks.notes.push({ place: show.pointer, reason: 'the description was cut at 5,000 characters' });
  if (venue.name === unknownVenueName)
    remarks.notes.push({ place: show.pointer, reason: 'it does not say where it is' });
  if (!isStorable(parsed)) {
    remarks.faults.push({ place: show.pointer, reason: 'holds characters that are no text (NUL or a lone surrogate)' });
  }
  const [fault] = remarks.faults;
  if (fault) return refuse(fault);
  notes.push(...remarks.notes);
  return accept({ ...parsed, place: show.pointer, sourceId: absoluteId(show.node) ?? keyOf(parsed) });
}

/** A key for a show without `@id` that stays the same as long as its name, start and venue do. */
function keyOf(show: { title: string; startsAt: Instant; venue: ParsedVenue }): string {
  const parts = [show.title, toIso(show.startsAt), show.venue.name].map((part) => part.toLowerCase().normalize('NFKD'));
  return `show:${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 32)}`;
}

function readTitle(show: Subject, { faults, notes }: Remarks): string {
  const written = textOf(show, 'name', 'headline', 'alternateName') ?? '';
  const performers = readPerformers(show);
  const title = cleanText(written) || performers.join(', ');
  if (title === '') faults.push({ place: show.pointer, reason: 'has no name' });
  else if (cleanText(written) === '')
    notes.push({ place: show.pointer, reason: 'has no name: it is called after its performers' });
  if (title.length > 200) notes.push({ place: show.pointer, reason: 'the name was cut at 200 characters' });
  return cutText(title, 200);
}

/** A part of a festival mostly leaves out where that is. */
function readVenueOrParents(show: ShowSubject): ParsedVenue {
  const own = readVenue(show);
  return own.name === unknownVenueName && show.parent ? readVenue(show.parent) : own;
}

function readStart(show: Subject): Decision<WrittenDate, Remark> {
  const text = textOf(show, 'startDate');
  if (text === undefined) return refuse({ place: show.pointer, reason: 'has no date (startDate)' });
  const date = readDate(text);
  return date.accepted ? date : refuse({ place: `${show.pointer}/startDate`, reason: `startDate ${date.refusal}` });
}

function zoneOf(venue: ParsedVenue, start: WrittenDate): string {
  const written = start.kind === 'instant' ? start : null;
  const zone = zoneOfPlace(venue, written);
  if (zone !== null) return zone;
  return written ? zoneOfOffset(written.offsetMinutes) : 'UTC';
}

interface ShowDates {
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly doorsAt: Instant | null;
}

function readDates(show: Subject, start: WrittenDate, timeZone: string, { faults, notes }: Remarks): ShowDates {
  const note = (reason: string) => void notes.push({ place: show.pointer, reason });
  const doors = readDoors(show, start, timeZone);
  const startsAt = start.kind === 'day' && doors !== null ? doors : toInstant(start, timeZone, usualStart);
  if (start.kind === 'day') {
    note(
      doors === null
        ? `gives no time of day: ${usualStart} was taken`
        : 'gives no time of day: that of the doors was taken',
    );
  }
  if (doors !== null && doors > startsAt) note('the time of the doors was left out: it is after the start');
  const doorsAt = doors !== null && doors <= startsAt ? doors : null;
  const text = textOf(show, 'endDate');
  if (text === undefined) return { startsAt, doorsAt, endsAt: endByDuration(show, startsAt) };
  const written = readDate(text);
  if (!written.accepted) {
    faults.push({ place: `${show.pointer}/endDate`, reason: `endDate ${written.refusal}` });
    return { startsAt, doorsAt, endsAt: null };
  }
  let endsAt = toInstant(written.value, timeZone, '23:59');
  const nextNight = endsAt + 86_400_000;
  if (endsAt < startsAt && nextNight > startsAt && nextNight - startsAt <= nightMs) {
    note('ends before it starts: the night after was taken');
    endsAt = nextNight;
  }
  if (endsAt < startsAt) faults.push({ place: `${show.pointer}/endDate`, reason: 'ends before it starts' });
  return { startsAt, doorsAt, endsAt };
}

function readDoors(show: Subject, start: WrittenDate, timeZone: string): Instant | null {
  const text = textOf(show, 'doorTime');
  if (text === undefined) return null;
  const time = /^T?(\d{2}):?(\d{2})(?::?\d{2})?(?:Z|[+-]\d{2}:?\d{2})?$/i.exec(text.trim());
  if (time && Number(time[1]) < 24 && Number(time[2]) < 60) {
    const day =
      start.kind === 'day'
        ? start.date
        : Temporal.Instant.fromEpochMilliseconds(toInstant(start, timeZone, usualStart))
            .toZonedDateTimeISO(timeZone)
            .toPlainDate();
    return toInstant({ kind: 'day', date: day }, timeZone, `${time[1]}:${time[2]}`);
  }
  const date = readDate(text);
  return date.accepted && date.value.kind !== 'day' ? toInstant(date.value, timeZone, usualStart) : null;
}

function endByDuration(show: Subject, startsAt: Instant): Instant | null {
  const match = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?$/i.exec(
    textOf(show, 'duration')?.trim() ?? '',
  );
  if (!match) return null;
  const [days, hours, minutes] = match.slice(1).map((part) => Number(part ?? 0));
  const lengthMs = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000;
  return lengthMs > 0 ? startsAt + lengthMs : null;
}

function readStatus(show: Subject): ParsedShow['status'] {
  const words = valuesOf(show, 'eventStatus').map(({ value }) => {
    if (typeof value === 'string') return localName(value);
    const id = (value as { '@id'?: unknown } | null)?.['@id'];
    return typeof id === 'string' ? localName(id) : '';
  });
  if (words.some((word) => /^(Event)?Cancell?ed$/i.test(word))) return 'cancelled';
  return words.some((word) => /^(Event)?Postponed$/i.test(word)) ? 'postponed' : 'scheduled';
}

function readPerformers(show: Subject): string[] {
  const names = new Map<string, string>();
  for (const { value, pointer } of valuesOf(show, 'performer', 'performers', 'actor', 'byArtist')) {
    const written =
      typeof value === 'string'
        ? value
        : typeof value === 'object' && value !== null
          ? textOf({ node: value as Subject['node'], pointer, index: show.index }, 'name', 'alternateName')
          : undefined;
    const name = cutText(cleanText(written ?? ''), 200);
    if (name !== '' && !/^https?:\/\//i.test(name) && names.size < performersMax && !names.has(name.toLowerCase())) {
      names.set(name.toLowerCase(), name);
    }
  }
  return [...names.values()];
}

function readImage(show: Subject): string | null {
  for (const { value, pointer } of valuesOf(show, 'image')) {
    const url =
      typeof value === 'string'
        ? value
        : typeof value === 'object' && value !== null
          ? textOf({ node: value as Subject['node'], pointer, index: show.index }, 'url', 'contentUrl', '@id')
          : undefined;
    const text = url?.trim() ?? '';
    if (/^https?:\/\/[^\s]+$/i.test(text) && text.length <= 2_000 && URL.canParse(text)) return text;
  }
  return null;
}

/** The name of the whole: the show it stands under, or a superEvent that is a series. */
function readSeries(show: ShowSubject): string | null {
  const above = show.parent ?? thingsOf(show, 'superEvent').find((one) => typesOf(one.node).includes('EventSeries'));
  const name = above ? cleanText(textOf(above, 'name') ?? '') : '';
  return name === '' ? null : cutText(name, 200);
}
