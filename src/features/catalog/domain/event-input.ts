import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { PriceTerms } from '../../pricing/domain/break-down.ts';
import type { EventDetails } from './event-details.ts';
import type { Placed, Timed } from './event-times.ts';
import type { PriceTermsInput } from './price-terms.ts';
import { fault, type InputRefusal } from './refusals.ts';
import type { TicketTypeInput } from './ticket-type-details.ts';

export type PerformerInput = string | { readonly performerId?: number; readonly name?: string };

/** Details that a request says in other words: times with or without a zone, prices in decimals. */
type SaidOtherwise =
  | 'startsAt'
  | 'doorsAt'
  | 'endsAt'
  | 'onSaleFrom'
  | 'onSaleUntil'
  | 'isWallClock'
  | keyof PriceTerms;

/** What a request says about an event. What is absent is left as it is, or to its default. */
export interface EventInput extends PriceTermsInput, Partial<Omit<EventDetails, SaidOtherwise>> {
  readonly startsAt?: Timed;
  /** The same as startsAt, under its name in the simple form. */
  readonly eventDate?: Timed;
  readonly doorsAt?: Timed | null;
  readonly endsAt?: Timed | null;
  readonly onSaleFrom?: Timed | null;
  readonly onSaleUntil?: Timed | null;
  /** The input is an answer with something edited: what stands in it as before says nothing. */
  readonly isSentBack?: boolean;
  readonly venue?: string;
  readonly venueAddress?: string | null;
  readonly performerIds?: readonly number[];
  readonly performers?: readonly PerformerInput[];
}

export interface NewEventInput extends EventInput {
  readonly title: string;
  readonly ticketTypes?: readonly TicketTypeInput[];
  readonly status?: 'draft' | 'published';
}

/** The simple form names the venue in words, or the start `eventDate`; with ticket types it goes on sale at once. */
export function startsOnSale(input: NewEventInput): boolean {
  if (input.status !== undefined) return input.status === 'published';
  const isSimple = (input.venue !== undefined && input.venueId === undefined) || input.eventDate !== undefined;
  return isSimple && (input.ticketTypes?.length ?? 0) > 0;
}

/**
 * The start under its two names. In a change, the one that differs from the present start decides, so that an answer
 * can be sent back with either of them edited.
 */
export function readStart(input: Placed<EventInput>, present: Instant | null): Decision<Instant, InputRefusal> {
  const starts = [input.startsAt, input.eventDate].filter((start) => start !== undefined);
  const changed = starts.filter((start) => start !== present);
  const [start = present, other = start] = changed;
  if (start === null) return refuse(fault('FIELD_MISSING', '/startsAt', 'startsAt (or eventDate) is needed'));
  if (other !== start) return refuse(fault('DATES_CONTRADICT', '/eventDate', 'differs from startsAt'));
  return accept(start);
}

const noTerms = { serviceFee: null, tax: null };

/** Where an event is, and by which clock. */
export interface Settled {
  readonly venueId: number;
  readonly timeZone: string;
  readonly isWallClock: boolean;
}

/**
 * The details of a new event: what the input says, else those of its venue and organiser, else the defaults; fee and tax
 * are read by `readPriceTerms`.
 */
export function newDetails(
  input: Placed<NewEventInput>,
  startsAt: Instant,
  { venueId, timeZone, isWallClock, currency, holdMinutes }: Settled & Pick<EventDetails, 'currency' | 'holdMinutes'>,
): EventDetails {
  return {
    title: input.title,
    description: input.description || null,
    type: input.type ?? 'Event',
    venueId,
    seatingPlanId: input.seatingPlanId ?? null,
    seriesId: input.seriesId ?? null,
    doorsAt: input.doorsAt ?? null,
    startsAt,
    endsAt: input.endsAt ?? null,
    timeZone,
    isWallClock,
    imageUrl: input.imageUrl ?? null,
    currency: input.currency ?? currency,
    onSaleFrom: input.onSaleFrom ?? null,
    onSaleUntil: input.onSaleUntil ?? null,
    holdMinutes: input.holdMinutes ?? holdMinutes,
    limitPerReservation: input.limitPerReservation ?? 10,
    limitPerCustomer: input.limitPerCustomer ?? null,
    guests: input.guests ?? null,
    ...noTerms,
    cancellation: input.cancellation ?? null,
    asksAttendeeNames: input.asksAttendeeNames ?? false,
    holdLimits: input.holdLimits ?? null,
  };
}

/** The details after a change: what the input says, else as they are; fee and tax are read by `readPriceTerms`. */
export function changedDetails(
  before: EventDetails,
  input: Placed<EventInput>,
  startsAt: Instant,
  { venueId, timeZone, isWallClock }: Settled,
): EventDetails {
  const kept = <K extends keyof EventDetails & keyof Placed<EventInput>>(name: K): EventDetails[K] =>
    (input[name] === undefined ? before[name] : input[name]) as EventDetails[K];
  return {
    title: kept('title'),
    description: kept('description') || null,
    type: kept('type'),
    venueId,
    seatingPlanId: kept('seatingPlanId'),
    seriesId: kept('seriesId'),
    doorsAt: kept('doorsAt'),
    startsAt,
    endsAt: kept('endsAt'),
    timeZone,
    isWallClock,
    imageUrl: kept('imageUrl'),
    currency: kept('currency'),
    onSaleFrom: kept('onSaleFrom'),
    onSaleUntil: kept('onSaleUntil'),
    holdMinutes: kept('holdMinutes'),
    limitPerReservation: kept('limitPerReservation'),
    limitPerCustomer: kept('limitPerCustomer'),
    guests: kept('guests'),
    serviceFee: before.serviceFee,
    tax: before.tax,
    cancellation: kept('cancellation'),
    asksAttendeeNames: kept('asksAttendeeNames'),
    holdLimits: kept('holdLimits'),
  };
}
