import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Person, PersonsBooking } from './persons-bookings.ts';

/** What somebody typed as a reason, and where it belongs. */
export interface PersonsText {
  /** Null: how a review ended, which stands in its own record. */
  readonly textId: string | null;
  /** Null: it is about no booking of this person, but names it. */
  readonly bookingId: string | null;
  readonly text: string;
  readonly writtenAt: Date;
}

/** Shorter names, and single ones, stand in too many texts that are about somebody else. */
const nameLengthMin = 6;

const names = (text: string) =>
  `EXISTS (SELECT FROM unnest($2::text[]) AS word WHERE position(word IN lower(${text})) > 0)`;
const select = `
  SELECT text_id AS "textId", text, written_at AS "writtenAt",
    CASE WHEN k.booking_id = ANY($1::uuid[]) THEN k.booking_id ELSE (SELECT b.booking_id FROM bookings b
      WHERE b.booking_id = ANY($1::uuid[]) AND b.ticket_ids && k.ticket_ids LIMIT 1) END AS "bookingId"
  FROM kept_texts k
  WHERE k.booking_id = ANY($1::uuid[])
    OR k.ticket_ids && (SELECT coalesce(array_agg(ticket_id), '{}') FROM bookings b, unnest(b.ticket_ids) AS ticket_id
      WHERE b.booking_id = ANY($1::uuid[]))
    OR ${names('k.text')}
  UNION ALL SELECT NULL, resolution, resolved_at, CASE WHEN booking_id = ANY($1::uuid[]) THEN booking_id END
  FROM payment_reviews WHERE resolution IS NOT NULL AND (booking_id = ANY($1::uuid[]) OR ${names('resolution')})
  ORDER BY "writtenAt", "textId"`;

/**
 * The texts that go with a person: about its bookings, about tickets that it has, and those which name it, by a mail address or
 * by the whole name that was left with a booking; only what the source shows.
 */
export function textsOfPerson(
  source: Queryable,
  person: Person,
  bookings: readonly PersonsBooking[],
): Promise<PersonsText[]> {
  return source.query<PersonsText>(select, [bookings.map(({ bookingId }) => bookingId), wordsFor(person, bookings)]);
}

/** What somebody is named by, in small letters and in either form of their accents. */
export function wordsFor({ emails }: Person, bookings: readonly PersonsBooking[]): string[] {
  const names = bookings
    .flatMap(({ contact, attendees }) => [contact?.name ?? '', ...attendees])
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name.length >= nameLengthMin && name.includes(' '));
  return [...new Set([...emails, ...names].flatMap((word) => [word.normalize('NFC'), word.normalize('NFD')]))];
}
