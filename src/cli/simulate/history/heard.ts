import type { Entry } from './history.ts';

/** An answer, as far as a history needs it. */
export interface Heard {
  readonly status: number;
  readonly code: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What was asked for, and when: `from` when it was first sent, `until` when this answer had come. */
export interface AskedHold extends Pick<Entry, 'places' | 'type' | 'from'> {
  readonly count: number;
  readonly until: number;
}

/** Whose name a place has in a history: its seat's, which stays when its ticket is given back; else its ticket's. */
export const placeOf = ({ ticketId, seat }: { ticketId: string; seat: { guid: string } | null }): string =>
  seat?.guid ?? ticketId;

/** Whether nobody knows from this answer what was done: it says so, or the server broke. */
export const isUnclear = ({ status }: Pick<Heard, 'status'>): boolean => status >= 500;

type HeardOfHold = Pick<Entry, 'said' | 'hold' | 'places' | 'count'> &
  Partial<Pick<Entry, 'type' | 'lastsUntil' | 'endsBy'>>;

/** What the answer of a reserve says. */
export function heardOfHold(heard: Heard, { places, type, from, until, count }: AskedHold): HeardOfHold {
  const { code, body } = heard;
  const asked = { hold: null, places, count, ...(type !== undefined && { type }) };
  if (heard.status === 201) {
    const tickets = body.tickets as { ticketId: string; ticketTypeId: number; seat: { guid: string } | null }[];
    const types = new Set(tickets.map(({ ticketTypeId }) => ticketTypeId));
    const ms = Number(body.expiresInSeconds) * 1000;
    return {
      said: 'done',
      hold: String(body.reservationId),
      places: tickets.map(placeOf),
      count: tickets.length,
      ...(types.size === 1 && { type: tickets[0]!.ticketTypeId }),
      // Its seconds are rounded down, and began between call and answer.
      lastsUntil: from + ms,
      endsBy: until + ms + 1_000,
    };
  }
  if (isUnclear(heard)) return { ...asked, said: 'unknown' };
  if (code === 'SEATS_TAKEN') return { ...asked, said: 'taken', places: body.ids as string[] };
  if (code === 'SOLD_OUT') return { ...asked, said: 'sold out' };
  // What must be chosen by hand is free, and does not count here.
  if (code === 'NOT_ENOUGH_TICKETS')
    return { ...asked, said: 'sold out', count: count + Number(body.byChoiceOnly ?? 0) };
  if (code === 'LIMIT_PER_CUSTOMER') return { ...asked, said: 'limit' };
  return { ...asked, said: 'refused' };
}

const goneCodes: ReadonlySet<string> = new Set(['RESERVATION_EXPIRED', 'RESERVATION_UNKNOWN', 'SEATS_TAKEN']);

/** What the answer of a purchase says, or of a look at a hold. */
export function heardOfKnown(heard: Heard): Entry['said'] {
  const { status, code } = heard;
  if (status === 200 || status === 201) return 'done';
  if (status === 402) return 'declined';
  if (isUnclear(heard)) return 'unknown';
  return code !== null && goneCodes.has(code) ? 'gone' : 'refused';
}
