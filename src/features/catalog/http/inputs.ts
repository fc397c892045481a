import type {
  EventChangeBody,
  NewEventBody,
  NewTicketTypeBody,
  TicketTypeChangeBody,
} from '../../../contract/catalog.ts';
import { assert } from '../../../kernel/assert.ts';
import { type Instant, parseInstant } from '../../../kernel/instant.ts';
import type { EventInput, NewEventInput } from '../domain/event-input.ts';
import type { TicketTypeInput } from '../domain/ticket-type-details.ts';

/** Wire text, checked by the schema's format, to instants; absent stays absent. */
function toInstants<Name extends string>(
  body: { readonly [name in Name]?: string | null },
  names: readonly Name[],
): { [name in Name]?: Instant | null } {
  const instants: { [name in Name]?: Instant | null } = {};
  for (const name of names) {
    const text = body[name];
    if (text === undefined) continue;
    const instant = text === null ? null : parseInstant(text);
    assert(instant !== undefined, `the schema let through ${name} ${text}`);
    instants[name] = instant;
  }
  return instants;
}

export function toEventInput(body: EventChangeBody | NewEventBody): EventInput {
  const { title, description, type, timeZone, venueId, venue, venueAddress, performerIds, performers } = body;
  const { seatingPlanId, seriesId, imageUrl, currency, holdMinutes, limitPerReservation, limitPerCustomer } = body;
  const { serviceFee, tax } = body;
  const { cancellation, asksAttendeeNames } = body;
  return {
    ...{ title, description, type, timeZone, venueId, venue, venueAddress, performerIds, performers },
    ...{ seatingPlanId, seriesId, imageUrl, currency, holdMinutes, limitPerReservation, limitPerCustomer },
    ...{ serviceFee, tax },
    asksAttendeeNames,
    cancellation: cancellation && { hoursBefore: 0, feePercent: 0, feePerTicket: 0, ...cancellation },
    ...(toInstants(body, ['startsAt', 'eventDate']) as { startsAt?: Instant; eventDate?: Instant }),
    ...toInstants(body, ['doorsAt', 'endsAt', 'onSaleFrom', 'onSaleUntil']),
  };
}

export function toNewEventInput(body: NewEventBody): NewEventInput {
  const { title, status, ticketTypes } = body;
  return { ...toEventInput(body), title, status, ticketTypes: ticketTypes?.map(toTicketTypeInput) };
}

export function toTicketTypeInput(body: NewTicketTypeBody | TicketTypeChangeBody): TicketTypeInput {
  const { name, description, price, rates, capacity, categories, isActive, isHidden } = body;
  return {
    ...{ name, description, price, rates, capacity, categories, isActive, isHidden },
    ...toInstants(body, ['salesFrom', 'salesUntil']),
  };
}
