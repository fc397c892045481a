import type { CommandContext } from '../../../kernel/context.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { ReleaseHoldsOf } from '../../inventory/index.ts';
import { forgetMailsTo } from '../../mail/index.ts';
import { forgetInvitationsTo } from '../../organizers/index.ts';
import { bookingsOfPerson, type Person } from '../queries/persons-bookings.ts';

/**
 * Erases what is personal about somebody's bookings, in the caller's transaction, as far as that sees: contacts, names of
 * visitors, mails, invitations, and what is still held. Bookings, tickets, payments and their history stay, and name nobody: they never held more than ids.
 * Answers how many bookings that were.
 */
export async function erasePerson(
  releaseHoldsOf: ReleaseHoldsOf,
  tx: Queryable,
  person: Person,
  context: CommandContext,
  reason?: string,
): Promise<number> {
  const bookings = await bookingsOfPerson(tx, person);
  const bookingIds = bookings.map(({ bookingId }) => bookingId);
  await tx.query('DELETE FROM booking_contacts WHERE booking_id = ANY($1::uuid[])', [bookingIds]);
  await tx.query('DELETE FROM ticket_attendees WHERE reservation_id = ANY($1::text[])', [
    bookings.map(({ reservationId }) => reservationId),
  ]);
  for (const email of person.emails) {
    await forgetMailsTo(tx, email);
    await forgetInvitationsTo(tx, email);
  }
  await releaseHoldsOf(tx, person);
  const stream = `erasure-${uuidv7(context.now)}`;
  await appendEvents(tx, [{ stream, type: 'PersonErased', data: { bookingIds }, reason }], context);
  return bookings.length;
}
