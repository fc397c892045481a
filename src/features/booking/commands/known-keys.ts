import type { ClaimedKey } from '../store/booking-store.ts';

/** An answer as it went out: status and body, byte by byte. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface FinishedRequest {
  readonly requestHash: string;
  readonly answer: Answer;
}

/** How many finished answers are remembered in the process; older ones are read from the database. */
const finishedMax = 10_000;

/**
 * What this process knows about idempotency keys: those in flight, and the latest answers. It spares the purchase path
 * a read; the arbitrated insert of the first commit is what decides between processes and after restarts.
 */
export interface KnownKeys {
  /** Why a request with this key does not go on (or its answer), or what must be told when it is over. */
  begin(key: ClaimedKey): 'in_flight' | 'other_request' | Answer | Settle;
}

/** The request is over: with an answer to keep, or null if another try may come. Called once, whatever happens. */
export type Settle = (answer: Answer | null) => void;

export function createKnownKeys(): KnownKeys {
  const inFlight = new Map<string, string>();
  // Two generations: when the younger is full it becomes the older.
  let younger = new Map<string, FinishedRequest>();
  let older = new Map<string, FinishedRequest>();

  function keep(name: string, finished: FinishedRequest): void {
    if (younger.size >= finishedMax / 2) {
      older = younger;
      younger = new Map();
    }
    younger.set(name, finished);
  }

  return {
    begin({ scope, key, requestHash }) {
      const name = `${scope}\n${key}`;
      const running = inFlight.get(name);
      if (running !== undefined) return running === requestHash ? 'in_flight' : 'other_request';
      const known = younger.get(name) ?? older.get(name);
      if (known) return known.requestHash === requestHash ? known.answer : 'other_request';
      inFlight.set(name, requestHash);
      return (answer) => {
        inFlight.delete(name);
        if (answer) keep(name, { requestHash, answer });
      };
    },
  };
}
