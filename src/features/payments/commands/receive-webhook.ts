import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import type { GuardedPaymentProvider } from '../providers/guard-payment-provider.ts';
import type { WebhookHeaders } from '../providers/payment-provider.ts';
import { openReview } from '../store/payment-reviews.ts';
import type { AppendBookingEvent } from '../store/payment-rows.ts';
import { hastenPaymentWork } from '../store/payment-work.ts';

export interface WebhookParts {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly appendBookingEvent: AppendBookingEvent;
  /** Asks the provider what became of a booking's payment and brings the booking to the end that follows. */
  readonly settleBooking: (bookingId: string, provider: string, reference: string) => Promise<void>;
  /** Carries out work that is due now. */
  readonly workOff: () => Promise<void>;
  readonly random?: RandomBytes;
}

export type WebhookVerdict = 'accepted' | 'unknown_provider' | 'bad_signature';

/**
 * Takes a provider's word that something happened. The word itself is never believed: the payment is fetched again, so a
 * webhook that comes twice, late, out of order or not at all changes only when we look. Throws if the records cannot be
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
  if (notice.kind === 'payment') await parts.settleBooking(notice.bookingId, notice.provider, notice.reference);
  if (notice.kind === 'refund') {
    await hastenPaymentWork(parts.database.system, notice.refundId, parts.clock.now());
    await parts.workOff();
  }
  const asked = notice.kind === 'dispute' ? parts.providerOf(notice.provider) : undefined;
  if (notice.kind === 'dispute' && asked) await noteDispute(parts, asked, notice.disputeId);
  return 'accepted';
}

/** A dispute goes on the list of staff, each change of it as well, and into the booking's history. */
async function noteDispute(
  { database: { system: database }, clock, appendBookingEvent, random }: WebhookParts,
  provider: GuardedPaymentProvider,
  disputeId: string,
): Promise<void> {
  const dispute = await provider.readDispute?.(disputeId);
  if (!dispute) return;
  const { bookingId, reason, status, amountMinor, currency, answerBy } = dispute;
  const now = clock.now();
  await database.transaction(async (tx) => {
    const [booking] = await tx.query<{ organizerId: number }>(
      // Any account may write our marks on payments of its own: they are none of this booking's.
      'SELECT organizer_id AS "organizerId" FROM bookings WHERE booking_id = $1 AND payment_provider = $2 FOR UPDATE',
      [bookingId, provider.name],
    );
    if (!booking) return;
    const facts = { reason, status, amountMinor, currency, answerBy, provider: provider.name };
    const [known] = await tx.query<{ facts: typeof facts }>(
      `SELECT facts FROM payment_reviews WHERE kind = 'DISPUTE' AND subject = $1 ORDER BY created_at DESC LIMIT 1`,
      [disputeId],
    );
    if (known?.facts.status === status) return;
    const { organizerId } = booking;
    await openReview(tx, { organizerId, kind: 'DISPUTE', subject: disputeId, bookingId, facts }, now, random);
    const event = { type: 'PaymentDisputed', data: { disputeId, reason, status, amountMinor, currency } };
    await appendBookingEvent(tx, bookingId, event, {
      actor: `provider:${provider.name}`,
      correlationId: disputeId,
      now,
    });
  });
}
