import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { repriceCodes } from '../../pricing/index.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import { type CatalogRefusalOf, fault, type InputRefusal } from '../domain/refusals.ts';
import { changeRatesCurrency, seatsOf } from '../domain/ticket-type-details.ts';
import { hasBookings } from '../store/bookings.ts';
import { readTicketTypes, toTicketTypeDetails, updateTicketTypeRow } from '../store/ticket-type-rows.ts';

/** Counts the seats of a draft's seated types in another plan. Refuses a plan that lacks their categories. */
export async function reseatTicketTypes(
  tx: Queryable,
  eventId: number,
  geometry: SeatGeometry | null,
  now: number,
): Promise<Decision<true, InputRefusal>> {
  const known = new Set(geometry?.categories.map((category) => category.name));
  for (const row of await readTicketTypes(tx, [eventId])) {
    const { categories } = row;
    if (categories === null) continue;
    const missing = categories.find((name) => !known.has(name));
    if (!geometry || missing !== undefined) {
      return refuse(fault('CATEGORY_UNKNOWN', '/seatingPlanId', `ticket type ${row.name} sells ${missing}`));
    }
    const capacity = seatsOf(categories, geometry).length;
    await updateTicketTypeRow(tx, row.ticket_type_id, { ...toTicketTypeDetails(row), capacity }, now);
  }
  return accept(true);
}

/** The same decimal prices, and amounts of promo codes, in another currency. Refuses once anybody has booked, and decimals that it does not have. */
export async function repriceTicketTypes(
  tx: Queryable,
  eventId: number,
  currency: { readonly from: string; readonly to: string },
  now: number,
): Promise<Decision<true, InputRefusal | CatalogRefusalOf<'CURRENCY_FIXED'>>> {
  if (await hasBookings(tx, { eventId, ticketTypeId: null })) return refuse({ code: 'CURRENCY_FIXED' });
  for (const row of await readTicketTypes(tx, [eventId])) {
    const rates = changeRatesCurrency(row.rates, currency.from, currency.to);
    if (!rates.accepted) return rates;
    await updateTicketTypeRow(tx, row.ticket_type_id, { ...toTicketTypeDetails(row), rates: rates.value }, now);
  }
  const codes = await repriceCodes(tx, eventId, currency);
  if (!codes.accepted) return refuse(fault(codes.refusal.code, '/currency', 'a promo code’s amount is none in it'));
  return accept(true);
}
