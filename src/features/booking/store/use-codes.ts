import { intArray, textArray, uuidArray } from '../../../platform/postgres/binary-arrays.ts';
import { constraintOf } from '../../../platform/postgres/database.ts';
import type { ReserveTickets } from './booking-store.ts';

/**
 * Beside the first commit, in its transaction, for bookings that use codes: a trigger counts, and refuses the statement if
 * a code would be used more often than it may be. In the order of the codes, so that two batches cannot wait for each other.
 */
export const useCodes = {
  name: 'booking-use-codes',
  text: `INSERT INTO promo_code_uses (promo_code_id, booking_id, organizer_id, event_id, customer)
    SELECT * FROM unnest($1::int[], $2::uuid[], $3::int[], $4::int[], $5::text[]) AS u(promo_code_id, booking_id, o, e, c)
    ORDER BY promo_code_id, booking_id`,
};

export function codeValues(commands: readonly ReserveTickets[]): unknown[] {
  const uses = commands.flatMap((command) => command.codeIds.map((codeId) => ({ codeId, ...command })));
  return [
    intArray(uses.map(({ codeId }) => codeId)),
    uuidArray(uses.map(({ bookingId }) => bookingId)),
    intArray(uses.map(({ organizerId }) => organizerId)),
    intArray(uses.map(({ eventId }) => eventId)),
    textArray(uses.map(({ owner }) => owner)),
  ];
}

/** Whether a statement failed because a code has no use left, or was deleted. */
export function isCodeRefusal(error: unknown): boolean {
  return constraintOf(error)?.startsWith('promo_code_uses_') ?? false;
}
