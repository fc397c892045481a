import type { Cache } from '../../../platform/cache/cache.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { isAccountOwner } from '../../../platform/http/customer.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { CacheCounts } from '../../../platform/telemetry/metrics.ts';
import { type OwnedTicket, readOwnedTickets, readStampAndNames } from '../store/owned-tickets.ts';

/** Of somebody with more, nothing is kept: pages of them are read. */
const ticketsMax = 500;
/** Of shows that are all over; a show without a date is over on no day that is known. */
const keptLeastMs = 300_000;
const keptUndatedMs = 86_400_000;

/** What lies under `event_tickets:<account>`. It names nobody, and no code by which anybody comes in. */
export interface KeptList {
  /** What they were read at. */
  readonly stamp: string;
  /** Null: there are too many. */
  readonly tickets: readonly OwnedTicket[] | null;
}

/**
 * The tickets of accounts, kept until the last of their shows is over. Tickets never lag: each read compares what is kept with the stamp
 * of that moment, so an invalidation may be lost by whoever owed it.
 */
export interface KeptTickets {
  /** Null: they are not kept; read them. Rejects as the database does. */
  read(owner: string): Promise<{ tickets: readonly OwnedTicket[]; names: ReadonlyMap<string, string> } | null>;
  /** They have changed: other services find no old list. Guests have none. */
  forget(owner: string | null): void;
}

/** Under which name others find them. */
function nameOf(owner: string): string {
  return `event_tickets:${owner.replace(/^account:/, '')}`;
}

export function createKeptTickets({
  database,
  cache,
  counts,
  clock,
}: {
  readonly database: TenantDatabase;
  readonly cache: Cache;
  readonly counts: CacheCounts;
  readonly clock: Pick<Clock, 'now'>;
}): KeptTickets {
  // A list that turns out to be old is no hit: it is counted here, after the comparison.
  const lists = cache.values<KeptList>({ keptMs: keptFor, counts: { hit: 0, missed: 0 } });

  function keptFor({ tickets }: KeptList): number {
    const now = clock.now();
    const ends = (tickets ?? []).map(({ eventStatus, startsAt, endsAt }) =>
      eventStatus === 'postponed' ? now + keptUndatedMs : Date.parse(endsAt ?? startsAt),
    );
    return Math.max(keptLeastMs, ...ends.map((end) => end - now));
  }

  async function load(owner: string): Promise<KeptList> {
    // The stamp first: of tickets that change in between it is too old, and they are read again.
    const { stamp } = await readStampAndNames(database.bypassingRls, owner);
    const all = { owners: [owner], when: null, after: null, limit: ticketsMax + 1, now: clock.now() };
    const tickets = await readOwnedTickets(database, all);
    return { stamp, tickets: tickets.length > ticketsMax ? null : tickets };
  }

  return {
    async read(owner) {
      if (!isAccountOwner(owner)) return null;
      const name = nameOf(owner);
      let isLoaded = false;
      const loadNow = () => {
        isLoaded = true;
        return load(owner);
      };
      const [now, found] = await Promise.all([
        readStampAndNames(database.bypassingRls, owner),
        lists.read(name, loadNow),
      ]);
      let list = found;
      if (list?.stamp !== now.stamp) {
        // What is read from here on was begun after the comparison, whoever reads it.
        await lists.forget([name]);
        list = await lists.read(name, loadNow);
      }
      counts[isLoaded ? 'missed' : 'hit'] += 1;
      if (list === null || list.tickets === null) return null;
      return { tickets: list.tickets, names: now.names };
    },
    forget(owner) {
      if (owner !== null && isAccountOwner(owner)) void lists.forget([nameOf(owner)]);
    },
  };
}
