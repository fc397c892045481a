import { useEffect } from 'react';
import { paths } from '../shop/paths.ts';
import type { PaymentControl } from './use-payment.ts';

/** Takes the buyer to the bank in this tab, once, as soon as the bank wants to ask. */
export function BankTrip({
  control: { payment, leaveForBank },
  reservationId,
}: {
  readonly control: PaymentControl;
  readonly reservationId: string;
}) {
  const url = payment.phase === 'bank' && !payment.isBack ? payment.action.url : null;
  useEffect(() => {
    if (url === null) return;
    leaveForBank();
    location.assign(withReturn(url, reservationId));
  }, [url, leaveForBank, reservationId]);
  // Whoever presses Back at the bank may be shown this page as it was: it looks at the payment again.
  useEffect(() => {
    const shown = (event: PageTransitionEvent) => event.persisted && location.reload();
    addEventListener('pageshow', shown);
    return () => removeEventListener('pageshow', shown);
  }, []);
  return null;
}

/** The play bank learns from the address where to send the buyer; real ones know by the payment. */
export function withReturn(url: string, reservationId: string): string {
  const address = new URL(url, location.href);
  if (!address.pathname.startsWith('/sandbox/bank/')) return url;
  address.searchParams.set('back', paths.payBack(reservationId));
  // The play bank is one of our own pages, by whatever name the shop was opened.
  return `${address.pathname}${address.search}`;
}
