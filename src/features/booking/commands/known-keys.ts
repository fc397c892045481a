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
  /** `new`: go on, and call `settle` whatever happens. Else what to answer. */
  begin(key: ClaimedKey): 'new' | 'in_flight' | 'other_request' | Answer;
  /** The request is over: with an answer to keep, or null if another try may come. */
  settle(key: ClaimedKey, answer: Answer | null): void;
}

export function createKnownKeys(): KnownKeys {
  const inFlight = new Map<string, string>();
  // Two generations: when the younger is full it becomes the older.
  let younger = new Map<string, FinishedRequest>();
  let older = new Map<string, FinishedRequest>();
  const name = ({ scope, key }: ClaimedKey) => `${scope}\n${key}`;
  return {
    begin(key) {
      const id = name(key);
      const running = inFlight.get(id);
      if (running !== undefined) return running === key.requestHash ? 'in_flight' : 'other_request';
      const known = younger.get(id) ?? older.get(id);
      if (known) return known.requestHash === key.requestHash ? known.answer : 'other_request';
      inFlight.set(id, key.requestHash);
      return 'new';
    },
    settle(key, answer) {
      const id = name(key);
      inFlight.delete(id);
      if (answer === null) return;
      if (younger.size >= finishedMax / 2) {
        older = younger;
        younger = new Map();
      }
      younger.set(id, { requestHash: key.requestHash, answer });
    },
  };
}
