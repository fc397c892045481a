import { cleanText, cutText, isStorable } from './clean-text.ts';
import { eventTypeOf } from './event-types.ts';
import { absoluteId, isNode, nodesOf, type Subject, textOf, textsOf, typesOf, valuesOf, wordsOf } from './json-ld.ts';
import type { ParsedShow, ParsedVenue, Remark } from './parsed.ts';
import { type Remarks, readCount, readOffers } from './read-offers.ts';
import { readDates, readStarts, type WrittenStart } from './read-show-dates.ts';
import { readVenue, unknownVenueName } from './read-venue.ts';
import { namesOf, textName } from './show-names.ts';
import { offsetOf, type ZoneAt, zoneOfOffset, zoneOfPlace } from './zone-of-place.ts';

export interface ShowOptions {
  /** Where dates without zone are meant, and the zone of every venue; undefined: found out from the place. */
  readonly timeZone?: string;
  /** The organiser's: prices whose page names no currency are in it. */
  readonly currency: string;
  /** The organiser's: of shows whose place nobody knows, if the offset that is written fits. */
  readonly organizerZone: string | null;
  readonly zoneAt: ZoneAt;
}

/** A show in its document, with the show that it is a part of, and the place or performer that it is listed under. */
export interface ShowSubject extends Subject {
  readonly parent: ShowSubject | null;
  readonly holder: Subject | null;
}

/** What one description makes: a show for each of its dates, and what of it cannot be read. */
export interface ReadShows {
  readonly shows: readonly ParsedShow[];
  readonly refusals: readonly Remark[];
}

const performersMax = 100;

/**
 * One schema.org Event as shows, one for each of its dates. Refused, with the reason and the pointer: no date, no name,
 * an end before the start, a wrong price, text that is none. What a page leaves out is left out; what had to be guessed
 * is noted.
 */
export function readShows(subject: ShowSubject, options: ShowOptions, notes: Remark[]): ReadShows {
  const show = withSeries(subject);
  const remarks: Remarks = { faults: [], notes: [] };
  const title = readTitle(show, remarks);
  const venue = readPlace(show, remarks);
  const zone = options.timeZone ?? zoneOfPlace(venue, null, options)?.zone ?? options.organizerZone ?? 'UTC';
  const { starts, refusals } = readStarts(show, zone, remarks.notes);
  if (starts.length === 0) return { shows: [], refusals };
  const facts = { title, venue, ...readFacts(show, remarks) };
  const shows: ParsedShow[] = [];
  const refused = [...refusals];
  for (const start of starts) {
    const own: Remarks = { faults: [...remarks.faults], notes: [] };
    const read = readOne(show, start, { facts, options }, own);
    const [fault] = own.faults;
    if (fault) {
      refused.push(starts.length > 1 ? { ...fault, place: start.pointer } : fault);
      continue;
    }
    shows.push(read);
    notes.push(...own.notes);
  }
  if (shows.length > 0) notes.push(...remarks.notes);
  return { shows, refusals: refused };
}

function readFacts(show: ShowSubject, remarks: Remarks) {
  const description = cleanText(textOf(show, 'description') ?? '');
  if (description.length > 5_000) {
    remarks.notes.push({ place: show.pointer, reason: 'the description was cut at 5,000 characters' });
  }
  return {
    description: description === '' ? null : cutText(description, 5_000),
    type: eventTypeOf(show.node) ?? 'Event',
    status: readStatus(show, remarks),
    imageUrl: readImage(show),
    performers: readPerformers(show, remarks),
    capacity: readCount(textOf(show, 'maximumAttendeeCapacity')),
    series: readSeries(show),
  };
}

interface OneDate {
  readonly facts: ReturnType<typeof readFacts> & { readonly title: string; readonly venue: ParsedVenue };
  readonly options: ShowOptions;
}

function readOne(show: ShowSubject, start: WrittenStart, { facts, options }: OneDate, remarks: Remarks): ParsedShow {
  const timeZone = options.timeZone ?? zoneOf(facts.venue, start, options, remarks);
  const dates = readDates(show, start, timeZone, remarks);
  const { currency, offers } = readOffers(show, { timeZone, currency: options.currency }, remarks);
  // In this order, which the hash of what a show says keeps: see `event-of-show.ts`.
  const { title, description, type, status, imageUrl, performers, venue, capacity, series } = facts;
  const said = {
    title,
    description,
    type,
    status,
    ...dates,
    timeZone,
    imageUrl,
    performers,
    venue,
    currency,
    offers,
    capacity,
    series,
  };
  if (!isStorable(said)) {
    remarks.faults.push({ place: show.pointer, reason: 'holds characters that are no text (NUL or a lone surrogate)' });
  }
  return {
    ...said,
    place: start.pointer,
    sourceId: absoluteId(show.node) ?? textName(said),
    names: namesOf(show, said),
    pageStartsAt: dates.startsAt,
  };
}

/** Of a series that is no show itself, each part has what it does not say of itself. */
function withSeries(show: ShowSubject): ShowSubject {
  const { parent } = show;
  if (!parent || !typesOf(parent.node).includes('EventSeries')) return show;
  const inherited = ['name', 'description', 'image', 'performer', 'organizer', 'offers', 'eventStatus', 'inLanguage'];
  const taken = inherited.filter((key) => valuesOf(show, key).length === 0 && valuesOf(parent, key).length > 0);
  if (taken.length === 0) return show;
  const node = { ...show.node };
  for (const key of taken) node[key] = valuesOf(parent, key).map(({ value }) => value);
  return { ...show, node };
}

