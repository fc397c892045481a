import { eventTypeOf } from './event-types.ts';
import { type Index, idOf, isNode, isReference, type Node, type Subject, step, textOf, typesOf } from './json-ld.ts';
import type { Remark } from './parsed.ts';
import type { ShowSubject } from './read-show.ts';

/** What is found by walking a document. */
export interface FoundShows {
  readonly shows: readonly ShowSubject[];
  /** Shows that are not taken, `count` at and after one place. */
  readonly refused: readonly (Remark & { readonly count: number })[];
  readonly notes: readonly Remark[];
  /** The types of the nodes that are no events, for the words of a refusal. */
  readonly otherTypes: ReadonlySet<string>;
}

/** Deeper than any page writes. */
const depthMax = 100;
const showsMax = 20_000;

/**
 * Properties of a show whose nodes are parts of it, or the same again from another side, and no shows to list. What
 * hangs on those (the other shows of its performer, its place, its festival) is listed.
 */
const partsOfShows = new Set([
  'superEvent',
  'location',
  'performer',
  'performers',
  'organizer',
  'offers',
  'workPerformed',
  'workFeatured',
  'previousStartDate',
  'eventSchedule',
  'recordedIn',
  'about',
  'sponsor',
  'funder',
  'image',
]);
const partKeys = new Set(['subEvent', 'subEvents']);
/** Where nodes that are no shows list theirs. */
const listingKeys = new Set(['event', 'events', 'performerIn', '@reverse', ...partKeys]);

/** Types that stand on pages beside events, and mean nothing to say about. */
const furniture =
  /(?:Page|Action|Object|Organization|Business|Group|Place|Venue|Address|Specification|Rating|Brand|Person|Thing|Graph)$|^(?:WebSite|BreadcrumbList|ItemList|ListItem|SiteNavigationElement|WPHeader|WPFooter|Offer|AggregateOffer|Country|City|Language|GeoCoordinates|Review|Role|Schedule|PropertyValue|Theater|MusicHall)$/;
/** schema.org's other types that have a start. */
const otherwiseDated =
  /(?:Role|Schedule|Season|Series|Specification|Program|Permit|Service|Override|Reservation|Membership)$/;

interface Walk {
  /** The show that the nodes stand in as its parts. */
  readonly parent: ShowSubject | null;
  /** The place or performer whose shows are listed. */
  readonly holder: Subject | null;
  readonly isInShow: boolean;
  readonly depth: number;
}

/**
 * All events of a JSON-LD document, wherever they stand: alone, in lists, in `@graph`s, in an ItemList, under a venue's
 * or performer's `event`, and as `subEvent`s of other events. A series with parts is no show itself, nor is a whole
 * without a date of its own. What looks like a show and is not taken is noted.
 */
export function findShows(document: unknown): FoundShows {
  const index = new Map<string, Node>();
  collectIds(document, index);
  const finder = new ShowFinder(index, namedWholes(document));
  finder.walk(document, '', { parent: null, holder: null, isInShow: false, depth: 0 });
  return finder.result();
}

class ShowFinder {
  readonly #index: Index;
  readonly #wholes: ReadonlySet<string>;
  readonly #shows: ShowSubject[] = [];
  readonly #refused: (Remark & { count: number })[] = [];
  readonly #notes: Remark[] = [];
  readonly #otherTypes = new Set<string>();
  /** Unlike those for the words of a refusal, only of nodes that stand beside shows. */
  readonly #besides = new Set<string>();
  readonly #notedWholes = new Set<string>();
  #beyond: (Remark & { count: number }) | null = null;
  #referenceCount = 0;
  #firstReference = '';

  constructor(index: Index, wholes: ReadonlySet<string>) {
    this.#index = index;
    this.#wholes = wholes;
  }

