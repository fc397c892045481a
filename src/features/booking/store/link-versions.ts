import type { Queryable } from '../../../platform/postgres/database.ts';

const versionStatement = {
  name: 'booking-link-version',
  text: 'SELECT link_version AS "linkVersion" FROM bookings WHERE booking_id = $1',
};

/** Of which version the links of a booking are; null: there is none. */
export async function linkVersionOf(source: Queryable, bookingId: string): Promise<number | null> {
  const [row] = await source.query<{ linkVersion: number }>(versionStatement, [bookingId]);
  return row?.linkVersion ?? null;
}
