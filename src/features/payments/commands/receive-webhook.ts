import type { WebhookHeaders } from '../providers/payment-provider.ts';
import { hastenPaymentWork } from '../store/payment-work.ts';
import { type DisputeParts, noteDispute } from './note-dispute.ts';

export interface WebhookParts extends DisputeParts {
  /** Asks the provider what became of a booking's payment and brings the booking to the end that follows. */
  readonly reconcileBooking: (bookingId: string, provider: string, reference: string) => Promise<void>;
  /** Carries out work that is due now. */
  readonly processWork: () => Promise<void>;
}

export type WebhookVerdict = 'accepted' | 'unknown_provider' | 'bad_signature';

/**
 * Takes a provider's word that something happened. The word itself is never believed: the payment is fetched again, so a
 * webhook that comes twice, late, out of order or not at all changes only when we look. Throws if the database cannot be
 * reached; the provider then sends it again.
 */
export async function receiveWebhook(
  parts: WebhookParts,
  name: string,
  body: Buffer,
  headers: WebhookHeaders,
): Promise<WebhookVerdict> {
  const provider = parts.providerOf(name);
  if (!provider) return 'unknown_provider';
  const notice = provider.readNotice(body, headers, parts.clock.now());
  if (!notice) return 'bad_signature';
  if (notice.kind === 'payment') await parts.reconcileBooking(notice.bookingId, notice.provider, notice.reference);
  if (notice.kind === 'refund') {
    if (notice.refundId !== null) {
      await hastenPaymentWork(parts.database.bypassingRls, notice.refundId, parts.clock.now());
      await parts.processWork();
    }
    if (notice.reference !== null) await parts.reconcileRefunds.ofPayment(notice.provider, notice.reference);
  }
  const asked = notice.kind === 'dispute' ? parts.providerOf(notice.provider) : undefined;
  if (notice.kind === 'dispute' && asked) await noteDispute(parts, asked, notice.disputeId);
  return 'accepted';
}
