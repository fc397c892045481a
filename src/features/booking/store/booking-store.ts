import type { Instant } from '../../../kernel/instant.ts';
import type { TextRef } from '../../../kernel/reason.ts';
import type { Fence } from '../../../platform/ownership/ownership.ts';
import type { TenantScope } from '../../../platform/postgres/scope.ts';
import type { BookingEvent, BookingStatus } from '../domain/booking.ts';
import type { AnswerOfBefore, DeclinedFacts } from '../domain/purchase-outcome.ts';
import type { ClaimedKey } from '../domain/purchase-request.ts';
import type { BookedShow } from '../domain/right-to-return.ts';
import type { StoredBookingCreated } from '../domain/stored-events.ts';

export type { ClaimedKey };

export interface BookingContact {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly notes: string | null;
  /** Left out: none. */
  readonly companyName?: string;
  readonly vatId?: string;
}

/** First commit: the booking exists, its tickets are Reserved, its key is claimed. */
export interface ReserveTickets {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly reservationId: string;
  /** A guest session or `account:<id>`; null: nobody’s. */
  readonly owner: string | null;
  readonly attempt: number;
  readonly totalMinor: number;
  readonly currency: string;
  readonly provider: string;
  readonly detail: string | null;
  readonly key: ClaimedKey | null;
  readonly contact: BookingContact | null;
  /** Promo and access codes of which it uses up one use each. */
  readonly codeIds: readonly number[];
  /** `priceMinor`: what the ticket cost the buyer, with its share of discount, fee and added tax. */
  readonly tickets: readonly { readonly ticketId: string; readonly rate: string; readonly priceMinor: number }[];
  readonly created: StoredBookingCreated;
  readonly metadata: EventMetadata;
  readonly at: Instant;
  /** Under which the ledger has frozen the hold. */
  readonly fence: Fence;
}

/**
 * `reserved`: done. `tickets_gone`: not all of them were Available, nothing was written. `key_taken`: this key was used
 * before, nothing was written. `reservation_taken`: the reservation has a live booking already, only the key was noted.
 * `code_refused`: a code has no use left, nothing was written. `owner_changed`: the fence is gone, another process decides about
 * the event now, nothing was written.
 */
export type ReserveOutcome =
  | 'reserved'
  | 'tickets_gone'
  | 'key_taken'
  | 'reservation_taken'
  | 'code_refused'
  | 'owner_changed';

/** What both ends of a payment say about it. */
export interface RecordedPayment {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly provider: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** The booking's version after this; the commit is refused if the booking is not just before it. */
  readonly version: number;
}

/** Second commit, paid: tickets Sold with their numbers, payment captured. What was answered follows from the event. */
export interface RecordPaid extends RecordedPayment {
  readonly eventId: number;
  readonly paymentId: string;
  readonly providerReference: string | null;
  readonly transactionId: string;
  readonly tickets: readonly { readonly ticketId: string; readonly ticketNumber: string }[];
  readonly completed: Extract<BookingEvent, { type: 'PaymentCompleted' }>;
  readonly metadata: EventMetadata;
  readonly at: Instant;
}

/** Second commit, not paid: tickets Available again, the booking failed, what it came to kept under the key. */
export interface RecordUnpaid extends RecordedPayment {
  readonly eventId: number;
  readonly paymentId: string;
  readonly failureCode: string;
  readonly ticketIds: readonly string[];
  readonly failed: Extract<BookingEvent, { type: 'PaymentFailed' }>;
  /** Under which it is kept; null: under none. */
  readonly key: Pick<ClaimedKey, 'scope' | 'key'> | null;
  readonly declined: DeclinedFacts;
  readonly metadata: EventMetadata;
  readonly at: Instant;
}

export interface ReviewRequest {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly reason: 'AMOUNT_DIFFERS' | 'TICKETS_NOT_RESERVED';
  readonly paymentId: string;
  readonly provider: string;
  /** What the provider took; null if it took nothing. */
  readonly taken: { readonly amountMinor: number; readonly currency: string; readonly reference: string | null } | null;
  readonly metadata: EventMetadata;
  readonly at: Instant;
}

export interface EventMetadata {
  readonly actor: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly reason?: string;
}

/**
 * `done`, or the status the booking has instead: somebody else settled it first, or its version is another.
 * `reference_used`: this external reference has paid for another booking. Nothing was written then.
 */
export type RecordResult = 'done' | BookingStatus | 'reference_used';