  result(): FoundShows {
    const notes = [...this.#notes];
    if (this.#referenceCount > 0) {
      const many = this.#referenceCount > 1 ? ` (and ${this.#referenceCount - 1} more)` : '';
      notes.push({
        place: this.#firstReference,
        reason: `names a show${many} without describing it: import its own page`,
      });
    }
    if (this.#besides.size > 0 && this.#shows.length > 0) {
      const types = [...this.#besides].slice(0, 10).join(', ');
      notes.push({ place: '', reason: `also describes what are no events, and was left out: ${types}` });
    }
    const refused = this.#beyond === null ? this.#refused : [...this.#refused, this.#beyond];
    return { shows: this.#shows, refused, notes, otherTypes: this.#otherTypes };
  }

  walk(value: unknown, pointer: string, at: Walk): void {
    if (typeof value !== 'object' || value === null) return;
    if (at.depth > depthMax) return this.#refuseDeep(value, pointer);
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        this.walk(item, step(pointer, i), { ...at, depth: at.depth + 1 });
      });
      return;
    }
    const subject: ShowSubject = {
      node: value as Node,
      pointer,
      index: this.#index,
      parent: at.parent,
      holder: at.holder,
    };
    if (eventTypeOf(subject.node) === undefined) this.#walkOther(subject, at);
    else this.#walkShow(subject, at);
  }

  #walkShow(show: ShowSubject, at: Walk): void {
    if (isMereLink(show.node)) this.#countReference(show);
    else if (!this.#isOnlyWhole(show)) this.#take(show);
    for (const [key, item] of Object.entries(show.node)) {
      const name = key.replace(prefix, '');
      if (key === '@context') continue;
      const inside = { ...at, isInShow: true, depth: at.depth + 1 };
      if (partsOfShows.has(name)) this.#walkAround(item, step(show.pointer, key), { ...inside, parent: null }, name);
      else if (partKeys.has(name))
        this.walk(item, step(show.pointer, key), { ...inside, parent: show, isInShow: false });
      else this.walk(item, step(show.pointer, key), inside);
    }
  }

  #walkOther(subject: ShowSubject, at: Walk): void {
    const { node, pointer } = subject;
    const types = typesOf(node);
    for (const type of types) this.#otherTypes.add(type);
    if (!at.isInShow) {
      if (looksLikeShow(subject, types)) this.#refused.push({ place: pointer, reason: unknownType(types), count: 1 });
      else for (const type of types) if (!furniture.test(type)) this.#besides.add(type);
    }
    for (const [key, item] of Object.entries(node)) {
      if (key === '@context') continue;
      const lists = listingKeys.has(key.replace(prefix, ''));
      // `@reverse` says of whom; it is no node itself.
      const holder = lists && key !== '@reverse' && types.length > 0 ? subject : at.holder;
      this.walk(item, step(pointer, key), {
        ...at,
        holder: key === '@reverse' ? subject : holder,
        isInShow: at.isInShow && !lists,
        depth: at.depth + 1,
      });
    }
  }

  /** Looks for shows that hang on a part of a show; the part itself is none. */
  #walkAround(value: unknown, pointer: string, at: Walk, role: string): void {
    if (typeof value !== 'object' || value === null) return;
    if (at.depth > depthMax) return this.#refuseDeep(value, pointer);
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        this.#walkAround(item, step(pointer, i), { ...at, depth: at.depth + 1 }, role);
      });
      return;
    }
    const node = value as Node;
    const whole: ShowSubject = { node, pointer, index: this.#index, parent: null, holder: null };
    const isEvent = eventTypeOf(node) !== undefined;
    if (isEvent && role === 'superEvent') this.#noteWhole(whole);
    for (const [key, item] of Object.entries(node)) {
      const name = key.replace(prefix, '');
      const below = { ...at, depth: at.depth + 1 };
      if (partKeys.has(name) && isEvent)
        this.walk(item, step(pointer, key), { ...below, parent: whole, isInShow: false });
      else if (listingKeys.has(name)) this.walk(item, step(pointer, key), { ...below, holder: whole, isInShow: false });
      else if (key !== '@context') this.#walkAround(item, step(pointer, key), below, name);
    }
  }

  #take(show: ShowSubject): void {
    if (this.#shows.length < showsMax) {
      this.#shows.push(show);
      return;
    }
    this.#beyond ??= { place: show.pointer, reason: '', count: 0 };
    const count = this.#beyond.count + 1;
    const more = count === 1 ? '' : `, and so are the ${(count - 1).toLocaleString('en')} after it`;
    const reason = `is beyond the first ${showsMax.toLocaleString('en')} shows${more}: cut the document into several`;
    this.#beyond = { place: this.#beyond.place, reason, count };
  }

  #refuseDeep(value: unknown, pointer: string): void {
    const count = countEvents(value);
    const place = pointer.slice(0, 500);
    this.#refused.push({ place, reason: 'is nested too deep', count: Math.max(1, count) });
  }

  #countReference({ node, pointer }: ShowSubject): void {
    const known = this.#index.get(idOf(node) ?? '');
    if (known !== undefined && known !== node) return;
    if (this.#referenceCount++ === 0) this.#firstReference = pointer;
  }

  /** True for a series whose parts are described, and for a whole without a date that only holds its parts. */
  #isOnlyWhole(show: ShowSubject): boolean {
    const isSeries = typesOf(show.node).includes('EventSeries');
    if (!isSeries && isDated(show)) return false;
    const id = idOf(show.node);
    return this.#hasParts(show.node) || (isSeries && id !== undefined && this.#wholes.has(id));
  }

  #hasParts(node: Node): boolean {
    return Object.entries(node).some(
      ([key, value]) =>
        partKeys.has(key.replace(prefix, '')) &&
        [value].flat().some((part) => {
          const described = isNode(part) && isMereLink(part) ? this.#index.get(idOf(part) ?? '') : part;
          return isNode(described) && !isMereLink(described);
        }),
    );
  }

  /** A festival that is only mentioned around its shows is no show here; once said is enough. */
  #noteWhole(whole: ShowSubject): void {
    const name = textOf(whole, 'name');
    const isListed = this.#index.get(idOf(whole.node) ?? '') !== undefined && isReference(whole.node);
    if (name === undefined || isListed || !isDated(whole) || typesOf(whole.node).includes('EventSeries')) return;
    if (this.#notedWholes.has(name)) return;
    this.#notedWholes.add(name);
    const reason = `is the whole that this show is a part of, and no show of its own: ${JSON.stringify(name.slice(0, 100))}`;
    this.#notes.push({ place: whole.pointer, reason });
  }
}

