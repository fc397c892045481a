import type { CommandContext } from '../../../kernel/context.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Said } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { keepSaid, toReason } from '../../../platform/event-store/kept-texts.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { ReleaseHoldsOf } from '../../inventory/index.ts';
import { forgetMailsTo } from '../../mail/index.ts';
import { forgetInvitationsTo } from '../../organizers/index.ts';
import { bookingsOfPerson, type Person, type PersonsBooking } from '../queries/persons-bookings.ts';
import { textsOfPerson, wordsFor } from '../queries/persons-texts.ts';
import { blankTexts, deleteNamesOf, deleteTexts } from '../store/erase-rows.ts';

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
  // The reason of this request too, if it names whom it is about.
  await forgetTexts(tx, person, bookings);
  await deleteNamesOf(tx, bookings);
  await forgetMailsTo(tx, person.emails);
  await forgetInvitationsTo(tx, person.emails);
  await releaseHoldsOf(tx, person);
  await appendEvents(tx, [{ stream, type: 'PersonErased', data: { bookingIds }, reason: kept }], context);
  return bookings.length;
}

/** Texts beside the history, and those that are part of a row: for whom places were kept back, how a review ended. */
async function forgetTexts(tx: Queryable, person: Person, bookings: readonly PersonsBooking[]): Promise<void> {
  const texts = await textsOfPerson(tx, person, bookings);
  await deleteTexts(
    tx,
    texts.map(({ textId }) => textId),
  );
  const bookingIds = bookings.map(({ bookingId }) => bookingId);
  await blankTexts(tx, { words: wordsFor(person, bookings), bookingIds });
}
