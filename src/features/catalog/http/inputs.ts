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
function toTimes<Name extends string>(texts: { readonly [name in Name]: string | null | undefined }) {
  const times: { [name in Name]?: WrittenTime | null } = {};
  for (const [name, text] of Object.entries(texts) as [Name, string | null | undefined][]) {
    if (text === undefined) continue;
    const time = text === null ? null : parseWrittenTime(text);
    assert(time !== undefined, `the schema let through ${name} ${text}`);
    times[name] = time;
  }
  return times;
}

/** A body as the rules read it: times as they were written, absent parts filled in; whatever else it says passes as it is. */
export function toEventInput(body: EventChangeBody | NewEventBody): EventInput {
  const { cancellation, holdLimits, startsAt, eventDate, doorsAt, endsAt, onSaleFrom, onSaleUntil, ...said } = body;
  return {
    ...said,
    // Only an answer has it.
    isSentBack: 'localStart' in body,
    holdLimits: holdLimits && { perCustomer: null, perNetwork: null, ...holdLimits },
    cancellation: cancellation && { hoursBefore: 0, feePercent: 0, feePerTicket: 0, ...cancellation },
    ...(toTimes({ startsAt, eventDate }) as { startsAt?: WrittenTime; eventDate?: WrittenTime }),
    ...toTimes({ doorsAt, endsAt, onSaleFrom, onSaleUntil }),
  };
}

export function toNewEventInput(body: NewEventBody): NewEventInput {
  const { title, status, ticketTypes } = body;
  return { ...toEventInput(body), title, status, ticketTypes: ticketTypes?.map(toTicketTypeInput) };
}

export function toTicketTypeInput(body: NewTicketTypeBody | TicketTypeChangeBody): TicketTypeInput {
  const { salesFrom, salesUntil, ...said } = body;
  return { ...said, ...toTimes({ salesFrom, salesUntil }) };
}
