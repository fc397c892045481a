import type { PurchaseOutcome } from '../domain/purchase-outcome.ts';
import type { ClaimedKey } from '../domain/purchase-request.ts';

interface FinishedRequest {
  readonly requestHash: string;
  readonly outcome: PurchaseOutcome;
}

/** How many outcomes are remembered in the process; older ones are read from the database. */
const finishedMax = 10_000;

/**
 * What this process knows about idempotency keys: those in flight, and the latest outcomes. It spares the purchase path
 * a read; the arbitrated insert of the first commit is what decides between processes and after restarts.
 */
export interface KnownKeys {
  /** Why a request with this key does not go on, or what it came to before; null: it goes on, and {@link end} must follow. */
  begin(key: ClaimedKey): 'in_flight' | 'other_request' | PurchaseOutcome | null;
  /** The request is over: with an outcome to remember, or null if another try may come. Called once, whatever happens. */
  end(key: ClaimedKey, outcome: PurchaseOutcome | null): void;
}

export function createKnownKeys(): KnownKeys {
  const inFlight = new Map<string, string>();
  // Two generations: when the younger is full it becomes the older.
  let younger = new Map<string, FinishedRequest>();
  let older = new Map<string, FinishedRequest>();

  return {
    begin(claimed) {
      const { requestHash } = claimed;
      const name = nameOf(claimed);
      const running = inFlight.get(name);
      if (running !== undefined) return running === requestHash ? 'in_flight' : 'other_request';
      const known = younger.get(name) ?? older.get(name);
      if (known) return known.requestHash === requestHash ? known.outcome : 'other_request';
      inFlight.set(name, requestHash);
      return null;
    },
    end(claimed, outcome) {
      const name = nameOf(claimed);
      inFlight.delete(name);
      if (!outcome) return;
      if (younger.size >= finishedMax / 2) {
        older = younger;
        younger = new Map();
      }
      younger.set(name, { requestHash: claimed.requestHash, outcome });
    },
  };
}

function nameOf({ scope, key }: ClaimedKey): string {
  return `${scope}\n${key}`;
}