function readTitle(show: ShowSubject, { faults, notes }: Remarks): string {
  const names = textsOf(show, 'name', 'headline', 'alternateName')
    .map(cleanText)
    .filter((name) => name !== '');
  const [written = ''] = names;
  const others = names.slice(1).filter((name) => name !== written);
  if (others.length > 0) {
    const shown = others
      .slice(0, 3)
      .map((name) => JSON.stringify(name.slice(0, 100)))
      .join(', ');
    notes.push({ place: show.pointer, reason: `has several names: the first was taken, not ${shown}` });
  }
  const title = written || readPerformers(show).join(', ');
  if (title === '') faults.push({ place: show.pointer, reason: 'has no name' });
  else if (written === '')
    notes.push({ place: show.pointer, reason: 'has no name: it is called after its performers' });
  if (title.length > 200) notes.push({ place: show.pointer, reason: 'the name was cut at 200 characters' });
  return cutText(title, 200);
}

/** Its own place, else that of the whole it is a part of, else the place that lists it. */
function readPlace(show: ShowSubject, { notes }: Remarks): ParsedVenue {
  const note = (reason: string) => void notes.push({ place: show.pointer, reason });
  let above: ShowSubject | null = show;
  while (above) {
    const venue = readVenue(above, note);
    if (venue.name !== unknownVenueName) return venue;
    above = above.parent;
  }
  const { holder } = show;
  if (holder && isPlace(holder)) return readVenue({ ...holder, node: { location: holder.node } }, note);
  note('it does not say where it is');
  return readVenue(show, note);
}

function isPlace({ node }: Subject): boolean {
  if (typesOf(node).some((type) => /(?:Group|Organization|Person)$/.test(type))) return false;
  return typesOf(node).some((type) => /(?:Place|Venue)$/.test(type)) || 'address' in node || 'geo' in node;
}

function zoneOf(
  venue: ParsedVenue,
  { start, pointer }: WrittenStart,
  options: ShowOptions,
  { notes }: Remarks,
): string {
  const { organizerZone } = options;
  const written = start.kind === 'instant' ? start : null;
  const found = zoneOfPlace(venue, written, options);
  if (found?.isGuess) {
    const reason = `names the country, but neither region, postcode nor coordinates: ${found.zone} was taken (--time-zone)`;
    notes.push({ place: pointer, reason });
  }
  if (found !== null) return found.zone;
  if (organizerZone !== null && (!written || offsetOf(organizerZone, written.instant) === written.offsetMinutes)) {
    return organizerZone;
  }
  if (written) return zoneOfOffset(written.offsetMinutes);
  notes.push({ place: pointer, reason: 'does not say in which time zone it is: UTC was taken (--time-zone)' });
  return 'UTC';
}

function readStatus(show: Subject, { notes }: Remarks): ParsedShow['status'] {
  const words = wordsOf(show, 'eventStatus').filter((word) => word !== '');
  if (words.some((word) => /^(Event)?Cancell?ed$/i.test(word))) return 'cancelled';
  if (words.some((word) => /^(Event)?Postponed$/i.test(word))) return 'postponed';
  const strange = words.find((word) => !/^(?:Event)?(?:Scheduled|Rescheduled|MovedOnline|Confirmed)$/i.test(word));
  if (strange !== undefined) {
    const reason = `eventStatus ${JSON.stringify(strange.slice(0, 60))} is not known: it was taken as scheduled`;
    notes.push({ place: show.pointer, reason });
  }
  return 'scheduled';
}

function readPerformers(show: ShowSubject, remarks?: Remarks): string[] {
  const names = new Map<string, string>();
  const nameOf = (value: unknown, pointer: string) =>
    typeof value === 'string'
      ? value
      : isNode(value)
        ? textOf({ ...show, node: value, pointer }, 'name', 'alternateName')
        : undefined;
  for (const { value, pointer } of valuesOf(show, 'performer', 'performers', 'actor', 'byArtist')) {
    // A role holds whom it is of.
    const role = isNode(value) ? nodesOf({ ...show, node: value, pointer }, 'performer', 'actor')[0] : undefined;
    const name = cutText(cleanText((role && textOf(role, 'name')) ?? nameOf(value, pointer) ?? ''), 200);
    if (name !== '' && !/^https?:\/\//i.test(name) && !names.has(name.toLowerCase()))
      names.set(name.toLowerCase(), name);
  }
  if (names.size > performersMax) {
    const reason = `${names.size - performersMax} performers beyond the first ${performersMax} were left out`;
    remarks?.notes.push({ place: show.pointer, reason });
  }
  const holder =
    show.holder !== null && /(?:Group|Person)$/.test(typesOf(show.holder.node).join()) ? show.holder : null;
  const listed = holder === null ? '' : cleanText(textOf(holder, 'name') ?? '');
  if (names.size === 0 && listed !== '') return [cutText(listed, 200)];
  return [...names.values()].slice(0, performersMax);
}

function readImage(show: Subject): string | null {
  for (const { value, pointer } of valuesOf(show, 'image')) {
    const url = isNode(value) ? textOf({ ...show, node: value, pointer }, 'url', 'contentUrl', '@id') : value;
    const text = typeof url === 'string' ? url.trim() : '';
    if (/^https?:\/\/[^\s]+$/i.test(text) && text.length <= 2_000 && URL.canParse(text)) return text;
  }
  return null;
}

/** The name of the whole: the show it stands under, or a superEvent that is a series. */
function readSeries(show: ShowSubject): string | null {
  const above = show.parent ?? nodesOf(show, 'superEvent').find((one) => typesOf(one.node).includes('EventSeries'));
  const name = above ? cleanText(textOf(above, 'name') ?? '') : '';
  return name === '' ? null : cutText(name, 200);
}
