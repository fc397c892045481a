import { accept, type Decision } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { type LedgerView, planHold } from './plan-hold.ts';
import type { Hold, HoldRefusal, HoldRequest } from './types.ts';

/** What a hold is asked for by, without what makes it one. */
export type ProposalRequest = Omit<HoldRequest, 'reservationId' | 'idempotency' | 'byStaff'>;

/** Places that could be held at this moment, at their price. Nobody has them: the next request may take them. */
export interface Proposal extends Pick<Hold, 'places' | 'totalMinor' | 'price' | 'currency'> {
  /** Fewer places than were asked for. */
  readonly partial: boolean;
  /** All of them are seats side by side in one row; a single seat is. */
  readonly together: boolean;
}

/**
 * Plans a hold and shows it instead of placing it, so that what is proposed is what a hold would be, and refused by the same
 * rules with the same words.
 */
export function proposePlaces(
  request: ProposalRequest,
  view: LedgerView,
  now: Instant,
): Decision<Proposal, HoldRefusal> {
  const planned = planHold({ ...request, reservationId: '', idempotency: null }, view, now);
  if (!planned.accepted) return planned;
  const { hold, placeNos, partial } = planned.value;
  const { places, totalMinor, price, currency } = hold;
  return accept({ places, totalMinor, price, currency, partial, together: view.table.areSideBySide(placeNos) });
}