const prefix = /^(?:schema:|https?:\/\/schema\.org\/)/;

function isDated(show: Subject): boolean {
  return textOf(show, 'startDate') !== undefined;
}

/** An event that is only named by its address. */
function isMereLink(node: Node): boolean {
  return !Object.keys(node).some(
    (key) => !/^(?:@id|@type|@context|id|type|(?:https?:\/\/schema\.org\/|schema:)?url)$/.test(key),
  );
}

/** Of no type that we know, but with all that a show has: somebody meant one. */
function looksLikeShow(subject: Subject, types: readonly string[]): boolean {
  if (types.some((type) => otherwiseDated.test(type)) || !isDated(subject)) return false;
  return (
    textOf(subject, 'name') !== undefined &&
    ['location', 'offers', 'performer', 'eventStatus'].some((key) => hasOwn(subject.node, key))
  );
}

function hasOwn(node: Node, name: string): boolean {
  return Object.keys(node).some((key) => key.replace(prefix, '') === name);
}

function unknownType(types: readonly string[]): string {
  const named = types.map((type) => JSON.stringify(type.slice(0, 60))).join(', ');
  return `${named === '' ? 'has no @type' : `is of the type ${named}, which is no event`}: write Event, or one of schema.org's types of it`;
}

/** Ids of wholes that shows say they are a part of. */
function namedWholes(document: unknown): Set<string> {
  const ids = new Set<string>();
  eachNode(document, (node) => {
    for (const key of [
      'superEvent',
      'schema:superEvent',
      'http://schema.org/superEvent',
      'https://schema.org/superEvent',
    ]) {
      for (const whole of [node[key]].flat()) {
        const id = isNode(whole) ? idOf(whole) : undefined;
        if (id !== undefined && eventTypeOf(node) !== undefined) ids.add(id);
      }
    }
  });
  return ids;
}

/** The fullest description of each node that has a name. */
function collectIds(document: unknown, index: Map<string, Node>): void {
  const size = (one: Node | undefined) => (one ? Object.keys(one).length : 1);
  eachNode(document, (node) => {
    const id = idOf(node);
    if (id !== undefined && !isReference(node) && size(node) > size(index.get(id))) index.set(id, node);
  });
}

function countEvents(value: unknown): number {
  let count = 0;
  eachNode(value, (node) => {
    if (eventTypeOf(node) !== undefined && !isMereLink(node)) count++;
  });
  return count;
}

/** Calls with every node of a document, however deep, without recursion. */
function eachNode(document: unknown, visit: (node: Node) => void): void {
  const waiting: unknown[] = [document];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) visit(value as Node);
    for (const item of Object.values(value).reverse()) waiting.push(item);
  }
}
