import { heardOfHold, placeOf } from './history/heard.ts';
import type { PageVisit } from './page-visit.ts';
import type { Availability, MapSeat, ShowType } from './show.ts';
import type { Answer, Visit } from './visit.ts';
import type { SeenHold } from './witness.ts';

/** What came of looking for tickets: a hold, or why none. */
export type Found = { readonly hold: SeenHold } | { readonly none: 'soldOut' | 'gaveUp' | 'refused' };

const mapTriesMax = 4;
const smallerTriesMax = 4;
/** So often a patient buyer looks again, at least, while others hold the rest. */
const lookAgainMs = 4_000;

/**
 * Tries to hold `quantity` tickets: seats picked on the map first if `onMap`, then the best available; takes fewer where
 * fewer are left; goes on to the other ticket types; and, if patient, waits for what others may give back until the
 * server says sold out.
 */
export async function findSeats(visit: Visit, quantity: number, onMap: boolean): Promise<Found> {
  const { crowd, plan, random } = visit;
  const { witness, show } = crowd;
  const order = shuffled(show.types, random.below);
  let wanted = Math.min(quantity, show.limitPerReservation);
  if (onMap) {
    const picked = await pickOnMap(visit, order[0]!.ticketTypeId, wanted);
    if (picked) return { hold: picked };
  }
  let worthTrying = order;
  for (;;) {
    let waitMs = lookAgainMs;
    let isOpen = false;
    for (const type of worthTrying) {
      const tried = await holdBest(visit, type, wanted);
      if ('hold' in tried) return tried;
      if (tried.refused === 'other') return { none: 'refused' };
      if (tried.refused === 'heldByOthers') {
        isOpen = true;
        waitMs = Math.min(waitMs, tried.waitMs);
      }
    }
    if (!isOpen && worthTrying.length > 0 && order.every((type) => witness.isSoldOut(type.ticketTypeId))) {
      return { none: 'soldOut' };
    }
    if (!plan.isPatient || performance.now() > crowd.closesAt) return { none: 'gaveUp' };
    await visit.wait(waitMs + random.between(0, 1_500));
    worthTrying = await lookAgain(visit, order);
    // Who waits takes what comes.
    wanted = 1 + random.below(wanted);
  }
}

/** The types that have something free now, or nothing held or in payment that could come back: those may be sold out. */
async function lookAgain(visit: Visit, types: readonly ShowType[]): Promise<ShowType[]> {
  const counts = visit.page ? await visit.page.numbers() : await readNumbers(visit);
  return types.filter(({ ticketTypeId }) => {
    const { available = 0, held = 0, reserved = 0 } = counts.get(ticketTypeId) ?? {};
    return available > 0 || held + reserved === 0;
  });
}

async function readNumbers(visit: Visit): Promise<ReadonlyMap<number, Availability['ticketTypes'][number]>> {
  const path = `/api/events/${visit.crowd.show.eventId}/availability`;
  const answer = await visit.ask('availability', { method: 'GET', path });
  const types = (answer?.body.ticketTypes ?? []) as Availability['ticketTypes'];
  return new Map(types.map((type) => [type.ticketTypeId, type]));
}

type Tried =
  | { readonly hold: SeenHold }
  | { readonly refused: 'soldOut' | 'other' }
  | { readonly refused: 'heldByOthers'; readonly waitMs: number };

async function holdBest(visit: Visit, type: ShowType, quantity: number): Promise<Tried> {
  const { witness } = visit.crowd;
  const { ticketTypeId } = type;
  let asked = quantity;
  for (let tries = 0; ; tries++) {
    const answer = visit.page
      ? await reserveByPage(visit, visit.page, type, asked)
      : await reserveBest(visit, type, asked);
    if (answer.status === 201) return { hold: toHold(visit, answer) };
    if (answer.code === 'SOLD_OUT') {
      witness.soldOut(ticketTypeId, answer.answeredAt);
      return { refused: 'soldOut' };
    }
    if (answer.code === 'LIMIT_PER_RESERVATION') {
      asked = Math.max(1, Math.min(asked - 1, Number(answer.body.limit) || 1));
    } else if (answer.code === 'NOT_ENOUGH_TICKETS') {
      const available = Number(answer.body.available);
      if (available >= asked) {
        witness.contradict('refusal-counts-right', { ticketTypeId, asked, available });
      }
      if (!(available > 0)) return { refused: 'heldByOthers', waitMs: untilNextExpiry(answer) };
      asked = Math.min(asked - 1, available) || 1;
    } else if (answer.code !== 'SEATS_TAKEN') {
      return { refused: 'other' };
    }
    // Others are as quick: whoever runs after ever smaller rests comes back later instead.
    if (tries >= smallerTriesMax) return { refused: 'heldByOthers', waitMs: 1_000 };
  }
}

function reserveBest(visit: Visit, { ticketTypeId, rates }: ShowType, quantity: number): Promise<Answer> {
  const rate = rates.length > 1 && visit.random.chance(0.1) ? { rate: rates.at(-1)! } : {};
  return reserve(visit, { eventId: visit.crowd.show.eventId, ticketTypeId, quantity, ...rate });
}

