import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { GuardedPaymentProvider } from '../providers/guard-payment-provider.ts';
import type { Dispute } from '../providers/payment-provider.ts';
import { lockDisputedBooking, statusOfDispute, unsettledDisputes } from '../store/disputes.ts';
import { openReview } from '../store/payment-reviews.ts';
import type { AppendBookingEvent } from '../store/payment-rows.ts';
import type { ReconcileRefunds } from './reconcile-refunds.ts';

export interface DisputeParts {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly appendBookingEvent: AppendBookingEvent;
  readonly reconcileRefunds: ReconcileRefunds;
  readonly random?: RandomBytes;
}

/** The first listing after a start looks back this far. */
const lookBackMs = 30 * 24 * 3_600_000;
const overlapMs = 3_600_000;

/**
 * A dispute goes on the list of staff, each change of it as well, and into the booking's history. One that was lost has
 * taken the money back: that counts like any other money that went back, until the bank says otherwise. One that the
 * provider does not know (a test, an account that is connected no more) is nobody's.
 */
export async function noteDispute(
  parts: DisputeParts,
  provider: GuardedPaymentProvider,
  disputeId: string,
): Promise<void> {
  const dispute = await provider.readDispute?.(disputeId);
  if (!dispute) return;
  await putOnList(parts, provider, dispute);
  const { bookingId, reference, amountMinor, currency } = dispute;
  const status = dispute.status === 'lost' ? ('made' as const) : ('failed' as const);
  const money = { reference: disputeId, refundId: null, origin: 'dispute' as const, amountMinor, currency, status };
  await parts.reconcileRefunds.note(provider.name, { bookingId, reference, found: [money] });
}

function putOnList(
  { database: { bypassingRls }, clock, appendBookingEvent, random }: DisputeParts,
  provider: GuardedPaymentProvider,
  { disputeId, bookingId, reason, status, amountMinor, currency, answerBy }: Dispute,
): Promise<void> {
  const now = clock.now();
  return bypassingRls.transaction(async (tx) => {
    const organizerId = await lockDisputedBooking(tx, bookingId, provider.name);
    if (organizerId === null) return;
    const facts = { reason, status, amountMinor, currency, answerBy, provider: provider.name };
    if ((await statusOfDispute(tx, disputeId)) === status) return;
    await openReview(tx, { organizerId, kind: 'DISPUTE', subject: disputeId, bookingId, facts }, now, random);
    const event = { type: 'PaymentDisputed', data: { disputeId, reason, status, amountMinor, currency } };
    await appendBookingEvent(tx, bookingId, event, {
      actor: `provider:${provider.name}`,
      correlationId: disputeId,
      now,
    });
  });
}

/** Looks for disputes whose webhooks did not come: new ones at every provider, and what became of those that were open. */
export function createLookAtDisputes(
  parts: DisputeParts & {
    readonly listed: () => Promise<readonly GuardedPaymentProvider[]>;
    readonly onFailure: (what: string, error: unknown) => void;
  },
): () => Promise<void> {
  const { database, clock, providerOf, listed, onFailure } = parts;
  const listedUntil = new Map<string, Instant>();

  async function note(provider: GuardedPaymentProvider, disputeId: string): Promise<void> {
    await noteDispute(parts, provider, disputeId).catch((error) => {
      if (!(error instanceof OutsideUnavailable)) onFailure(`dispute ${disputeId}`, error);
    });
  }

  return async () => {
    for (const { disputeId, provider } of await unsettledDisputes(database.bypassingRls)) {
      const asked = providerOf(provider);
      if (asked) await note(asked, disputeId);
    }
    for (const provider of await listed()) {
      const now = clock.now();
      const since = (listedUntil.get(provider.name) ?? now - lookBackMs + overlapMs) - overlapMs;
      try {
        for (const disputeId of (await provider.disputesSince?.(since)) ?? []) await note(provider, disputeId);
        listedUntil.set(provider.name, now);
      } catch (error) {
        if (!(error instanceof OutsideUnavailable)) onFailure(`listing disputes of ${provider.name}`, error);
      }
    }
  };
}
