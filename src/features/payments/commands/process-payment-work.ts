import type { PaymentWork } from '../store/payment-work.ts';
import { takePaymentWork } from '../store/payment-work.ts';
import { carryOutRefund, type RefundParts } from './carry-out-refund.ts';

export interface ProcessWorkParts extends RefundParts {
  /** Takes money that was set aside for a booking that has its tickets. */
  readonly capture: (work: PaymentWork) => Promise<unknown>;
  readonly onFailure: (what: string, error: unknown) => void;
}

/**
 * Does what remains to be done at providers: takes money set aside, gives refunds back. What fails is tried again when its
 * lease is over. Answers how many were taken.
 */
export async function processWork(parts: ProcessWorkParts): Promise<number> {
  const taken = await takePaymentWork(parts.database.bypassingRls, parts.clock.now());
  await Promise.all(
    taken.map((work) =>
      (work.kind === 'refund' ? carryOutRefund(parts, work) : parts.capture(work)).catch((error) =>
        parts.onFailure(`${work.kind} ${work.workId}`, error),
      ),
    ),
  );
  return taken.length;
}
