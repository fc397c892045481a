import { NotOwned, type Ownership } from '../../../platform/ownership/ownership.ts';
import type { ShownEvents } from './shown-event.ts';

/** So often an event may change sides while it is opened. */
const opensMax = 3;

/** The events of a process among several: those that it decides about by their ledgers, all others as their owners have them. */
export function createShownByOwner(parts: {
  readonly here: ShownEvents;
  readonly elsewhere: ShownEvents;
  readonly ownership: Pick<Ownership, 'fenceOf'>;
}): ShownEvents {
  const { here, elsewhere, ownership } = parts;
  const isHere = (eventId: number) => ownership.fenceOf(eventId) !== null;
  return {
    now: (eventId) => (isHere(eventId) ? here : elsewhere).now(eventId),
    async open(eventId, isUpToDate) {
      for (let opens = 1; ; opens++) {
        const wasHere = isHere(eventId);
        try {
          return await (wasHere ? here : elsewhere).open(eventId, isUpToDate);
        } catch (error) {
          if (!(error instanceof NotOwned) || wasHere === isHere(eventId) || opens >= opensMax) throw error;
        }
      }
    },
  };
}
