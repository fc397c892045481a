import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { mailSpelling } from '../../../kernel/mail-spelling.ts';
import type { CountedAttempts } from '../../../platform/attempt-counter/attempt-counter.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import { spellingsOf } from '../../../platform/mail/spellings.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { MailingKind } from '../domain/mailing-limits.ts';
import { orderNumberOf, readOrderNumber } from '../domain/order-number.ts';
import type { OrderLinks } from '../queries/order-links.ts';
import type { BookingRow } from '../store/booking-store.ts';
import { orderedByMail } from '../store/ordered-by-mail.ts';

export interface OrderMailParts {
  readonly database: TenantDatabase;
  readonly orderLinks: Pick<OrderLinks, 'path'>;
  readonly mailings: CountedAttempts<MailingKind>;
}

export type TooManyMails = { readonly code: 'TOO_MANY_MAILS'; readonly retryAfterSeconds: number };

/** Somebody with more orders than these under one address finds the newest. */
const ordersLookedAtMax = 1_000;

/** Counts a mail that somebody has sent, to what it is about and by network. */
export async function countMailing(
  { mailings }: Pick<OrderMailParts, 'mailings'>,
  target: string,
  network: string,
): Promise<Decision<void, TooManyMails>> {
  const begun = await mailings.begin({ pair: `${network} ${target}`, target, network });
  return begun.allowed
    ? accept(undefined)
    : refuse({ code: 'TOO_MANY_MAILS', retryAfterSeconds: begun.retryAfterSeconds });
}

/** Sends the mail with the tickets once more, to the address that the booking has. */
export async function resendTickets(
  parts: OrderMailParts,
  row: BookingRow,
  { network, now }: { readonly network: string; readonly now: Instant },
): Promise<Decision<void, TooManyMails | { readonly code: 'TICKETS_NONE'; readonly status: string }>> {
  const { bookingId, organizerId, status } = row;
  if (status !== 'completed') return refuse({ code: 'TICKETS_NONE', status });
  const counted = await countMailing(parts, bookingId, network);
  if (!counted.accepted) return counted;
  const cause = `booking-${bookingId}-resent-${now}`;
  await parts.database
    .as({ organizerId })
    .transaction((tx) => requestMail(tx, { cause, kind: 'booking-confirmed', organizerId, facts: { bookingId } }));
  return accept(undefined);
}

/** Sends the link of an order to its own address, if address and number are of one order; whoever asks does not learn whether. */
export async function findOrder(
  parts: OrderMailParts,
  wish: { readonly email: string; readonly orderNumber: string; readonly network: string; readonly now: Instant },
): Promise<Decision<void, TooManyMails>> {
  const { database, orderLinks } = parts;
  const counted = await countMailing(parts, mailSpelling(wish.email), wish.network);
  if (!counted.accepted) return counted;
  const number = readOrderNumber(wish.orderNumber);
  const orders = await orderedByMail(database.bypassingRls, spellingsOf(wish.email), ordersLookedAtMax);
  const order = orders.find(({ bookingId }) => orderNumberOf(bookingId) === number);
  if (!order) return accept(undefined);
  const { bookingId, organizerId } = order;
  const cause = `booking-${bookingId}-found-${wish.now}`;
  const facts = { bookingId, link: orderLinks.path(order) };
  await database
    .as({ organizerId })
    .transaction((tx) => requestMail(tx, { cause, kind: 'guest-order', organizerId, facts }));
  return accept(undefined);
}
