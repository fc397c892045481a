import type { HttpClient } from './http-client.ts';

/** The show that is rehearsed, as anybody may read it. */
export interface Show {
  readonly eventId: number;
  readonly title: string;
  readonly capacity: number;
  readonly holdSeconds: number;
  readonly limitPerReservation: number;
  readonly types: readonly ShowType[];
  /** Rows of seats per seated type; those who pick seats on the map pick neighbours in one of them. */
  readonly rowsOf: ReadonlyMap<number, readonly (readonly MapSeat[])[]>;
}

export interface ShowType {
  readonly ticketTypeId: number;
  readonly name: string;
  readonly rates: readonly string[];
  /** Places that were free when it was read. */
  readonly free: number;
}

export interface MapSeat {
  readonly placeNo: number;
  readonly guid: string;
}

interface EventBody {
  readonly title: string;
  readonly seatingPlanId: number | null;
  readonly holdMinutes: number;
  readonly limitPerReservation: number;
  readonly ticketTypes: readonly {
    readonly ticketTypeId: number;
    readonly name: string;
    readonly isActive: boolean;
    readonly categories: readonly string[] | null;
    readonly rates: readonly { readonly name: string }[];
  }[];
}

interface PlanBody {
  readonly plan: { readonly zones: readonly { readonly rows: readonly { readonly seats: readonly PlanSeat[] }[] }[] };
}

interface PlanSeat {
  readonly seat_guid: string;
  readonly category: string;
}

export interface Availability {
  readonly availableCapacity: number;
  readonly ticketTypes: readonly {
    readonly ticketTypeId: number;
    readonly capacity: number;
    readonly available: number;
    readonly held: number;
    readonly reserved: number;
    readonly sold: number;
  }[];
}

/** Reads what a buyer's page would load before the rush. Throws with a sentence if the show cannot be read. */
export async function readShow(client: HttpClient, eventId: number): Promise<Show> {
  const event = (await read(client, `/api/events/${eventId}`)) as EventBody;
  await refuseRealMoney(client);
  const availability = await readAvailability(client, eventId);
  const types = event.ticketTypes.filter((type) => type.isActive);
  if (types.length === 0) throw new Error(`Event ${eventId} has no ticket types on sale.`);
  const freeOf = new Map(availability.ticketTypes.map((type) => [type.ticketTypeId, type.available]));
  const seated = event.seatingPlanId !== null && types.some((type) => type.categories !== null);
  const plan = seated ? ((await read(client, `/api/seating-plans/${event.seatingPlanId}`)) as PlanBody) : null;
  const rowsOf = new Map(
    types.flatMap(({ ticketTypeId, categories }) =>
      plan && categories ? [[ticketTypeId, rowsIn(plan, new Set(categories))] as const] : [],
    ),
  );
  return {
    eventId,
    title: event.title,
    capacity: availability.ticketTypes.reduce((sum, type) => sum + type.capacity, 0),
    holdSeconds: event.holdMinutes * 60,
    limitPerReservation: event.limitPerReservation,
    types: types.map(({ ticketTypeId, name, rates }) => ({
      ticketTypeId,
      name,
      rates: rates.map((r) => r.name),
      free: freeOf.get(ticketTypeId) ?? 0,
    })),
    rowsOf,
  };
}

export async function readAvailability(client: HttpClient, eventId: number): Promise<Availability> {
  return (await read(client, `/api/events/${eventId}/availability`)) as Availability;
}

/** Thousands of test cards must never meet a bank. */
async function refuseRealMoney(client: HttpClient): Promise<void> {
  const { providers } = (await read(client, '/api/payments/methods')) as { providers: readonly { provider: string }[] };
  if (providers.some(({ provider }) => provider === 'sandbox')) return;
  throw new Error('The server has no sandbox for payments: rehearse on one that has.');
}

async function read(client: HttpClient, path: string): Promise<unknown> {
  const reply = await client.send({ method: 'GET', path });
  if (reply.kind === 'answer' && reply.answer.status === 200) return reply.answer.json();
  const why =
    reply.kind === 'answer' ? `status ${reply.answer.status}` : reply.kind === 'broken' ? reply.reason : 'no answer';
  throw new Error(`${path} cannot be read: ${why}.`);
}

/** A seat's place number is its index in the document: zones, rows, seats in their order. */
function rowsIn({ plan }: PlanBody, categories: ReadonlySet<string>): MapSeat[][] {
  const rows: MapSeat[][] = [];
  let placeNo = 0;
  for (const { rows: zoneRows } of plan.zones) {
    for (const { seats } of zoneRows) {
      const row: MapSeat[] = [];
      for (const { seat_guid: guid, category } of seats) {
        if (categories.has(category)) row.push({ placeNo, guid });
        placeNo += 1;
      }
      if (row.length > 0) rows.push(row);
    }
  }
  return rows;
}
