import { isUuid } from '../../kernel/ids.ts';

/** The paths of all routes, as a tree of their segments: how a path is spelled, and which methods it has. */
export interface ServedPaths {
  /** Notes a route: `/api/events/:eventId`. */
  add(method: string, pattern: string): void;
  /**
   * The URL with its path as the routes spell it: case does not matter in what a route says (`/api/Events`), nor in UUIDs, which
   * many programs print in capitals; it stays in what else a route leaves open (reservations, tokens, slugs). Asked at the entry, so that everything behind it sees one address.
   */
  spelled(url: string): string;
  /** Methods that the path has; none if no route has it. */
  methodsOf(path: string): string[];
}

interface Place {
  /** By the segment in small letters, with its spelling. */
  readonly below: Map<string, { readonly spelling: string; readonly place: Place }>;
  /** What any segment leads to (`:id`). */
  any: Place | null;
  /** Everything below is one route's (`*`). */
  isOpen: boolean;
  readonly methods: Set<string>;
}

export function createServedPaths(): ServedPaths {
  const root = newPlace();
  /** What was spelled last: the router asks again about what the entry has just asked. */
  let last = '';

  /** The place of a path, the most exact first; its segments are put into `segments` as they are spelled. */
  function find(place: Place, segments: string[], at: number): Place | null {
    // Slashes at the end mean nothing.
    if (at === segments.length || (at === segments.length - 1 && segments[at] === '')) {
      return place.methods.size > 0 ? place : null;
    }
    const segment = segments[at]!;
    const exact = place.below.get(segment.toLowerCase());
    const found = exact && find(exact.place, segments, at + 1);
    if (found) {
      segments[at] = exact.spelling;
      return found;
    }
    const open = place.any !== null && segment !== '' ? find(place.any, segments, at + 1) : null;
    if (open && isUuid(segment.toLowerCase())) segments[at] = segment.toLowerCase();
    return open ?? (place.isOpen ? place : null);
  }

  function spell(url: string): string {
    const end = url.indexOf('?');
    const segments = (end < 0 ? url : url.slice(0, end)).split('/');
    if (segments[0] !== '' || !find(root, segments, 1)) return url;
    return segments.join('/') + (end < 0 ? '' : url.slice(end));
  }

  return {
    add(method, pattern) {
      let place = root;
      for (const segment of pattern.split('/').slice(1)) {
        if (segment === '*') {
          place.isOpen = true;
        } else if (segment.startsWith(':')) {
          place.any ??= newPlace();
          place = place.any;
        } else if (segment !== '') {
          const key = segment.toLowerCase();
          if (!place.below.has(key)) place.below.set(key, { spelling: segment, place: newPlace() });
          place = place.below.get(key)!.place;
        }
      }
      place.methods.add(method);
    },
    spelled(url) {
      if (url === last) return url;
      last = hasCapital(url) ? spell(url) : url;
      return last;
    },
    methodsOf: (path) => [...(find(root, path.split('/'), 1)?.methods ?? [])],
  };
}

function newPlace(): Place {
  return { below: new Map(), any: null, isOpen: false, methods: new Set() };
}

/** Whether the path of a URL has a capital letter: nearly none has, and those that have an id with one are found out soon. */
function hasCapital(url: string): boolean {
  for (let i = 0; i < url.length; i++) {
    const code = url.charCodeAt(i);
    if (code === 0x3f) return false;
    if (code >= 0x41 && code <= 0x5a) return true;
  }
  return false;
}
