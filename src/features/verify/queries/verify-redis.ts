import type { Queryable } from '../../../platform/postgres/database.ts';
import { mastersOf, type RedisClient } from '../../../platform/redis/open-client.ts';
import { type Redis, RedisUnavailable } from '../../../platform/redis/redis.ts';
import { type KeptList, readStamps } from '../../booking/index.ts';
import type { Check } from './check.ts';
import type { Finding } from './verify-database.ts';

/** What follows the database does so within seconds: only what disagrees before and after such a wait is a fault. */
const followsWithinMs = 3_000;
const examplesMax = 5;
const readAtOnce = 200;
/** Nobody waits for a check as buyers would: one that is late is asked again for ten seconds. */
const attempts = { count: 20, pauseMs: 500 };

type Ask = <T>(command: (client: RedisClient) => Promise<T>) => Promise<T>;
type Wait = (ms: number) => Promise<void>;

/** A fault by what it is about, with what disagrees. */
type Faults = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

const copiesFollow: Omit<Check, 'sql'> = {
  invariant: 'I3',
  name: 'copies-of-holds-follow',
  claim:
    'Each hold of the journal that was not bought has its copy in Redis with the same deadline, and there are no others',
};
const eventsFollow: Omit<Check, 'sql'> = {
  invariant: 'I10',
  name: 'kept-events-follow',
  claim: 'An event that is kept in the cache is the one of the catalogue, as it was last edited',
};

const ticketsFollow: Omit<Check, 'sql'> = {
  invariant: 'I10',
  name: 'kept-tickets-follow',
  claim:
    'A kept list of tickets has none of somebody else, and where its stamp is that of now, all of them as they are',
};

const availabilityFollows: Omit<Check, 'sql'> = {
  invariant: 'I10',
  name: 'kept-availability-follows',
  claim: 'The availability of a ticket type that its present owner has copied counts its places as the tickets do',
};

/**
 * Holds what lies in Redis against the database: copies of holds against the journal, kept events against the catalogue, kept lists
 * of tickets against the bookings, copies of availability against the tickets. Looks twice, some seconds apart, because they follow a moment later. Rejects with RedisUnavailable where Redis cannot be asked.
 */
export async function verifyRedis(
  bypassingRls: Queryable,
  { shared, cache }: { readonly shared: Redis | null; readonly cache: Redis | null },
  { wait, measure }: { readonly wait: Wait; readonly measure: () => number },
): Promise<Finding[]> {
  const looks: [Omit<Check, 'sql'>, () => Promise<Faults>][] = [];
  if (shared) looks.push([copiesFollow, () => lookAtCopies(bypassingRls, shared, patiently(shared, wait))]);
  if (cache) {
    const ask = patiently(cache, wait);
    looks.push([eventsFollow, () => lookAtEvents(bypassingRls, cache, ask)]);
    looks.push([availabilityFollows, () => lookAtAvailability(bypassingRls, cache, ask)]);
    looks.push([ticketsFollow, () => lookAtTickets(bypassingRls, cache, ask)]);
  }
  const startedAt = measure();
  const first = await Promise.all(looks.map(([, look]) => look()));
  const isAgain = first.some(({ size }) => size > 0);
  if (isAgain) await wait(followsWithinMs);
  const second = isAgain ? await Promise.all(looks.map(([, look]) => look())) : first;
  return looks.map(([check], i) => {
    const before = new Map([...first[i]!].map(([name, fault]) => [name, JSON.stringify(fault)]));
    const faults = [...second[i]!].filter(([name, fault]) => before.get(name) === JSON.stringify(fault));
    const examples = faults.slice(0, examplesMax).map(([, fault]) => fault);
    return { ...check, count: faults.length, examples, ms: Math.round(measure() - startedAt) };
  });
}

function patiently(redis: Redis, wait: Wait): Ask {
  return async (command) => {
    for (let left = attempts.count; ; left--) {
      try {
        return await redis.ask(command);
      } catch (error) {
        if (!(error instanceof RedisUnavailable) || left === 0) throw error;
        await wait(attempts.pauseMs);
      }
    }
  };
}

/**
 * One that was bought has ended, although the journal may not know it until its deadline: who sold it lost the event before that was
 * written. Whether its copy was taken away by then is chance.
 */
async function lookAtCopies(bypassingRls: Queryable, redis: Redis, ask: Ask): Promise<Faults> {
  const rows = await bypassingRls.query<{ reservationId: string; expiresAt: Date; isBought: boolean }>(
    `SELECT reservation_id AS "reservationId", expires_at AS "expiresAt", EXISTS (
       SELECT FROM bookings b WHERE b.reservation_id = h.reservation_id AND b.holds_reservation
         AND b.status NOT IN ('pending', 'awaiting_payment')) AS "isBought"
     FROM hold_journal h WHERE expires_at > now() + interval '1 second'`,
  );
  const copies = await readAll<{ expiresAt?: string }>(redis, ask, 'reservation_');
  const faults = new Map<string, Record<string, unknown>>();
  for (const { reservationId, expiresAt, isBought } of rows) {
    const copy = copies.get(reservationId);
    copies.delete(reservationId);
    if (isBought) continue;
    const [held, copied] = [expiresAt.toISOString(), copy?.expiresAt ?? null];
    if (copied === null || Date.parse(copied) !== expiresAt.getTime())
      faults.set(reservationId, { reservationId, held, copied });
  }
  for (const [reservationId, { expiresAt: copied }] of copies)
    faults.set(reservationId, { reservationId, held: null, copied });
  return faults;
}

