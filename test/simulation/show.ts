import { readPlanContent } from '../../src/features/seating/index.ts';
import type { Instant } from '../../src/kernel/instant.ts';
import { samplePlan } from '../support/sample-plan.ts';
import type { Ground } from './ground.ts';
import type { Process } from './process.ts';
import type { Weather } from './weather.ts';

export interface TypeOnSale {
  readonly ticketTypeId: number;
  readonly name: string;
  readonly seated: boolean;
  /** Rate name → price. */
  readonly prices: ReadonlyMap<string, number>;
}

export interface Show {
  readonly eventId: number;
  readonly types: readonly TypeOnSale[];
  readonly holdMs: number;
}

/** A live ticket as the database has it. */
export interface TicketNow {
  readonly ticketId: string;
  readonly placeNo: number;
  readonly ticketTypeId: number;
  readonly status: string;
  readonly seatGuid: string | null;
  readonly bookingId: string | null;
  readonly ticketNumber: string | null;
}

/** Puts a small show on sale: standing places in one or two types, or two rows of seats and some standing places. */
export async function openShow(
  { app: { slices } }: Process,
  ground: Ground,
  weather: Weather,
  { now, drive }: { readonly now: Instant; readonly drive: <T>(work: Promise<T>) => Promise<T> },
): Promise<Show> {
  const context = { actor: 'system', correlationId: 'show', now, organizerId: 1 };
  const { seated, places, holdMinutes, limitPerCustomer } = weather;
  let seatingPlanId: number | undefined;
  if (seated) {
    const content = readPlanContent(samplePlan({ rows: 2, seats: Math.ceil(places / 2) }));
    if (!content.accepted) throw new Error(JSON.stringify(content.refusal));
    const plan = await slices.seating.importPlan(ground.postgres, content.value, context);
    if (!plan.accepted) throw new Error(JSON.stringify(plan.refusal));
    seatingPlanId = plan.value.row.seatingPlanId;
  }
  const rates = [
    { name: 'adult', price: 30 },
    { name: 'child', price: 12.5 },
  ];
  const standing = { name: 'Standing', capacity: seated ? 5 : places, rates };
  const creating = slices.catalog.commands.createEvent(
    {
      title: 'Simulated Night',
      startsAt: now + 60 * 86_400_000,
      venue: 'Hall',
      venueAddress: 'Main Street 1',
      currency: 'EUR',
      holdMinutes,
      limitPerCustomer,
      ...(seatingPlanId !== undefined && { seatingPlanId }),
      ticketTypes: seated
        ? [{ name: 'Front', categories: ['Front'], price: 40 }, { name: 'Back', categories: ['Back'], rates }, standing]
        : [standing],
      status: 'published',
    } as Parameters<typeof slices.catalog.commands.createEvent>[0],
    context,
  );
  const created = await drive(creating);
  if (!created.accepted) throw new Error(JSON.stringify(created.refusal));
  const eventId = created.value.eventId;
  const rows = await ground.postgres.bypassingRls.query<{ id: number; name: string; seated: boolean; rates: Rate[] }>(
    `SELECT ticket_type_id AS id, name, categories IS NOT NULL AS seated, rates FROM ticket_types WHERE event_id = $1 ORDER BY position`,
    [eventId],
  );
  const types = rows.map((row) => ({
    ticketTypeId: row.id,
    name: row.name,
    seated: row.seated,
    prices: new Map(row.rates.map(({ name, priceMinor }) => [name, priceMinor / 100])),
  }));
  return { eventId, types, holdMs: holdMinutes * 60_000 };
}

interface Rate {
  readonly name: string;
  readonly priceMinor: number;
}

/** All live tickets of the show, asked beside the wire. */
export function readTickets({ postgres }: Ground, { eventId }: Show): Promise<TicketNow[]> {
  const statement = {
    name: 'simulation-tickets',
    text: `SELECT ticket_id AS "ticketId", place_no AS "placeNo", ticket_type_id AS "ticketTypeId", status,
      seat_guid AS "seatGuid", booking_id AS "bookingId", ticket_number AS "ticketNumber"
      FROM tickets WHERE event_id = $1 AND live ORDER BY place_no`,
  };
  return postgres.bypassingRls.query<TicketNow>(statement, [eventId]);
}
