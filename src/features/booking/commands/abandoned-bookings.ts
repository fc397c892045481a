/** More than a server loses answers of commits for in an hour. */
const countMax = 10_000;

/**
 * Bookings whose first commit has an unknown outcome and whose buyer heard that the purchase did not happen (503).
 * Nothing was charged for them, and nothing will be: if they turn out to exist, they are freed.
 */
export interface AbandonedBookings {
  add(bookingId: string): void;
  has(bookingId: string): boolean;
}

export function createAbandonedBookings(): AbandonedBookings {
  const ids = new Set<string>();
  return {
    add(bookingId) {
      ids.add(bookingId);
      if (ids.size > countMax) ids.delete(ids.values().next().value!);
    },
    has: (bookingId) => ids.has(bookingId),
  };
}
