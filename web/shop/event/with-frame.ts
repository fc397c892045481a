import type { AvailabilityAnswer } from '../../../src/contract/inventory.ts';
import type { LiveFrame } from '../../../src/contract/live.ts';

/**
 * Numbers with what a frame says of them. `isPartly`: of a type without free places it is not known when the next hold may
 * lapse.
 */
export function withFrame(
  known: AvailabilityAnswer | undefined,
  frame: LiveFrame,
): { readonly availability: AvailabilityAnswer; readonly isPartly: boolean } {
  const before = new Map(known?.ticketTypes.map((type) => [type.ticketTypeId, type]));
  const said = new Map(
    frame.ticketTypes.map((type) => {
      const old = before.get(type.ticketTypeId);
      const isSame = old !== undefined && old.held === type.held && old.available === type.available;
      const lapse = isSame
        ? { nextExpiryAt: old.nextExpiryAt, nextExpiryInSeconds: old.nextExpiryInSeconds }
        : { nextExpiryAt: null, nextExpiryInSeconds: null };
      return [type.ticketTypeId, { ...type, ...lapse }];
    }),
  );
  const others = frame.type === 'snapshot' ? [] : [...before.values()];
  const kept = others.map((type) => said.get(type.ticketTypeId) ?? type);
  const fresh = [...said.values()].filter((type) => frame.type === 'snapshot' || !before.has(type.ticketTypeId));
  const ticketTypes = [...kept, ...fresh];
  return {
    availability: {
      eventId: frame.eventId,
      availableCapacity: frame.availableCapacity,
      version: frame.version,
      nextExpiryAt: frame.nextExpiryAt,
      nextExpiryInSeconds: null,
      ticketTypes,
    },
    isPartly: ticketTypes.some(({ available, held, nextExpiryAt }) => available === 0 && held > 0 && !nextExpiryAt),
  };
}