/** Has seats proposed and holds these; where there are none, holds so many places. The answer of whichever said no. */
async function reserveByPage(
  visit: Visit,
  page: PageVisit,
  { ticketTypeId, rates }: ShowType,
  quantity: number,
): Promise<Answer> {
  const { show } = visit.crowd;
  if (!show.rowsOf.has(ticketTypeId)) {
    return reserve(visit, { eventId: show.eventId, items: [{ ticketTypeId, rate: rates[0], quantity }] });
  }
  const proposed = await page.propose(ticketTypeId, quantity);
  if (proposed.status !== 200) return proposed;
  await visit.think(0.5, 2);
  const tickets = proposed.body.tickets as { seat: { guid: string }; rate: string }[];
  return reserve(visit, {
    eventId: show.eventId,
    seatGuids: tickets.map(({ seat }) => seat.guid),
    rates: tickets.map(({ rate }) => rate),
  });
}

/** Loads the map, picks free neighbours in some row, holds them; null after a few collisions with others. */
async function pickOnMap(visit: Visit, ticketTypeId: number, quantity: number): Promise<SeenHold | null> {
  const { show } = visit.crowd;
  const rows = show.rowsOf.get(ticketTypeId);
  if (!rows) return null;
  for (let tries = 0; tries < mapTriesMax; tries++) {
    const states = visit.page ? await visit.page.seats() : await readMap(visit);
    if (states === null) return null;
    const seats = freeNeighbours(rows, states, quantity, visit.random.below);
    if (!seats) return null;
    await visit.think(1, 4);
    const answer = await reserve(visit, { eventId: show.eventId, seatGuids: seats.map(({ guid }) => guid) });
    if (answer.status === 201) return toHold(visit, answer);
    if (answer.code !== 'SEATS_TAKEN') return null;
  }
  return null;
}

async function readMap(visit: Visit): Promise<string | null> {
  const map = await visit.ask('map', { method: 'GET', path: `/api/events/${visit.crowd.show.eventId}/seats` });
  return typeof map?.body.states === 'string' ? map.body.states : null;
}

function freeNeighbours(
  rows: readonly (readonly MapSeat[])[],
  states: ArrayLike<string>,
  quantity: number,
  below: (count: number) => number,
): readonly MapSeat[] | null {
  const first = below(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[(first + i) % rows.length]!;
    let run = 0;
    for (let seat = 0; seat < row.length; seat++) {
      run = states[row[seat]!.placeNo] === 'a' ? run + 1 : 0;
      if (run === quantity) return row.slice(seat + 1 - quantity, seat + 1);
    }
  }
  return null;
}

/** What is asked to be held: exact seats, or so many of a type (all of them, or `partial`). */
interface HoldBody {
  readonly eventId: number;
  readonly ticketTypeId?: number;
  readonly quantity?: number;
  readonly items?: readonly {
    readonly ticketTypeId: number;
    readonly rate: string | undefined;
    readonly quantity: number;
  }[];
  readonly seatGuids?: readonly string[];
  readonly rate?: string;
  readonly rates?: readonly string[];
  readonly partial?: boolean;
}

/** Asks for a hold, with a key of its own so that a lost answer could be asked for again. */
export async function reserve(visit: Visit, body: HoldBody): Promise<Answer> {
  const headers = { 'idempotency-key': visit.newKey() };
  const { seatGuids: places = [], ticketTypeId, items, partial } = body;
  const type = ticketTypeId ?? items?.[0]?.ticketTypeId;
  const wanted = body.quantity ?? items?.[0]?.quantity ?? places.length;
  const asked = { from: performance.now(), places, count: partial ? 1 : wanted, ...(type !== undefined && { type }) };
  const lost = { ...asked, count: wanted, kind: 'hold', said: 'unknown', hold: null, until: null } as const;
  const sent = visit.ask('reserve', { method: 'POST', path: '/api/tickets/reserve', body, headers });
  const answer = (await sent.catch((error: unknown) => {
    visit.note(lost);
    throw error;
  }))!;
  // It may have been done by a process that is no more, whatever the next one says.
  if (answer.wasUnclear) visit.note(lost);
  const until = answer.answeredAt;
  visit.note({ kind: 'hold', from: asked.from, until, ...heardOfHold(answer, { ...asked, until }) });
  return answer;
}

/** Reads a hold from its answer, and passes it to count and witness. */
export function toHold(visit: Visit, { body, sentAt, answeredAt }: Answer): SeenHold {
  const { crowd } = visit;
  const tickets = body.tickets as { ticketId: string; ticketTypeId: number; seat: { guid: string } | null }[];
  const hold = {
    reservationId: String(body.reservationId),
    ticketIds: tickets.map((ticket) => ticket.ticketId),
    places: tickets.map(placeOf),
    ticketTypeIds: tickets.map((ticket) => ticket.ticketTypeId),
    sentAt,
    answeredAt,
    seconds: Number(body.expiresInSeconds),
  };
  visit.reach('held');
  crowd.tally.count('holds', answeredAt - crowd.openedAt);
  crowd.witness.held(hold);
  return hold;
}

function untilNextExpiry({ body }: Answer): number {
  const at = typeof body.nextExpiryAt === 'string' ? Date.parse(body.nextExpiryAt) : Number(body.nextExpiryAt);
  const ms = at - Date.now();
  return Number.isFinite(ms) ? Math.max(200, ms) : 1_000;
}

function shuffled<T>(items: readonly T[], below: (count: number) => number): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = below(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}
