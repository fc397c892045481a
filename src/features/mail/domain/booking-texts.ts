import type { Instant } from '../../../kernel/instant.ts';
import type { Language } from '../../../kernel/language.ts';
import type { Block, MailText, TicketCard } from './mail-text.ts';
import type { Wording } from './words/in-words.ts';

/** A booking as mails describe it to its buyer. */
export interface Order {
  readonly bookingId: string;
  /** As people read and say it. */
  readonly orderNumber: string;
  readonly buyer: string | null;
  /** What the buyer reads; null: nobody said. */
  readonly language: Language | null;
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

/** What the buyer gets who gives everything back now, and until when (null: until a new date is known, and then its start). */
export interface GiveBack {
  readonly refundMinor: number;
  readonly until: Instant | null;
}

/** What mails about an order are made with. */
export interface OrderParts {
  readonly wording: Wording;
  readonly orderLink: string;
  /** Null: nothing can be given back now. */
  readonly giveBack: GiveBack | null;
  /** What doors scan, by ticket; empty for mails that show none. */
  readonly codes: ReadonlyMap<string, string>;
}

/** Paid, or free: the tickets themselves. */
export function bookingConfirmed(order: Order, _facts: object, parts: OrderParts): MailText {
  const { wording, orderLink, giveBack } = parts;
  const { confirmed, labels } = wording.words;
  const count = order.tickets.length;
  const total = wording.amount(order.totalMinor, order.currency);
  return letter(order, wording, {
    subject: confirmed.subject(count, order.title),
    heading: confirmed.heading,
    blocks: [
      confirmed.news(count, order.title),
      { facts: [['', order.title], ...showFacts(order, wording)], isCard: true },
      { tickets: order.tickets.map((ticket) => describeTicket(ticket, order.currency, wording)) },
      { facts: [[labels.total, total]], isSum: true },
      ...(order.totalMinor > 0 ? [{ note: confirmed.paid }] : []),
      { link: orderLink, words: wording.words.yourOrder },
      ...(giveBack === null ? [] : [{ note: giveBackUntil(giveBack, order, wording) }]),
      { note: confirmed.keep },
    ],
    codes: parts.codes,
  });
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
  { wording, orderLink }: OrderParts,
): MailText {
  const { cancelled, yourOrder } = wording.words;
  const { isWhole, ticketIds, refundMinor = 0, reason } = facts;
  const gone = order.tickets.filter(({ ticketId }) => ticketIds.includes(ticketId));
  return letter(order, wording, {
    subject: cancelled.subject(isWhole, order.title),
    heading: cancelled.heading(isWhole),
    blocks: [
      cancelled.news(isWhole, order.title),
      { tickets: gone.map((ticket) => ({ ...describeTicket(ticket, order.currency, wording), isGone: true })) },
      ...because(reason, wording),
      refundPromise(refundMinor, order.currency, wording),
      { link: orderLink, words: yourOrder },
    ],
  });
}

export function refundSent(
  order: Order,
  facts: { readonly amountMinor: number; readonly currency: string },
  { wording, orderLink }: OrderParts,
): MailText {
  const { refundSent: said, yourOrder } = wording.words;
  const money = wording.amount(facts.amountMinor, facts.currency);
  return letter(order, wording, {
    subject: said.subject(money, order.title),
    heading: said.heading,
    blocks: [said.news(money, order.title), { link: orderLink, words: yourOrder }],
  });
}

export function eventCancelled(
  order: Order,
  facts: { readonly refundMinor?: number; readonly reason?: string },
  { wording, orderLink }: OrderParts,
): MailText {
  const { calledOff, yourOrder } = wording.words;
  return letter(order, wording, {
    subject: calledOff.subject(order.title),
    blocks: [
      calledOff.news(order.title, wording.at(order.startsAt, order.timeZone)),
      ...because(facts.reason, wording),
      refundPromise(facts.refundMinor ?? 0, order.currency, wording),
      { link: orderLink, words: yourOrder },
    ],
  });
}

/** `orderLink`: the one that was asked for. */
export function guestOrder(order: Order, _facts: object, { wording, orderLink }: OrderParts): MailText {
  const { wayBack, yourOrder } = wording.words;
  return letter(order, wording, {
    subject: wayBack.subject(order.title),
    blocks: [wayBack.news, { link: orderLink, words: yourOrder }],
  });
}

/** To the address before: whoever reads there may be a stranger, so nobody is named and nothing opened. */
export function contactCorrected(order: Order, _facts: object, { wording }: OrderParts): MailText {
  const { corrected } = wording.words;
  return letter({ ...order, buyer: null }, wording, {
    subject: corrected.subject(order.orderNumber),
    blocks: [corrected.news(order.orderNumber), { note: corrected.notYou(order.organizer) }],
  });
}

/** A mail to the buyer of an order: greeting before, whose it is and which order after. */
export function letter(
  order: Order,
  { language, words }: Wording,
  says: {
    readonly subject: string;
    readonly heading?: string;
    readonly blocks: readonly Block[];
    readonly codes?: ReadonlyMap<string, string>;
  },
): MailText {
  const { subject, heading = subject, blocks, codes } = says;
  const name = order.buyer?.trim();
  return {
    language,
    subject,
    heading,
    from: order.organizer,
    blocks: [words.hello(name ? name : null), ...blocks],
    ...(codes && { codes }),
    footer: [`${words.labels.order}: ${order.orderNumber}`, words.soldBy(order.organizer), words.whyThisMail],
  };
}

export function showFacts(order: Order, { words, at }: Wording): (readonly [string, string])[] {
  const { startsAt, doorsAt, timeZone, isPostponed, venue, address } = order;
  const { when, doors, where } = words.labels;
  return [
    [when, isPostponed ? words.dateFollows : at(startsAt, timeZone)],
    ...(doorsAt !== null && !isPostponed ? [[doors, at(doorsAt, timeZone)] as const] : []),
    [where, [venue, address].filter(Boolean).join(', ')],
  ];
}

export function because(reason: string | undefined, { words }: Wording): string[] {
  return reason === undefined || reason.trim() === '' ? [] : [words.reason(reason.trim())];
}

function giveBackUntil({ refundMinor, until }: GiveBack, order: Order, { words, at, amount }: Wording): string {
  const money = refundMinor > 0 ? amount(refundMinor, order.currency) : null;
  return words.giveBack.until(money, until === null ? words.giveBack.untilNewDate : at(until, order.timeZone));
}

function refundPromise(refundMinor: number, currency: string, { words, amount }: Wording): string {
  return refundMinor === 0 ? words.noRefund : words.refundPromise(amount(refundMinor, currency));
}

function describeTicket(ticket: OrderedTicket, currency: string, { words, amount }: Wording): TicketCard {
  const { seat, rate, ticketType, priceMinor, ticketNumber } = ticket;
  const place = seat && [seat.zone, seat.row && words.row(seat.row), seat.number && words.seat(seat.number)];
  return {
    ticketId: ticket.ticketId,
    number: ticketNumber === null ? null : words.ticket(ticketNumber),
    name: rate && rate !== ticketType ? words.rateOf(ticketType, rate) : ticketType,
    place: place === null ? null : place.filter(Boolean).join(', '),
    price: priceMinor === null ? null : amount(priceMinor, currency),
  };
}
