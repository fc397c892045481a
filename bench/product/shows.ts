import type { Product } from './product.ts';

/** A show to be sold: its only ticket type. */
export interface Show {
  readonly eventId: number;
  readonly ticketTypeId: number;
}

let made = 0;

/** A general-admission show with `capacity` places, on sale at once. */
export async function createShow(product: Product, capacity: number, extra: object = {}): Promise<Show> {
  made += 1;
  const event = await product.call<{ eventId: number; ticketTypes: { ticketTypeId: number }[] }>(
    'POST',
    '/api/events',
    {
      title: `Bench ${made}`,
      eventDate: nextYear(),
      venue: 'Bench Hall',
      venueAddress: '1 Bench Street',
      holdMinutes: 60,
      ticketTypes: [{ name: 'Standing', price: 45.5, capacity }],
      ...extra,
    },
  );
  // The first look loads the ledger of the show; no buyer of a measured round shall wait for it.
  await product.call('GET', `/api/events/${event.eventId}/availability`);
  return { eventId: event.eventId, ticketTypeId: event.ticketTypes[0]!.ticketTypeId };
}

const seatsPerRow = 50;
const rowsPerZone = 40;

/** A show on a plan of `seatCount` numbered seats in rows of 50, on sale at once. */
export async function createSeatedShow(product: Product, seatCount: number): Promise<Show> {
  made += 1;
  const { seatingPlanId } = await product.call<{ seatingPlanId: number }>('POST', '/api/seating-plans', {
    name: `Bench plan ${made}`,
    plan: makePlan(seatCount),
  });
  return createShow(product, 0, {
    seatingPlanId,
    ticketTypes: [{ name: 'Seat', price: 45.5, categories: ['Seat'] }],
  });
}

/** An open seating plan: zones of 40 rows × 50 seats, one category. */
export function makePlan(seatCount: number): object {
  const rowCount = Math.ceil(seatCount / seatsPerRow);
  const zones = Array.from({ length: Math.ceil(rowCount / rowsPerZone) }, (_, zone) => ({
    name: `Block ${zone + 1}`,
    position: { x: (zone % 5) * 1500, y: Math.floor(zone / 5) * 1500 },
    rows: Array.from({ length: Math.min(rowsPerZone, rowCount - zone * rowsPerZone) }, (_, row) => ({
      row_number: String(row + 1),
      position: { x: 0, y: row * 30 },
      seats: Array.from(
        { length: Math.min(seatsPerRow, seatCount - (zone * rowsPerZone + row) * seatsPerRow) },
        (_, seat) => ({
          seat_guid: `${zone + 1}-${row + 1}-${seat + 1}`,
          seat_number: String(seat + 1),
          position: { x: seat * 25, y: 0 },
          category: 'Seat',
        }),
      ),
    })),
  }));
  return {
    name: `Bench ${seatCount}`,
    categories: [{ name: 'Seat', color: '#3366cc' }],
    zones,
    size: { width: 8000, height: 16_000 },
  };
}

function nextYear(): string {
  return new Date(Date.now() + 365 * 24 * 3_600_000).toISOString();
}
