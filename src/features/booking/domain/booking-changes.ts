import type { Instant } from '../../../kernel/instant.ts';
import type { ShowChangeKind, ShowFacts } from '../../../kernel/show-facts.ts';

/** Who cancels: the buyer within the show's policy, staff at any time, or the show itself, when it is called off. */
export type CancelledBy = 'buyer' | 'staff' | 'show';

/** What a cancellation did. */
export interface Cancelled {
  readonly ticketIds: readonly string[];
  /** The tickets that took their places, in the same order; empty if the show is over or called off. */
  readonly freshTicketIds: readonly string[];
  readonly by: CancelledBy;
  readonly refundMinor: number;
  /**
   * What stays with the organiser. Of `TicketsCancelled`: of these tickets. Of `BookingCancelled`: of all that was paid,
   * so that paid = refunded + kept.
   */
  readonly keptMinor: number;
}

/** What happens to a booking after its payment. */
export type BookingChange =
  /** Some of its tickets; others are left. */
  | { readonly type: 'TicketsCancelled'; readonly data: Cancelled }
  /** All that were left. */
  | { readonly type: 'BookingCancelled'; readonly data: Cancelled }
  | {
      readonly type: 'RefundDue';
      readonly data: {
        readonly refundId: string;
        readonly paymentId: string;
        readonly amountMinor: number;
        readonly currency: string;
        /** Left out: a refund without a cancellation. */
        readonly ticketIds?: readonly string[];
        /** All the money goes back, and staff said that the tickets stay valid. */
        readonly keepsTickets?: true;
        readonly reason: string;
      };
    }
  /** Money that went back otherwise than by us: refunded in the provider's own pages, or taken back by the buyer's bank. */
  | {
      readonly type: 'RefundFound';
      readonly data: {
        readonly refundId: string;
        readonly paymentId: string;
        readonly amountMinor: number;
        readonly currency: string;
        readonly origin: 'provider' | 'dispute';
        /** What the provider calls it. */
        readonly reference: string;
        readonly reason: string;
      };
    }
  | { readonly type: 'RefundRequested'; readonly data: { readonly refundId: string } }
  | {
      readonly type: 'RefundCompleted';
      readonly data: { readonly refundId: string };
    }
  | { readonly type: 'RefundFailed'; readonly data: { readonly refundId: string; readonly failureCode: string } }
  | {
      readonly type: 'BookingClaimed';
      readonly data: { readonly owner: string; readonly previousOwner: string | null };
    }
  /** The buyer was notified of another date or place, and may give the tickets back for all their money. */
  | { readonly type: 'ShowMoved'; readonly data: MoveNotice }
  /** The buyer was notified of other doors, another end, a corrected address. */
  | { readonly type: 'ShowUpdated'; readonly data: ChangeNotice }
  | { readonly type: 'AttendeesNamed'; readonly data: { readonly ticketIds: readonly string[] } }
  /** What the buyer is called or written to; the words themselves are personal data, and stand apart from the history. */
  | {
      readonly type: 'ContactCorrected';
      readonly data: {
        readonly fields: readonly ContactField[];
        /** Another mail address: links that went to the one before open nothing any more. */
        readonly endsLinks: boolean;
      };
    };

export type ContactField = 'name' | 'email' | 'phone';

/** A change of the show that the buyer was notified of. */
export interface ChangeNotice {
  readonly changeId: string;
  /** The show's edition since. Left out by earlier versions, as is what they did not say. */
  readonly edition?: number;
  /** What the buyer knew until then. */
  readonly before?: ShowFacts;
}

export interface MoveNotice extends ChangeNotice {
  readonly kind: Exclude<ShowChangeKind, 'cancelled' | 'updated'>;
  /**
   * Until when all the money comes back, by what was known then: the start; null: nobody knew it yet. What counts is the
   * start of the show as it is when somebody asks: see `right-to-return.ts`.
   */
  readonly refundableUntil: Instant | null;
}

export type RefundState = 'due' | 'requested' | 'refunded' | 'failed';

