import { type Instant, toLocalWords } from '../../../kernel/instant.ts';
import { currencyDecimals, toDecimal } from '../../../kernel/money.ts';
import type { MailText } from './mail-text.ts';

/** A booking as its buyer is told about it. */
export interface Order {
  readonly bookingId: string;
  readonly buyer: string | null;
  readonly title: string;
  readonly startsAt: Instant;
  /** Nobody knows when it begins. */
  readonly isPostponed: boolean;
  readonly doorsAt: Instant | null;
  readonly timeZone: string;
  readonly venue: string;
  readonly address: string | null;
  readonly organizer: string;
  readonly totalMinor: number;
  readonly currency: string;
  readonly tickets: readonly OrderedTicket[];
}

export interface OrderedTicket {
  readonly ticketId: string;
  readonly ticketNumber: string | null;
  readonly ticketType: string;
  readonly rate: string | null;
  readonly priceMinor: number | null;
  readonly seat: { readonly zone: string; readonly row: string; readonly number: string } | null;
}

/** Paid, or free: the tickets themselves, as text. */
export function bookingConfirmed(order: Order, orderLink: string): MailText {
  const count = order.tickets.length;
  return {
    subject: `Your ${count === 1 ? 'ticket' : `${count} tickets`} for ${order.title}`,
    blocks: [
      greeting(order.buyer),
      `you have ${count === 1 ? 'a ticket' : `${count} tickets`} for ${order.title}. Bring this mail, printed or on your phone.`,
      show(order),
      { items: order.tickets.map((ticket) => describeTicket(ticket, order.currency)) },
      { facts: [['Total', amount(order.totalMinor, order.currency)], booking(order)] },
      { link: orderLink, words: 'Your order' },
      order.organizer,
    ],
  };
}

/** `ticketIds`: those that were cancelled now. `isWhole`: none are left. */
export function bookingCancelled(
  order: Order,
  facts: {
    readonly ticketIds: readonly string[];
    readonly isWhole: boolean;
    readonly refundMinor?: number;
    readonly reason?: string;
  },
): MailText {
  const cancelled = order.tickets.filter(({ ticketId }) => facts.ticketIds.includes(ticketId));
  const isPart = !facts.isWhole;
  return {
    subject: `${isPart ? 'Tickets' : 'Your booking'} for ${order.title} ${isPart ? 'were' : 'was'} cancelled`,
    blocks: [
      greeting(order.buyer),
      isPart
        ? `these tickets for ${order.title} were cancelled. They do not open the door any more.`
        : `your booking for ${order.title} was cancelled. Its tickets do not open the door any more.`,
      { items: cancelled.map((ticket) => describeTicket(ticket, order.currency)) },
      ...because(facts.reason),
      refundPromise(facts.refundMinor ?? 0, order.currency),
      { facts: [booking(order)] },
      order.organizer,
    ],
  };
}

export function refundSent(order: Order, facts: { readonly amountMinor: number; readonly currency: string }): MailText {
  const money = amount(facts.amountMinor, facts.currency);
  return {
    subject: `Refund of ${money} for ${order.title}`,
    blocks: [
      greeting(order.buyer),
      `${money} for ${order.title} is on its way back to you, the way you paid. Banks take up to ten days to show it.`,
      { facts: [booking(order)] },
      order.organizer,
    ],
  };
}

export function eventCancelled(
  order: Order,
  facts: { readonly refundMinor?: number; readonly reason?: string },
): MailText {
  return {
    subject: `${order.title} is cancelled`,
    blocks: [
      greeting(order.buyer),
      `${order.title} on ${toLocalWords(order.startsAt, order.timeZone)} does not take place. We are sorry.`,
      ...because(facts.reason),
      refundPromise(facts.refundMinor ?? 0, order.currency),
      { facts: [booking(order)] },
      order.organizer,
    ],
  };
}

export function guestOrder(order: Order, link: string): MailText {
  return {
    subject: `Your order for ${order.title}`,
    blocks: [
      greeting(order.buyer),
      'here is the way to your order. Whoever has this link can see and cancel it: keep it to yourself.',
      { link, words: 'Your order' },
      { facts: [booking(order)] },
      order.organizer,
    ],
  };
}

export function greeting(name: string | null): string {
  return name === null || name.trim() === '' ? 'Hello,' : `Hello ${name.trim()},`;
}

export function show(order: Order): { readonly facts: readonly (readonly [string, string])[] } {
  const { startsAt, timeZone, isPostponed } = order;
  const when = isPostponed ? 'postponed: a new date will follow' : toLocalWords(startsAt, timeZone);
  const facts: [string, string][] = [['When', when]];
  if (order.doorsAt !== null && !isPostponed) facts.push(['Doors', toLocalWords(order.doorsAt, order.timeZone)]);
  facts.push(['Where', [order.venue, order.address].filter(Boolean).join(', ')]);
  return { facts };
}

export function booking({ bookingId }: Order): [string, string] {
  return ['Booking', bookingId];
}

export function because(reason: string | undefined): string[] {
  return reason === undefined || reason.trim() === '' ? [] : [`The reason: ${reason.trim()}`];
}

function refundPromise(refundMinor: number, currency: string): string {
  if (refundMinor === 0) return 'Nothing is refunded.';
  return `${amount(refundMinor, currency)} will be refunded the way you paid; another mail tells you when it is on its way.`;
}

function describeTicket(ticket: OrderedTicket, currency: string): string {
  const { seat, rate, priceMinor } = ticket;
  const place =
    seat && [seat.zone, seat.row && `row ${seat.row}`, seat.number && `seat ${seat.number}`].filter(Boolean);
  const parts = [
    ticket.ticketNumber && `Ticket ${ticket.ticketNumber}`,
    rate && rate !== ticket.ticketType ? `${ticket.ticketType} (${rate})` : ticket.ticketType,
    place?.join(', '),
    priceMinor === null ? null : amount(priceMinor, currency),
  ];
  return parts.filter(Boolean).join(' · ');
}

/** `45.00 EUR`: an amount that nobody mistakes, with the decimals its currency has. */
function amount(minor: number, currency: string): string {
  return `${toDecimal(minor, currency).toFixed(currencyDecimals(currency))} ${currency}`;
}
