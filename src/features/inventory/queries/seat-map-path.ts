import type { LoadedEvent } from '../commands/event-ledgers.ts';

/** Where a seat map lies: its address names its content, so it can be kept for ever. Null: the event has none. */
export function seatMapPath({ seatingPlanId, seatMapHash }: LoadedEvent): string | null {
  return seatMapHash === null ? null : `/api/seat-maps/${seatingPlanId}/${seatMapHash}`;
}