export interface Refund {
  readonly refundId: string;
  /** Whose money it gives back: a booking that was paid twice has refunds of either payment. */
  readonly paymentId: string;
  readonly amountMinor: number;
  /** The cancelled tickets that it stands for; left out: it was made without a cancellation. */
  readonly ticketIds?: readonly string[];
  /** What the provider calls it, if it was not we who gave it. */
  readonly reference?: string;
  readonly state: RefundState;
  readonly reason: string;
}

/** What {@link BookingChange}s make of a booking. */
export interface ChangedParts {
  readonly status: string;
  readonly owner: string | null;
  readonly cancelledTicketIds: readonly string[];
  readonly refunds: readonly Refund[];
  readonly keptMinor: number;
  /** How many of the addresses that its links went to were corrected. */
  readonly linkVersion: number;
  /** What the buyer was notified of: the changes of the show; those of date or place alone. */
  readonly changeNotices: readonly ChangeNotice[];
  readonly moveNotices: readonly MoveNotice[];
}

/** Nothing has happened yet. */
export const unchanged: Omit<ChangedParts, 'status' | 'owner'> = {
  cancelledTicketIds: [],
  refunds: [],
  keptMinor: 0,
  linkVersion: 0,
  changeNotices: [],
  moveNotices: [],
};

/** The parts of a booking that one more change makes different. */
export function evolveChange(booking: ChangedParts, event: BookingChange): Partial<ChangedParts> {
  switch (event.type) {
    case 'TicketsCancelled':
      return { cancelledTicketIds: [...booking.cancelledTicketIds, ...event.data.ticketIds] };
    case 'BookingCancelled': {
      const cancelledTicketIds = [...booking.cancelledTicketIds, ...event.data.ticketIds];
      return { status: 'cancelled', cancelledTicketIds, keptMinor: event.data.keptMinor };
    }
    case 'RefundDue': {
      const { refundId, paymentId, amountMinor, reason, ticketIds } = event.data;
      const refund: Refund = {
        refundId,
        paymentId,
        amountMinor,
        reason,
        ...(ticketIds && { ticketIds }),
        state: 'due',
      };
      return { refunds: [...booking.refunds, refund] };
    }
    case 'RefundFound': {
      const { refundId, paymentId, amountMinor, reason, reference } = event.data;
      const refund: Refund = { refundId, paymentId, amountMinor, reason, reference, state: 'refunded' };
      return { refunds: [...booking.refunds, refund] };
    }
    case 'RefundRequested':
      return { refunds: inState(booking, event.data.refundId, 'requested') };
    case 'RefundCompleted':
      return { refunds: inState(booking, event.data.refundId, 'refunded') };
    case 'RefundFailed':
      return { refunds: inState(booking, event.data.refundId, 'failed') };
    case 'BookingClaimed':
      return { owner: event.data.owner };
    case 'ShowMoved': {
      const { changeNotices, moveNotices } = booking;
      return { changeNotices: [...changeNotices, event.data], moveNotices: [...moveNotices, event.data] };
    }
    case 'ShowUpdated':
      return { changeNotices: [...booking.changeNotices, event.data] };
    case 'ContactCorrected':
      return event.data.endsLinks ? { linkVersion: booking.linkVersion + 1 } : {};
    case 'AttendeesNamed':
      return {};
    default:
      return unknown(event);
  }
}

/** What the compiler has seen to that it never comes. */
function unknown(event: never): never {
  throw new Error(`${(event as BookingChange).type} changes no booking`);
}

function inState(booking: ChangedParts, refundId: string, state: RefundState): readonly Refund[] {
  return booking.refunds.map((refund) => (refund.refundId === refundId ? { ...refund, state } : refund));
}

/**
 * What of a payment was given back or is on its way, without what failed. Of a booking that no payment stands for (it
 * failed, or a person must look at it; `paymentId` is null): of all the money that came for it.
 */
export function refundedMinor(
  { refunds, paymentId }: Pick<ChangedParts, 'refunds'> & { readonly paymentId: string | null },
  ...states: readonly RefundState[]
): number {
  const counted = states.length === 0 ? ['due', 'requested', 'refunded'] : states;
  return refunds
    .filter((refund) => counted.includes(refund.state) && (paymentId ?? refund.paymentId) === refund.paymentId)
    .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
}
