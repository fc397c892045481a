import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { EventLedger } from '../domain/ledger.ts';
import { placeState, type TypeAvailability } from '../domain/types.ts';

/** Too many places are taken to withdraw that many: `taken` is held + reserved + sold. */
export interface PlacesTaken {
  readonly code: 'PLACES_TAKEN';
  readonly taken: number;
  readonly held: number;
  readonly reserved: number;
  readonly sold: number;
}

/**
 * First half of a withdrawal: takes free places of a type out of the ledger until `keep` are left, the highest numbers
 * first, so that nobody can hold them while the database follows. Refuses, and changes nothing, if more than `keep` are
 * held, reserved or sold. If the database does not follow, refresh the ledger from it.
 */
export function takeOutFreePlaces(
  ledger: EventLedger,
  { ticketTypeId, keep, now }: { ticketTypeId: number; keep: number; now: Instant },
): Decision<readonly string[], PlacesTaken> {
  const counts = ledger.availability(now).find((type) => type.ticketTypeId === ticketTypeId);
  if (!counts || counts.capacity <= keep) return accept([]);
  const excess = counts.capacity - keep;
  if (counts.available < excess) return refuse(toRefusal(counts));
  const free = freePlaces(ledger, { ticketTypeId, count: excess, now });
  if (free.length < excess) return refuse(toRefusal(counts));
  ledger.sync(free.map((place) => ({ ...place, ticketTypeId, state: placeState.none })));
  return accept(free.map((place) => place.ticketId));
}

function freePlaces(
  ledger: EventLedger,
  { ticketTypeId, count, now }: { ticketTypeId: number; count: number; now: Instant },
): { placeNo: number; ticketId: string }[] {
  const states = ledger.states(now);
  const free: { placeNo: number; ticketId: string }[] = [];
  for (let placeNo = states.length - 1; placeNo >= 0 && free.length < count; placeNo--) {
    if (states[placeNo] !== placeState.available) continue;
    const ticketId = ledger.ticketIdAt(placeNo);
    if (ticketId !== undefined && ledger.stateOf(ticketId)?.ticketTypeId === ticketTypeId) {
      free.push({ placeNo, ticketId });
    }
  }
  return free;
}

function toRefusal({ held, reserved, sold }: TypeAvailability): PlacesTaken {
  return { code: 'PLACES_TAKEN', taken: held + reserved + sold, held, reserved, sold };
}
