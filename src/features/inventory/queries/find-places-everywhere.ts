import { PeerRefused, type Peers } from '../../../platform/peers/peers.ts';
import type { LivePlaces } from './live-places.ts';

type FindPlaces = LivePlaces['findPlaces'];
type Question = Parameters<FindPlaces>[0];
type Found = Awaited<ReturnType<FindPlaces>>;

const messageName = 'places of all events';

/**
 * Places in a state: of one event as its owner knows them, of all events as all processes do together, each of those that it owns, in the
 * order of events and places. Rejects where a process does not answer: a list that leaves some out would look whole.
 */
export function createFindPlacesEverywhere(parts: {
  readonly here: FindPlaces;
  readonly peers: Pick<Peers, 'answer'>;
  /** Asks every other process that lives. */
  readonly askAll: (name: string, body: unknown) => Promise<readonly unknown[]>;
}): FindPlaces {
  const { here, peers, askAll } = parts;
  peers.answer(messageName, (question) => here(question as Question));
  return async (question) => {
    if (question.eventId !== null) return here(question);
    const answers = await Promise.all([here(question), askAll(messageName, question).catch(unlessOlder)]);
    const found = answers.flat(2) as Found;
    // One that is handed over at this moment may be known to two.
    const places = new Map(found.map((place) => [`${place.eventId} ${place.placeNo}`, place]));
    const inOrder = [...places.values()].sort((a, b) => a.eventId - b.eventId || a.placeNo - b.placeNo);
    return inOrder.slice(0, question.count);
  };
}

/** Of the version before, which knows only its own places: as it was there. */
function unlessOlder(error: unknown): readonly unknown[] {
  if (error instanceof PeerRefused && error.refusal.why === 'unknown request') return [];
  throw error;
}
