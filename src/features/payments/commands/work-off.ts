import type { PaymentWork } from '../store/payment-work.ts';
import { takePaymentWork } from '../store/payment-work.ts';
import { carryOutRefund, type RefundParts } from './carry-out-refund.ts';

export interface WorkOffParts extends RefundParts {
  /** Takes money that was set aside for a booking whose tickets are given. */
  readonly capture: (work: PaymentWork) => Promise<unknown>;
  readonly onFailure: (what: string, error: unknown) => void;
}

/**
 * Does what remains to be done at providers: takes money set aside, gives refunds back. What fails is tried again when its
 * lease is over. Answers how many were taken.
 */
export async function workOff(parts: WorkOffParts): Promise<number> {
  const taken = await takePaymentWork(parts.database.system, parts.clock.now());
  await Promise.all(
    taken.map((work) =>
      (work.kind === 'refund' ? carryOutRefund(parts, work) : parts.capture(work)).catch((error) =>
        parts.onFailure(`${work.kind} ${work.workId}`, error),
      ),
    ),
  );
  return taken.length;
}
