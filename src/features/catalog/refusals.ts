import { codesOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { addTicketType } from './commands/add-ticket-type.ts';
import type { createEvent } from './commands/create-event.ts';
import type { createVenue } from './commands/create-venue.ts';
import type { deleteEvent } from './commands/delete-event.ts';
import type { deletePerformer } from './commands/delete-performer.ts';
import type { deleteTicketType } from './commands/delete-ticket-type.ts';
import type { deleteVenue } from './commands/delete-venue.ts';
import type { deleteSeries, renameSeries } from './commands/keep-series.ts';
import type { publishEvent } from './commands/publish-event.ts';
import type { updateEvent } from './commands/update-event.ts';
import type { updatePerformer } from './commands/update-performer.ts';
import type { updateTicketType } from './commands/update-ticket-type.ts';
import type { updateVenue } from './commands/update-venue.ts';

/** The codes that each command of the catalogue can refuse with, for the routes that call it. */
const venueFaults = { COORDINATES_INCOMPLETE: true, TIME_ZONE_UNKNOWN: true } as const;
export const createVenueProblems = codesOf<RefusalIn<typeof createVenue>>(venueFaults);
export const updateVenueProblems = codesOf<RefusalIn<typeof updateVenue>>({
  ...venueFaults,
  VENUE_NOT_FOUND: true,
  VERSION_MISMATCH: true,
});
export const deleteVenueProblems = codesOf<RefusalIn<typeof deleteVenue>>({ IN_USE: true, VENUE_NOT_FOUND: true });

export const updatePerformerProblems = codesOf<RefusalIn<typeof updatePerformer>>({
  PERFORMER_NOT_FOUND: true,
  VERSION_MISMATCH: true,
});
export const deletePerformerProblems = codesOf<RefusalIn<typeof deletePerformer>>({
  IN_USE: true,
  PERFORMER_NOT_FOUND: true,
});

export const renameSeriesProblems = codesOf<RefusalIn<typeof renameSeries>>({ SERIES_NOT_FOUND: true });
export const deleteSeriesProblems = codesOf<RefusalIn<typeof deleteSeries>>({ IN_USE: true, SERIES_NOT_FOUND: true });

const mintFaults = { CAPACITY_INVALID: true, CATEGORY_TAKEN: true, CATEGORY_UNKNOWN: true } as const;
const publishFaults = {
  ...mintFaults,
  EVENT_INACTIVE: true,
  EVENT_NOT_FOUND: true,
  EVENT_OVER: true,
  NOTHING_TO_SELL: true,
  STATUS_CHANGE_FORBIDDEN: true,
} as const;
const ticketTypeFaults = {
  ...mintFaults,
  AMOUNT_OUT_OF_RANGE: true,
  CURRENCY_UNKNOWN: true,
  DATES_CONTRADICT: true,
  FIELD_MISSING: true,
  PRICE_CONTRADICTS: true,
  RATES_REPEAT: true,
  RATE_NEEDS_ITSELF: true,
  TOO_MANY_DECIMALS: true,
} as const;
const newEventFaults = {
  ...publishFaults,
  ...ticketTypeFaults,
  ...venueFaults,
  EVENT_IN_PAST: true,
  FEE_UNCLEAR: true,
  PERCENT_INVALID: true,
  PERFORMER_UNKNOWN: true,
  SEATING_PLAN_UNKNOWN: true,
  SERIES_UNKNOWN: true,
  VENUE_UNKNOWN: true,
} as const;
export const createEventProblems = codesOf<RefusalIn<typeof createEvent>>(newEventFaults);
export const updateEventProblems = codesOf<RefusalIn<typeof updateEvent>>({
  ...newEventFaults,
  CURRENCY_FIXED: true,
  PLAN_FIXED: true,
  VERSION_MISMATCH: true,
});
export const publishEventProblems = codesOf<RefusalIn<typeof publishEvent>>(publishFaults);
export const deleteEventProblems = codesOf<RefusalIn<typeof deleteEvent>>({ EVENT_NOT_FOUND: true });

export const addTicketTypeProblems = codesOf<RefusalIn<typeof addTicketType>>({
  ...ticketTypeFaults,
  EVENT_NOT_FOUND: true,
  TOO_MANY_TICKET_TYPES: true,
});
/** Also of places that are added to a ticket type: they raise its capacity. */
export const updateTicketTypeProblems = codesOf<RefusalIn<typeof updateTicketType>>({
  ...ticketTypeFaults,
  CAPACITY_BELOW_SOLD: true,
  CATEGORIES_FIXED: true,
  EVENT_NOT_FOUND: true,
  TICKETS_CHANGED: true,
  TICKET_TYPE_NOT_FOUND: true,
  VERSION_MISMATCH: true,
});
export const deleteTicketTypeProblems = codesOf<RefusalIn<typeof deleteTicketType>>({
  EVENT_NOT_FOUND: true,
  TICKET_TYPE_NOT_FOUND: true,
});

/** Everything that this slice refuses with. */
export type { CatalogRefusal as CatalogRefusals } from './domain/refusals.ts';
