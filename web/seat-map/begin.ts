import type { QueryClient } from '@tanstack/react-query';
import type { SeatStatesAnswer } from '../../src/contract/inventory.ts';
import type { SeatMap } from '../../src/contract/seat-map.ts';
import { askApi } from '../api/client.ts';

/** Seats that were asked for before their view stands are kept until then. */
const keptMs = 5_000;

/** Which seats of a show are free: asked once and afresh, from then on changes are followed. The same for everybody. */
export const seatStatesQuery = (eventId: number) => ({
  queryKey: ['seats', eventId],
  queryFn: () => askApi<SeatStatesAnswer>(`/api/events/${eventId}/seats`, { isAnonymous: true }),
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: 0,
});

/** Where the seats are, at an address that names its content. */
export const seatMapQuery = (path: string) => ({
  queryKey: [path],
  queryFn: () => askApi<SeatMap>(path, { isAnonymous: true }),
  staleTime: Number.POSITIVE_INFINITY,
});

/** Asks for what the map needs while its scripts still load. What fails here is asked again by the view, which says so. */
export async function beginSeats(eventId: number, queries: QueryClient): Promise<void> {
  try {
    const { geometry } = await queries.fetchQuery({ ...seatStatesQuery(eventId), gcTime: keptMs });
    if (geometry !== null) await queries.fetchQuery(seatMapQuery(geometry));
  } catch {
    // See above.
  }
}
