/**
 * What a browser loads on the way from a show to its tickets, in its order. Taken down from Chromium 1440 wide, by Playwright's
 * `request` and `websocket` events against a fresh `onsale serve` and its demo shows, once with an empty cache and once again with
 * a full one (November 2026). Take it down again when a page begins to ask for something else.
 *
 *   GET /e/{id}                        document; again: If-None-Match, 304
 *       theme script, styles, modules, fonts, icon as its HTML names them, six at a time; again: none, they are immutable
 *       WS  /api/events/{id}/live      a snapshot, then changes
 *       GET /api/events/{id}/seats
 *       GET /api/seat-maps/…           as that answer names it, where there are seats; again: none, it is immutable
 *   “Choose seats” draws the next view without a document. Whoever reloads it or comes by its address loads GET /e/{id}/seats.
 *       styles and modules which that page names and the browser has not
 *       GET /api/events/{id}/seats     If-None-Match: 304 if nobody was faster; named by the page, as the seat map is, to be asked at once
 *       WS  /api/events/{id}/live?since={version}; without a socket every two seconds
 *           GET /api/events/{id}/seats?since={version} and GET /api/events/{id}/availability
 *       POST /api/events/{id}/best-seats   “Find”: what follows names its seats
 *       POST /api/tickets/reserve      seatGuids and rates; without seats: items
 *   GET /pay/{reservation}             document, never kept
 *       styles and modules which it names and the browser has not
 *       GET /api/tickets/reservation/{reservation}
 *       GET /api/events/{id}
 *       GET /api/payments/methods?organizer={slug}, GET /api/organizers/{slug}/legal
 *       POST /api/tickets/purchase
 *       GET /api/bookings/{booking}
 *
 * Not played: modules that scripts load later without the HTML naming them (the event page's small map), and `POST …/quote`, which
 * the app asks only where seats are exchanged or mixed with standing places. No name and no mail address is sent with a purchase:
 * the server may have a real mail sender.
 */
export const pageSteps = {
  eventPage: 'GET /e/{id}',
  style: 'styles',
  script: 'scripts',
  font: 'fonts',
  icon: 'icon',
  live: 'live channel',
  seats: 'seat states',
  geometry: 'seat map',
  seatsPage: 'GET /e/{id}/seats',
  poll: 'seat states since',
  numbers: 'numbers, polled',
  proposal: 'best seats',
  payPage: 'GET /pay/{id}',
  basket: 'pay page: hold',
  show: 'pay page: show',
  means: 'pay page: means',
  legal: 'pay page: texts',
  booking: 'pay page: booking',
} as const;
export type PageStep = `page:${keyof typeof pageSteps}`;

/** As Chromium asks for a document and for what belongs to it. */
export const documentHeaders = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'accept-encoding': 'gzip, deflate, br',
  'accept-language': 'en-GB',
} as const;
export const fileHeaders = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br' } as const;
export const apiHeaders = { accept: 'application/json', 'accept-encoding': 'gzip, deflate, br' } as const;

/** So many requests at once a browser sends to one server by HTTP/1.1. */
export const requestsAtOnce = 6;
export const pollEveryMs = 2_000;

/** A file that a page names. */
export interface NamedFile {
  readonly path: string;
  readonly step: 'page:style' | 'page:script' | 'page:font' | 'page:icon';
}

const tagPattern = /<(link|script)\b([^>]*)>/gi;

/** The files of this server that a browser loads because a page's HTML names them: each once, styles and scripts first. */
export function namedIn(html: string): NamedFile[] {
  const files = new Map<string, NamedFile>();
  for (const [, tag, attributes] of html.matchAll(tagPattern)) {
    const isScript = tag!.toLowerCase() === 'script';
    const path = attributeOf(attributes!, isScript ? 'src' : 'href');
    if (path === null || !/^\/(?!\/)/.test(path)) continue;
    // Its content stands in the page.
    if (/\sdisabled$/.test(attributes!)) continue;
    const step = isScript ? 'page:script' : stepOf(attributes!);
    if (step !== null && !files.has(path)) files.set(path, { path, step });
  }
  const isLater = ({ step }: NamedFile) => Number(step === 'page:font') + 2 * Number(step === 'page:icon');
  return [...files.values()].sort((a, b) => isLater(a) - isLater(b));
}

function stepOf(attributes: string): NamedFile['step'] | null {
  switch (attributeOf(attributes, 'rel')) {
    case 'stylesheet':
      return 'page:style';
    case 'modulepreload':
      return 'page:script';
    case 'icon':
      return 'page:icon';
    case 'preload':
      return attributeOf(attributes, 'as') === 'font' ? 'page:font' : null;
    default:
      return null;
  }
}

function attributeOf(attributes: string, name: string): string | null {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`, 'i').exec(attributes)?.[1] ?? null;
}
