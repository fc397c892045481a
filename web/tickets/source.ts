/** By what an order is seen: as whoever bought it, or by the link of its mail. */
export type OrderSource = { readonly bookingId: string } | { readonly token: string };

/** Where the API has the order; everything that belongs to it lies beneath. */
export function addressOf(source: OrderSource): string {
  return 'token' in source
    ? `/api/orders/${encodeURIComponent(source.token)}`
    : `/api/bookings/${encodeURIComponent(source.bookingId)}`;
}
