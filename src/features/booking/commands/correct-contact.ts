import type { MailRequest } from '../../../contract/mail-request.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision } from '../../../kernel/decision.ts';
import { mailSpelling } from '../../../kernel/mail-spelling.ts';
import { requestMails } from '../../../platform/mail/request-mail.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Booking } from '../domain/booking.ts';
import type { ContactWish } from '../domain/correct-contact.ts';
import type { OrderLinks } from '../queries/order-links.ts';
import type { BookingRow, BookingStore } from '../store/booking-store.ts';
import { lockMailOf, writeContact } from '../store/contacts.ts';
import type { ChangeBooking, ChangeRefusal } from './change-booking.ts';
import { countMailing, type OrderMailParts, type TooManyMails } from './mail-order.ts';

export interface CorrectContactParts {
  readonly store: BookingStore;
  readonly changeBooking: ChangeBooking;
  readonly orderLinks: Pick<OrderLinks, 'path'>;
  readonly mailings: OrderMailParts['mailings'];
}

export interface ContactRequest {
  readonly row: BookingRow;
  readonly by: 'buyer' | 'staff';
  readonly wish: ContactWish;
  readonly network: string;
}

/**
 * Corrects what a buyer is called and written to. With another mail address the mail goes out again, to that one; the address
 * before is notified, and the links that went there open nothing any more. Answers the page of the order under its link of now.
 */
export async function correctContact(
  parts: CorrectContactParts,
  { row, by, wish, network }: ContactRequest,
  context: CommandContext,
): Promise<Decision<{ readonly link: string }, ChangeRefusal | TooManyMails>> {
  const { store, changeBooking, orderLinks } = parts;
  const { bookingId, eventId, organizerId } = row;
  const known = await store.contact(bookingId);
  if (
    wish.email !== undefined &&
    mailSpelling(wish.email) !== (known?.email == null ? null : mailSpelling(known.email))
  ) {
    const counted = await countMailing(parts, bookingId, network);
    if (!counted.accepted) return counted;
  }
  const decided = await changeBooking(
    {
      ...{ bookingId, eventId, organizerId },
      command: () => ({ type: 'CorrectContact', by, known, wish }),
      async alongside(tx, booking, events) {
        const before = await lockMailOf(tx, bookingId);
        await writeContact(tx, row, wish);
        const isMoved = events.some((event) => event.type === 'ContactCorrected' && event.data.endsLinks);
        if (isMoved) await askForMails(tx, { booking, organizerId, before, link: orderLinks.path(booking) });
      },
    },
    context,
  );
  return decided.accepted ? accept({ link: orderLinks.path(decided.value.booking) }) : decided;
}

async function askForMails(
  tx: Queryable,
  {
    booking,
    organizerId,
    before,
    link,
  }: {
    readonly booking: Booking;
    readonly organizerId: number;
    readonly before: string | null;
    readonly link: string;
  },
): Promise<void> {
  const { bookingId, version, status } = booking;
  const cause = `booking-${bookingId}-contact-${version}`;
  const again: MailRequest =
    status === 'completed'
      ? { cause, kind: 'booking-confirmed', organizerId, facts: { bookingId } }
      : { cause, kind: 'guest-order', organizerId, facts: { bookingId, link } };
  const notice: MailRequest[] =
    before === null
      ? []
      : [{ cause: `${cause}-before`, kind: 'contact-corrected', organizerId, to: before, facts: { bookingId } }];
  await requestMails(tx, [again, ...notice]);
}
