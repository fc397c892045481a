import type { Instant } from '../../../kernel/instant.ts';
import type { PaperOrder, PaperShow } from './paper.ts';
import { type PaperWords, paperWords } from './words.ts';

/** What a calendar takes for the length of a show that names no end. */
const usualLengthMs = 2 * 3_600_000;
const lineOctetsMax = 75;

/** A show as a calendar file (RFC 5545), for anybody. `address`: of its page. */
export function eventCalendar(show: PaperShow, address: string, host: string): string {
  return calendar({
    show,
    uid: `event-${show.eventId}@${host}`,
    description: [show.description, address].filter((part) => part !== null && part !== '').join('\n\n'),
    address,
  });
}

/**
 * An order as a calendar file: one entry for its show, with seats and number. It carries no codes, for calendars are shared. The same
 * UID for the same order, so that a file read again after a show has moved replaces the entry.
 */
function orderCalendar({ show, tickets, orderNumber, language }: PaperOrder, address: string, uid: string): string {
  const words = paperWords(language);
  const lines = tickets.map((ticket) => ticketLine(ticket, words));
  return calendar({
    show,
    uid,
    description: [words.order(orderNumber), words.tickets(tickets.length), ...lines, '', address].join('\n'),
    address,
  });
}

/** The calendar file of an order, with the address of its show's page on the server at `baseUrl`. */
export function calendarOf(order: PaperOrder, baseUrl: string): string {
  const uid = `order-${order.orderNumber}@${new URL(baseUrl).hostname}`;
  return orderCalendar(order, `${baseUrl}/e/${order.show.eventId}`, uid);
}

/** What its file is called. */
export function calendarName({ orderNumber }: PaperOrder): string {
  return `tickets-${orderNumber}.ics`;
}

function ticketLine({ ticketType, rate, seat, attendee }: PaperOrder['tickets'][number], words: PaperWords): string {
  const place = seat === null ? ticketType : words.seatInWords(seat);
  return [place, rate, attendee].filter((part) => part !== null && part !== '').join(' · ');
}

function calendar(entry: {
  readonly show: PaperShow;
  readonly uid: string;
  readonly description: string;
  readonly address: string;
}): string {
  const { show, uid, description, address } = entry;
  const endsAt = show.endsAt ?? show.startsAt + usualLengthMs;
  const status = show.status === 'cancelled' ? 'CANCELLED' : show.status === 'postponed' ? 'TENTATIVE' : 'CONFIRMED';
  const place = [show.venue, show.address].filter((part) => part !== null).join(', ');
  const hasPosition = show.latitude !== null && show.longitude !== null;
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Onsale//Onsale//EN',
    'CALSCALE:GREGORIAN',
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${escaped(uid)}`,
    `DTSTAMP:${stamp(show.updatedAt)}`,
    // Seconds since then: a file that was read later wins.
    `SEQUENCE:${Math.max(0, Math.floor(show.updatedAt / 1000) - 1_700_000_000)}`,
    `DTSTART:${stamp(show.startsAt)}`,
    `DTEND:${stamp(endsAt)}`,
    `SUMMARY:${escaped(show.title)}`,
    `LOCATION:${escaped(place)}`,
    ...(hasPosition ? [`GEO:${show.latitude};${show.longitude}`] : []),
    `DESCRIPTION:${escaped(description)}`,
    `URL:${address}`,
    `STATUS:${status}`,
    'TRANSP:OPAQUE',
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}

/** `20270116T203000Z`: in UTC, so that no file needs rules of zones; calendars show it by the clock of whoever looks. */
function stamp(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll(';', '\\;')
    .replaceAll(',', '\\,')
    .replaceAll(/\r\n|\r|\n/g, '\\n');
}

/** Lines of at most 75 octets; no character is torn apart. */
function folded(line: string): string {
  let text = '';
  let octets = 0;
  for (const character of line) {
    const size = Buffer.byteLength(character);
    if (octets + size > lineOctetsMax) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}