export interface BookingRow {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly reservationId: string;
  /** A guest session or `account:<id>`; null: nobody’s. */
  readonly owner: string | null;
  readonly status: BookingStatus;
  readonly attempt: number;
  readonly ticketIds: readonly string[];
  readonly totalMinor: number;
  readonly currency: string;
  readonly provider: string;
  readonly detail: string | null;
  readonly transactionId: string | null;
  readonly failureCode: string | null;
  readonly refundDueMinor: number;
  readonly refundedMinor: number;
  readonly version: number;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}

export interface StoredEvent {
  readonly version: number;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
  readonly occurredAt: Instant;
}

/** What is read of bookings to show or settle them. */
export interface BookingReads {
  find(bookingId: string): Promise<BookingRow | null>;
  /** What happened to it, in order: to be replayed. */
  events(bookingId: string): Promise<BookingEvent[]>;
  /** The same as it lies there, with who did it and when: to be shown. */
  history(bookingId: string): Promise<StoredEvent[]>;
  contact(bookingId: string): Promise<BookingContact | null>;
  /** Which booking a ticket belongs to; null if there is no such ticket. */
  findTicket(ticketId: string): Promise<{ bookingId: string | null; organizerId: number } | null>;
  /** The show of a booking as it is; buyers see it whether it is hidden or not. */
  show(eventId: number, now: Instant): Promise<BookedShow>;
  /** The names of those who will sit there, by ticket. */
  attendees(bookingId: string): Promise<Map<string, string>>;
  /** An answer with what people typed put where the history refers to it. */
  withTexts<Answer>(answer: Answer): Promise<Answer>;
}

/**
 * Bookings as they are kept. The three writers take many commands, usually write them in one transaction, and always
 * all-or-nothing per command; each may be run again with the same commands after an unknown outcome and then answers
 * what is already so. The settling two throw if tickets of a booking are not Reserved for it, and then write nothing.
 */
export interface BookingStore extends BookingReads {
  /** The same reads as somebody sees them: other people's bookings are not there. */
  seenBy(scope: TenantScope): BookingReads;
  /** A page of bookings, newest first; `next`: where the next page begins, null after the last. */
  list(filter: BookingFilter): Promise<{ rows: BookingRow[]; next: string | null }>;
  reserve(commands: readonly ReserveTickets[]): Promise<ReserveOutcome[]>;
  recordPaid(commands: readonly RecordPaid[]): Promise<RecordResult[]>;
  recordUnpaid(commands: readonly RecordUnpaid[]): Promise<RecordResult[]>;
  /** As `recordPaid`, for money that is set aside and not yet taken: taking it becomes work in the same commit. */
  recordAuthorized(commands: readonly RecordPaid[]): Promise<RecordResult[]>;
  /** Marks an open booking for a person to look at, with the money that was taken for it; its tickets stay as they are. */
  requestReview(review: ReviewRequest): Promise<void>;
  /** Keeps what was typed about a booking that is to be; answers the reference. */
  keepText(
    text: string,
    subject: { readonly bookingId: string; readonly organizerId: number },
    now: Instant,
  ): Promise<TextRef>;
  findKey(scope: string, key: string): Promise<KeptKey | null>;
  /** Points a claimed key at the booking that already has the reservation. */
  repointKey(scope: string, key: string, bookingId: string): Promise<void>;
  /** Forgets a key that was claimed for this booking and under which nothing is kept: it may be used again. */
  releaseKey(scope: string, key: string, bookingId: string): Promise<void>;
  /** Keeps what a declined purchase came to under its claimed key; answers what is kept, which somebody may have been first with. */
  keepDeclined(
    key: Pick<ClaimedKey, 'scope' | 'key'>,
    declined: DeclinedFacts,
  ): Promise<DeclinedFacts | AnswerOfBefore>;
  /** The booking that holds a reservation: not one that failed. */
  findByReservation(reservationId: string): Promise<BookingRow | null>;
  /** Bookings still waiting for their payment since before `before`, oldest first, at most 500. */
  findStuck(before: Instant): Promise<BookingRow[]>;
  /** Deletes keys older than `before`; answers how many. */
  forgetKeys(before: Instant): Promise<number>;
}

/** Of an organiser, or of somebody who may have bought under several names. */
export interface BookingFilter {
  readonly organizerId?: number;
  readonly owners?: readonly string[];
  readonly email?: string;
  readonly reservationId?: string;
  readonly eventId?: number;
  readonly status?: BookingStatus;
  /** Bookings made before this one (ids rise with time). */
  readonly before?: string;
  readonly limit: number;
}

/** What lies under an idempotency key. */
export interface KeptKey {
  readonly requestHash: string;
  readonly bookingId: string;
  /** Null: what it came to follows from the booking's events. */
  readonly declined: DeclinedFacts | AnswerOfBefore | null;
}
