import type { LiveChannel } from './live-channels.ts';
import {
  apiHeaders,
  documentHeaders,
  fileHeaders,
  type NamedFile,
  type PageStep,
  pollEveryMs,
  requestsAtOnce,
} from './page-requests.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Shop } from './shop.ts';
import type { Availability } from './show.ts';
import type { Answer, Visit } from './visit.ts';

/** The page part of one buyer's visit: asks for what the browser would. The order stands in `page-requests.ts`. */
export interface PageVisit {
  openEvent(): Promise<void>;
  /** Goes on to the seats, and follows them until {@link leaveSeats}. */
  openSeats(): Promise<void>;
  leaveSeats(): void;
  /** The letters of the seats as they stand on the screen; null: it has no seats. */
  seats(): Promise<readonly string[] | null>;
  /** How many are free, as it stands on the screen. */
  numbers(): Promise<ReadonlyMap<number, Availability['ticketTypes'][number]>>;
  /** “Find”: proposes seats, holds none. */
  propose(ticketTypeId: number, quantity: number): Promise<Answer>;
  /** Loads the page of a hold, also once more. */
  openPay(reservationId: string): Promise<void>;
  showBooking(bookingId: string): Promise<void>;
}

/** Of those who come by the pages: the others have been here before, and have the files. */
const firstTimeShare = 0.6;
/** Who comes to the seats by their address or reloads them; for the others the app draws them without a document. */
const seatsByAddressShare = 0.15;

/** What is drawn of a buyer who comes by the pages. */
export interface PagePlan {
  readonly isFirstTime: boolean;
  readonly loadsSeatsPage: boolean;
}

export function drawPagePlan(random: SeededRandom): PagePlan {
  return { isFirstTime: random.chance(firstTimeShare), loadsSeatsPage: random.chance(seatsByAddressShare) };
}

/** Begins the page part of a visit. */
export function beginPageVisit(visit: Visit, shop: Shop, plan: PagePlan): PageVisit {
  const { eventId } = visit.crowd.show;
  const { board, channels } = shop;
  const api = `/api/events/${eventId}`;
  /** Immutable files, by path. */
  const kept = new Set<string>();
  let etag = plan.isFirstTime ? null : shop.etag;
  let seatsTag: string | null = null;
  let geometry: string | null = null;
  let hasSeenShow = false;
  let channel: LiveChannel | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  if (!plan.isFirstTime) for (const { path } of [...shop.eventFiles, ...shop.seatsFiles]) kept.add(path);

  async function get(step: PageStep, path: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    return (await visit.ask(step, { method: 'GET', path, headers }))!;
  }

  /** Loads what is not kept yet, some at a time. */
  async function load(files: readonly NamedFile[]): Promise<void> {
    const missing = files.filter(({ path }) => !kept.has(path));
    let next = 0;
    const loadOn = async () => {
      while (next < missing.length) {
        const { path, step } = missing[next++]!;
        await get(step, path, fileHeaders);
        kept.add(path);
      }
    };
    await Promise.all(Array.from({ length: requestsAtOnce }, loadOn));
  }

  async function askSeats(): Promise<void> {
    const tag = seatsTag === null ? null : { 'if-none-match': seatsTag };
    const { status, body, header } = await get('page:seats', `${api}/seats`, { ...apiHeaders, ...tag });
    if (status !== 200) return;
    seatsTag = header('etag');
    board.take(body);
    if (typeof body.geometry === 'string') geometry = body.geometry;
    if (geometry !== null && !kept.has(geometry)) {
      kept.add(geometry);
      // Who was here before has it: a seat map never changes.
      if (plan.isFirstTime) await get('page:geometry', geometry, apiHeaders);
    }
  }

  async function follow(query: string): Promise<void> {
    channel?.close();
    channel = await channels.open(`${api}/live${query}`);
    // The next request was not meant to leave before.
    await visit.wait(0);
  }

  /** Without a socket a page asks every two seconds: as often as that, when it is looked at. */
  async function poll(): Promise<void> {
    if (channel?.isOpen || performance.now() - askedAt < pollEveryMs) return;
    askedAt = performance.now();
    const since = board.version === null ? '' : `?since=${encodeURIComponent(board.version)}`;
    const [seats, numbers] = await Promise.all([
      get('page:poll', `${api}/seats${since}`, apiHeaders),
      get('page:numbers', `${api}/availability`, apiHeaders),
    ]);
    if (seats.status === 200) board.take(seats.body);
    if (numbers.status === 200) board.takeNumbers((numbers.body as unknown as Availability).ticketTypes);
  }

  return {
    async openEvent() {
      const tag = etag === null ? null : { 'if-none-match': etag };
      const { status, header } = await get('page:eventPage', `/e/${eventId}`, { ...documentHeaders, ...tag });
      if (status === 200) etag = header('etag');
      await load(shop.eventFiles);
      await follow('');
      await askSeats();
    },
    async openSeats() {
      channel?.close();
      if (plan.loadsSeatsPage) await get('page:seatsPage', `/e/${eventId}/seats`, documentHeaders);
      await load(shop.seatsFiles);
      await askSeats();
      await follow(board.version === null ? '' : `?since=${encodeURIComponent(board.version)}`);
    },
    leaveSeats() {
      channel?.close();
      channel = null;
    },
    async seats() {
      await poll();
      return board.letters;
    },
    async numbers() {
      await poll();
      return board.numbers;
    },
    async propose(ticketTypeId, quantity) {
      const body = { ticketTypeId, quantity };
      const path = `${api}/best-seats`;
      return (await visit.ask('page:proposal', { method: 'POST', path, body, headers: apiHeaders }))!;
    },
    async openPay(reservationId) {
      await get('page:payPage', `/pay/${reservationId}`, documentHeaders);
      await load(shop.payFiles);
      await get('page:basket', `/api/tickets/reservation/${reservationId}`, apiHeaders);
      if (hasSeenShow) return;
      // Browsers keep the show and the texts for a minute.
      hasSeenShow = true;
      const organizer = encodeURIComponent(shop.organizer);
      await get('page:show', api, apiHeaders);
      await Promise.all([
        get('page:means', `/api/payments/methods?organizer=${organizer}`, apiHeaders),
        get('page:legal', `/api/organizers/${organizer}/legal`, apiHeaders),
      ]);
    },
    async showBooking(bookingId) {
      await get('page:booking', `/api/bookings/${encodeURIComponent(bookingId)}`, apiHeaders);
    },
  };
}
