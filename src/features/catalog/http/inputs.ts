import type {
  EventChangeBody,
  NewEventBody,
  NewTicketTypeBody,
  TicketTypeChangeBody,
} from '../../../contract/catalog.ts';
import { assert } from '../../../kernel/assert.ts';
import { parseWrittenTime, type WrittenTime } from '../../../kernel/instant.ts';
import type { EventInput, NewEventInput } from '../domain/event-input.ts';
import type { TicketTypeInput } from '../domain/ticket-type-details.ts';

/** Wire text, checked by the schema's format, to times as they were written; absent stays absent. */
function toTimes<Name extends string>(
  body: { readonly [name in Name]?: string | null },
  names: readonly Name[],
): { [name in Name]?: WrittenTime | null } {
  const times: { [name in Name]?: WrittenTime | null } = {};
  for (const name of names) {
    const text = body[name];
    if (text === undefined) continue;
    const time = text === null ? null : parseWrittenTime(text);
    assert(time !== undefined, `the schema let through ${name} ${text}`);
    times[name] = time;
  }
  return times;
}

export function toEventInput(body: EventChangeBody | NewEventBody): EventInput {
  const { title, description, type, timeZone, venueId, venue, venueAddress, performerIds, performers } = body;
  const { seatingPlanId, seriesId, imageUrl, currency, holdMinutes, limitPerReservation, limitPerCustomer } = body;
  const { serviceFee, tax, guests } = body;
  const { cancellation, asksAttendeeNames, holdLimits } = body;
  return {
    // Only an answer has it.
    isSentBack: 'localStart' in body,
    ...{ title, description, type, timeZone, venueId, venue, venueAddress, performerIds, performers },
    ...{ seatingPlanId, seriesId, imageUrl, currency, holdMinutes, limitPerReservation, limitPerCustomer },
    ...{ serviceFee, tax, guests },
    asksAttendeeNames,
    holdLimits: holdLimits && { perCustomer: null, perNetwork: null, ...holdLimits },
    cancellation: cancellation && { hoursBefore: 0, feePercent: 0, feePerTicket: 0, ...cancellation },
    ...(toTimes(body, ['startsAt', 'eventDate']) as { startsAt?: WrittenTime; eventDate?: WrittenTime }),
    ...toTimes(body, ['doorsAt', 'endsAt', 'onSaleFrom', 'onSaleUntil']),
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
    ...toTimes(body, ['salesFrom', 'salesUntil']),
  };
}
