import type { CommandContext } from '../../../kernel/context.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import { erasedText, type Said } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { keepSaid, toReason } from '../../../platform/event-store/kept-texts.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { ReleaseHoldsOf } from '../../inventory/index.ts';
import { forgetMailsTo } from '../../mail/index.ts';
import { forgetInvitationsTo } from '../../organizers/index.ts';
import { bookingsOfPerson, type Person, type PersonsBooking } from '../queries/persons-bookings.ts';
import { textsOfPerson, wordsFor } from '../queries/persons-texts.ts';

/**
 * Erases what is personal about somebody's bookings, in the caller's transaction, as far as that sees: contacts, names of
 * visitors, mails, invitations, what is still held, and what people typed about it. Bookings, tickets, payments and their
 * history stay, and name nobody: they never held more than ids. Answers how many bookings that were.
 */
export async function erasePerson(
  releaseHoldsOf: ReleaseHoldsOf,
  tx: Queryable,
  person: Person,
  context: CommandContext,
  said?: Said,
): Promise<number> {
  const bookings = await bookingsOfPerson(tx, person);
  const bookingIds = bookings.map(({ bookingId }) => bookingId);
  const stream = `erasure-${uuidv7(context.now)}`;
  const kept = said && toReason(said, () => uuidv7(context.now));
  await keepSaid(tx, said, kept, context, context.now);
  // The reason just given too, if it names whom it is about.
  await forgetTexts(tx, person, bookings);
  await tx.query('DELETE FROM booking_contacts WHERE booking_id = ANY($1::uuid[])', [bookingIds]);
  await tx.query('DELETE FROM ticket_attendees WHERE reservation_id = ANY($1::text[])', [
    bookings.map(({ reservationId }) => reservationId),
  ]);
  await forgetMailsTo(tx, person.emails);
  await forgetInvitationsTo(tx, person.emails);
  await releaseHoldsOf(tx, person);
  await appendEvents(tx, [{ stream, type: 'PersonErased', data: { bookingIds }, reason: kept }], context);
  return bookings.length;
}

/** Texts of the history, and those that stand in records of their own: for whom places were kept back, how a review ended. */
async function forgetTexts(tx: Queryable, person: Person, bookings: readonly PersonsBooking[]): Promise<void> {
  const texts = await textsOfPerson(tx, person, bookings);
  await tx.query('DELETE FROM kept_texts WHERE text_id = ANY($1::uuid[])', [texts.map(({ textId }) => textId)]);
  const words = wordsFor(person, bookings);
  const names = (column: string) =>
    `EXISTS (SELECT FROM unnest($1::text[]) AS word WHERE position(word IN lower(${column})) > 0)`;
  await tx.query(
    `UPDATE allocations SET name = CASE WHEN ${names('name')} THEN $2 ELSE name END,
       note = CASE WHEN ${names('note')} THEN NULL ELSE note END WHERE ${names('name')} OR ${names('note')}`,
    [words, erasedText],
  );
  await tx.query(
    `UPDATE payment_reviews SET resolution = $2
     WHERE resolution IS NOT NULL AND (booking_id = ANY($3::uuid[]) OR ${names('resolution')})`,
    [words, erasedText, bookings.map(({ bookingId }) => bookingId)],
  );
}
