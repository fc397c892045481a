import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { isCurrency, toMinorUnits } from '../../../kernel/money.ts';
import type { PriceTerms } from '../../pricing/domain/break-down.ts';
import { type CatalogRefusalOf, fault, type InputRefusal } from './refusals.ts';

export type EventStatus = 'draft' | 'published' | 'postponed' | 'cancelled';

/** How buyers may give tickets back; the fee is a decimal amount of the event's currency. */
export interface CancellationRule {
  readonly allowed: boolean;
  readonly hoursBefore: number;
  readonly feePercent: number;
  readonly feePerTicket: number;
}

/** How many places may be held at once, by one customer and from one network; what is left out is as usual. */
export interface HoldLimitsOfEvent {
  readonly perCustomer: number | null;
  readonly perNetwork: number | null;
}

/** What an organiser says about an event, apart from its performers and ticket types. */
export interface EventDetails extends PriceTerms {
  readonly title: string;
  readonly description: string | null;
  readonly type: string;
  readonly venueId: number;
  readonly seatingPlanId: number | null;
  readonly seriesId: number | null;
  readonly doorsAt: Instant | null;
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  /** As `readTimeZone` of the kernel gives it. */
  readonly timeZone: string;
  /** Its start was said without zone: whoever corrects the zone means the same hour. */
  readonly isWallClock: boolean;
  readonly imageUrl: string | null;
  readonly currency: string;
  readonly onSaleFrom: Instant | null;
  readonly onSaleUntil: Instant | null;
  readonly holdMinutes: number;
  readonly limitPerReservation: number;
  readonly limitPerCustomer: number | null;
  /** Whether somebody without an account may buy; null: as the organiser says. */
  readonly guests: 'allowed' | 'refused' | null;
  /** Null: free of charge until the start. */
  readonly cancellation: CancellationRule | null;
  readonly asksAttendeeNames: boolean;
  /** Null: as many places may be held at once as is usual. */
  readonly holdLimits: HoldLimitsOfEvent | null;
}

/** Sales and rehearsals end here: the end, or the start of an event that does not say when it ends. */
export function endOf(event: { readonly startsAt: Instant; readonly endsAt: Instant | null }): Instant {
  return event.endsAt ?? event.startsAt;
}

/** Refuses dates out of order, and currencies that do not exist. */
export function checkEventDetails(details: EventDetails): Decision<EventDetails, InputRefusal> {
  const { startsAt, doorsAt, endsAt, onSaleFrom, onSaleUntil } = details;
  if (!isCurrency(details.currency)) return refuse(fault('CURRENCY_UNKNOWN', '/currency', 'is no ISO 4217 currency'));
  const fee = details.cancellation && toMinorUnits(details.cancellation.feePerTicket, details.currency);
  if (fee && !fee.accepted) {
    const { code } = fee.refusal;
    return refuse(fault(code, '/cancellation/feePerTicket', 'is no amount of this currency'));
  }
  if (endsAt !== null && endsAt < startsAt) {
    return refuse(fault('DATES_CONTRADICT', '/endsAt', 'must not be before the start'));
  }
  if (doorsAt !== null && doorsAt > startsAt) {
    return refuse(fault('DATES_CONTRADICT', '/doorsAt', 'must not be after the start'));
  }
  if (onSaleFrom !== null && onSaleUntil !== null && onSaleUntil <= onSaleFrom) {
    return refuse(fault('DATES_CONTRADICT', '/onSaleUntil', 'must be after onSaleFrom'));
  }
  return accept(details);
}

/**
 * Refuses an event that is over before it is announced; `field` is where the request says its start. Shows that are
 * history come in by the import alone.
 */
export function checkNotOver(event: EventDetails, now: Instant, field: string): Decision<EventDetails, InputRefusal> {
  if (endOf(event) > now) return accept(event);
  return refuse(fault('EVENT_IN_PAST', field, 'must be in the future'));
}

/** What staff may make of an event by a change of its status. A cancelled event stays cancelled. */
const statusChanges: Readonly<Record<EventStatus, readonly EventStatus[]>> = {
  draft: ['published', 'cancelled'],
  published: ['postponed', 'cancelled'],
  postponed: ['published', 'cancelled'],
  cancelled: [],
};

export function changeStatus(
  from: EventStatus,
  to: EventStatus,
): Decision<EventStatus, CatalogRefusalOf<'STATUS_CHANGE_FORBIDDEN'>> {
  const allowed = statusChanges[from];
  if (from === to || allowed.includes(to)) return accept(to);
  return refuse({ code: 'STATUS_CHANGE_FORBIDDEN', currentStatus: from, requested: to, allowed });
}

/** The names of the details that differ, with their new values: what the history keeps of a change. */
export function differences<T extends object>(before: T, after: T): Partial<T> {
  const changed = Object.entries(after).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof T]),
  );
  return Object.fromEntries(changed) as Partial<T>;
}
