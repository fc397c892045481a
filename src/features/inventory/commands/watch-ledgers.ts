import type { EventLedgers } from './event-ledgers.ts';

/** Hears which event's ledger is used: null for all that are in memory. */
export type OnLedgerUse = (eventId: number | null) => void;

/** The same ledgers, each use noted first: tests ask whether the route that did it says how its event is found. */
export function watchLedgers(ledgers: EventLedgers, onUse: OnLedgerUse): EventLedgers {
  const noting =
    <Rest extends readonly unknown[], Answer>(method: (eventId: number, ...rest: Rest) => Answer) =>
    (eventId: number, ...rest: Rest): Answer => {
      onUse(eventId);
      return method(eventId, ...rest);
    };
  return {
    ...ledgers,
    loaded: noting(ledgers.loaded),
    checkOwned: noting(ledgers.checkOwned),
    open: noting(ledgers.open),
    settled: noting(ledgers.settled),
    refresh: noting(ledgers.refresh),
    refreshRules: noting(ledgers.refreshRules),
    syncTickets: noting(ledgers.syncTickets),
    countPurchase: noting(ledgers.countPurchase),
    endHolds: noting(ledgers.endHolds),
    forget: noting(ledgers.forget),
    all() {
      onUse(null);
      return ledgers.all();
    },
  };
}
