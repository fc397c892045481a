import { useParams, useRoute } from 'wouter';
import { MyTickets } from './my-tickets.tsx';
import { OrderByLink } from './order-by-link.tsx';

/** One's tickets, one of one's orders, or the order that the link of a mail opens. */
export function View() {
  const { token, bookingId } = useParams<{ token?: string; bookingId?: string }>();
  const [isByLink] = useRoute('/order/:token');
  return isByLink && token ? <OrderByLink token={token} /> : <MyTickets bookingId={bookingId ?? null} />;
}
