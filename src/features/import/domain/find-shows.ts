import { eventTypeOf } from './event-types.ts';
import { type Index, isNode, type Node, type Subject, step, textOf, typesOf } from './json-ld.ts';
import type { ShowSubject } from './read-show.ts';

/** What is found by walking a document. */
export interface FoundShows {
  readonly shows: readonly ShowSubject[];
  /** The types of the things that are no events, for the words of a refusal. */
  readonly otherTypes: ReadonlySet<string>;
  /** Set when the document was nested deeper or held more than we take: the pointer where that was. */
  readonly cutAt: string | null;
}

/** Deeper than any page writes; a document nested deeper is no event page. */
const depthMax = 100;
const showsMax = 20_000;

/** Properties of a show whose things are parts of it, or the same again from another side, and not shows to list. */
const notWalked = new Set([
  'superEvent',
  'schema:superEvent',
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
  '@context',
]);

/**
 * All events of a JSON-LD document, wherever they stand: alone, in lists, in `@graph`s, in an ItemList, under a venue's
 * or performer's `event`, and as `subEvent`s of other events. A series or a festival without a date of its own that
 * lists its parts is no show itself.
 */
export function findShows(document: unknown): FoundShows {
  const found: { shows: ShowSubject[]; otherTypes: Set<string>; cutAt: string | null } = {
    shows: [],
    otherTypes: new Set(),
    cutAt: null,
  };
  const index = new Map<string, Node>();
  collectIds(document, index, 0);
  const seen = new Set<Node>();
  const walk = (value: unknown, pointer: string, parent: Subject | null, depth: number): void => {
    if (typeof value !== 'object' || value === null || found.cutAt !== null) return;
    if (depth > depthMax || found.shows.length > showsMax) {
      found.cutAt = pointer;
      return;
    }
    if (Array.isArray(value)) {
      value.forEach((item, i) => {
        walk(item, step(pointer, i), parent, depth + 1);
      });
      return;
    }
    const node = value as Node;
    if (seen.has(node)) return;
    seen.add(node);
    const isEvent = eventTypeOf(node) !== undefined;
    const subject = { node, pointer, index };
    if (isEvent && isShow(subject)) found.shows.push({ ...subject, parent });
    else if (!isEvent) for (const type of typesOf(node)) found.otherTypes.add(type);
    for (const [key, item] of Object.entries(node)) {
      if (key === '@context' || (isEvent && notWalked.has(key))) continue;
      const isPart = isEvent && /^(?:schema:|https?:\/\/schema\.org\/)?subEvents?$/.test(key);
      walk(item, step(pointer, key), isPart ? subject : parent, depth + 1);
    }
  };
  walk(document, '', null, 0);
  return found;
}

/** False for a mere reference to an event, and for a whole without a date that only holds its parts. */
function isShow(subject: Subject): boolean {
  const { node } = subject;
  const says = Object.keys(node).some((key) => !['@id', '@type', '@context', 'id', 'type', 'url'].includes(key));
  if (!says) return false;
  const hasParts =
    textOf(subject, 'startDate') === undefined &&
    ['subEvent', 'subEvents', 'schema:subEvent'].some((key) => isHolder(node[key]));
  return !hasParts;
}

function isHolder(value: unknown): boolean {
  return Array.isArray(value) ? value.some(isNode) : isNode(value);
}

function collectIds(value: unknown, index: Map<string, Node>, depth: number): void {
  if (typeof value !== 'object' || value === null || depth > depthMax) return;
  if (Array.isArray(value)) {
    for (const item of value) collectIds(item, index, depth + 1);
    return;
  }
  const node = value as Node;
  const id = node['@id'];
  const size = (one: Node | undefined) => (one ? Object.keys(one).length : 1);
  if (typeof id === 'string' && size(node) > size(index.get(id))) index.set(id, node);
  for (const item of Object.values(node)) collectIds(item, index, depth + 1);
}

export type { Index };