async function lookAtEvents(bypassingRls: Queryable, redis: Redis, ask: Ask): Promise<Faults> {
  const kept = await readAll<{ version?: number }>(redis, ask, 'event:');
  const rows = await bypassingRls.query<{ eventId: number; version: number }>(
    'SELECT event_id AS "eventId", version FROM events WHERE event_id::text = ANY($1::text[])',
    [[...kept.keys()]],
  );
  const versions = new Map(rows.map(({ eventId, version }) => [String(eventId), version]));
  const faults = new Map<string, Record<string, unknown>>();
  for (const [eventId, event] of kept) {
    const version = versions.get(eventId) ?? null;
    if (event.version !== version) faults.set(eventId, { eventId, version, kept: event.version ?? null });
  }
  return faults;
}

/** Copies of an owner that is gone are read by nobody, and those of a server that is alone may be of just before it was killed. */
async function lookAtAvailability(bypassingRls: Queryable, redis: Redis, ask: Ask): Promise<Faults> {
  const copies = await readAll<{ fence?: number | null; capacity?: number; sold?: number }>(
    redis,
    ask,
    'availability_',
  );
  const owners = await bypassingRls.query<{ fence: number }>(
    `SELECT s.fence::float8 AS fence FROM slots s JOIN processes p USING (process_id) WHERE p.state = 'living' AND p.until > now()`,
  );
  const present = new Set(owners.map(({ fence }) => fence));
  const rows = await bypassingRls.query<{ id: number; capacity: number; sold: number }>(
    `SELECT y.ticket_type_id AS id, count(t.ticket_id)::int AS capacity, count(t.ticket_id) FILTER (WHERE t.status = 'Sold')::int AS sold
     FROM ticket_types y LEFT JOIN tickets t ON t.event_id = y.event_id AND t.ticket_type_id = y.ticket_type_id AND t.live
     WHERE y.ticket_type_id::text = ANY($1::text[]) GROUP BY y.ticket_type_id`,
    [[...copies.keys()]],
  );
  const counted = new Map(rows.map(({ id, ...tickets }) => [String(id), tickets]));
  const faults = new Map<string, Record<string, unknown>>();
  for (const [ticketTypeId, { fence, capacity, sold }] of copies) {
    if (typeof fence !== 'number' || !present.has(fence)) continue;
    const tickets = counted.get(ticketTypeId) ?? { capacity: 0, sold: 0 };
    if (tickets.capacity !== capacity || tickets.sold !== sold)
      faults.set(ticketTypeId, { ticketTypeId, tickets, copied: { capacity, sold } });
  }
  return faults;
}

/** A list with an old stamp is read by nobody, so it may lack what is new; but whose tickets they are never changes. */
async function lookAtTickets(bypassingRls: Queryable, redis: Redis, ask: Ask): Promise<Faults> {
  const kept = await readAll<Partial<KeptList>>(redis, ask, 'event_tickets:');
  const owners = [...kept.keys()].map((account) => `account:${account}`);
  const stamps = await readStamps(bypassingRls, owners);
  const rows = await bypassingRls.query<{ owner: string; ticketId: string; status: string }>(
    `SELECT b.session_id AS owner, t.ticket_id AS "ticketId", t.status
     FROM bookings b CROSS JOIN LATERAL unnest(b.ticket_ids) AS booked(ticket_id)
     JOIN tickets t ON t.event_id = b.event_id AND t.ticket_id = booked.ticket_id AND t.booking_id = b.booking_id
     WHERE b.session_id = ANY($1::text[]) AND b.status IN ('completed', 'cancelled')`,
    [owners],
  );
  const owned = Map.groupBy(rows, ({ owner }) => owner);
  const faults = new Map<string, Record<string, unknown>>();
  for (const [account, { stamp, tickets }] of kept) {
    if (!tickets) continue;
    const owner = `account:${account}`;
    const statuses = new Map(owned.get(owner)?.map(({ ticketId, status }) => [ticketId, status]));
    const foreign = tickets.filter(({ ticketId }) => !statuses.has(ticketId)).length;
    const isCurrent = stamp === stamps.get(owner);
    const wrong = isCurrent ? tickets.filter(({ ticketId, status }) => statuses.get(ticketId) !== status).length : 0;
    const missing = isCurrent ? Math.max(0, statuses.size - tickets.length) : 0;
    if (foreign + wrong + missing > 0) faults.set(account, { account, foreign, wrong, missing });
  }
  return faults;
}

/** What lies under names that begin so, by what follows; what is no JSON is left out. */
async function readAll<Value>(redis: Redis, ask: Ask, beginning: string): Promise<Map<string, Value>> {
  const start = redis.key(beginning);
  const names = new Set<string>();
  for (const node of await ask(async (client) => mastersOf(client))) {
    let cursor = '0';
    do {
      const from = cursor;
      const [next, found] = await ask(() => node.scan(from, 'MATCH', `${start}*`, 'COUNT', 1_000));
      for (const name of found) names.add(name);
      cursor = next;
    } while (cursor !== '0');
  }
  const values = new Map<string, Value>();
  const all = [...names];
  for (let i = 0; i < all.length; i += readAtOnce) {
    const some = all.slice(i, i + readAtOnce);
    const texts = await ask((client) => Promise.all(some.map((name) => client.get(name))));
    for (const [at, text] of texts.entries()) {
      if (text === null) continue;
      try {
        values.set(some[at]!.slice(start.length), JSON.parse(text) as Value);
      } catch {
        // Not ours.
      }
    }
  }
  return values;
}
