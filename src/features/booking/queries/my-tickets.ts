import type { MyTicketAnswer } from '../../../contract/booking.ts';
import { toIso, toLocalIso } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { TicketCodes } from '../../ticket-codes/index.ts';
import { orderNumberOf } from '../domain/order-number.ts';
import { readAttendees } from '../store/attendees.ts';
import { type OwnedTicket, readOwnedTickets, type WhenOfTicket } from '../store/owned-tickets.ts';
import type { KeptTickets } from './kept-tickets.ts';

export interface MyTicketsQuestion {
  readonly owners: readonly string[];
  readonly when: WhenOfTicket | null;
  readonly limit: number;
  /** The last ticket of the page before: its show's start and its id. */
  readonly after: readonly [startsAt: string, ticketId: string] | null;
  readonly now: number;
}

export interface MyTicketsParts {
  readonly database: TenantDatabase;
  readonly ticketCodes: TicketCodes;
  readonly keptTickets: KeptTickets;
}

/** Somebody's tickets: what is ahead soonest first, what is over latest first. */
export async function listMyTickets(parts: MyTicketsParts, question: MyTicketsQuestion) {
  const { database, ticketCodes } = parts;
  const { limit } = question;
  const { rows, names } = await readPage(parts, question);
  const shown = rows.slice(0, limit);
  const attendees = names ?? (await readAttendees(database.bypassingRls, shown));
  const codes = await ticketCodes.codesOf(
    shown
      .filter(({ status }) => status === 'Sold')
      .map(({ ticketId, eventId, orderedAt }) => ({ ticketId, eventId, issuedAt: Date.parse(orderedAt) })),
  );
  const last = rows.length > limit ? shown.at(-1)! : null;
  return {
    items: shown.map((row) =>
      toAnswer(row, attendees.get(`${row.reservationId} ${row.ticketId}`), codes.get(row.ticketId) ?? null),
    ),
    next: last && ([last.startsAt, last.ticketId] as const),
  };
}

interface FoundPage {
  /** One more than were asked for, if there is one. */
  readonly rows: readonly OwnedTicket[];
  /** Who comes with them; null: not read yet. */
  readonly names: ReadonlyMap<string, string> | null;
}

/** Of one account from what is kept; of several owners together, or of somebody with very many tickets, from the tables. */
async function readPage({ database, keptTickets }: MyTicketsParts, question: MyTicketsQuestion): Promise<FoundPage> {
  const [owner] = question.owners;
  const kept = owner !== undefined && question.owners.length === 1 ? await keptTickets.read(owner) : null;
  if (kept === null)
    return { rows: await readOwnedTickets(database, { ...question, limit: question.limit + 1 }), names: null };
  return { rows: pageOf(kept.tickets, question), names: kept.names };
}

/** As the statement does it that reads the tables. */
function pageOf(tickets: readonly OwnedTicket[], { when, limit, after, now }: MyTicketsQuestion): OwnedTicket[] {
  const isLatestFirst = when === 'past' || when === 'cancelled';
  const direction = isLatestFirst ? -1 : 1;
  return tickets
    .map((ticket) => ({ ...ticket, when: whenOf(ticket, now) }))
    .filter((ticket) => when === null || ticket.when === when)
    .sort((a, b) => direction * compare(a, [b.startsAt, b.ticketId]))
    .filter((ticket) => after === null || direction * compare(ticket, after) > 0)
    .slice(0, limit + 1);
}

function compare(ticket: OwnedTicket, [startsAt, ticketId]: readonly [string, string]): number {
  const apart = Date.parse(ticket.startsAt) - Date.parse(startsAt);
  if (apart !== 0) return apart;
  return ticket.ticketId < ticketId ? -1 : ticket.ticketId > ticketId ? 1 : 0;
}

function whenOf({ status, eventStatus, startsAt, endsAt }: OwnedTicket, now: number): WhenOfTicket {
  if (status === 'Cancelled' || eventStatus === 'cancelled') return 'cancelled';
  return Date.parse(endsAt ?? startsAt) < now && eventStatus !== 'postponed' ? 'past' : 'upcoming';
}

function toAnswer(row: OwnedTicket, attendeeName: string | undefined, code: string | null): MyTicketAnswer {
  const { ticketId, ticketNumber, bookingId, status, when, ticketType, rate, currency } = row;
  const { eventId, title, type, eventStatus, timeZone, venue, city, imageUrl } = row;
  const startsAt = Date.parse(row.startsAt);
  return {
    ...{ ticketId, ticketNumber, code, bookingId, status, when, ticketType, rate, currency },
    orderNumber: orderNumberOf(bookingId),
    price: toDecimal(row.priceMinor ?? 0, currency),
    seat:
      row.seatGuid === null
        ? null
        : { guid: row.seatGuid, zone: row.zone ?? '', row: row.rowLabel ?? '', number: row.seatNumber ?? '' },
    ...(attendeeName !== undefined && { attendeeName }),
    event: {
      ...{ eventId, title, type, status: eventStatus, timeZone, venue, city, imageUrl },
      startsAt: toIso(startsAt),
      localStart: toLocalIso(startsAt, timeZone),
    },
  };
}
