import type { MoneyOfPayment } from '../providers/payment-provider.ts';

/** Holds money that went back against the bookings. Handed in by them, whose tickets may go with it. */
export interface ReconcileRefunds {
  /** Asks the provider for the refunds of a payment, by the provider's id of it. */
  ofPayment(provider: string, reference: string): Promise<void>;
  /** What is known of a payment's money. */
  note(provider: string, money: MoneyOfPayment): Promise<void>;
}
