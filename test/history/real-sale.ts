import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Heard, heardOfHold, heardOfKnown, isUnclear, placeOf } from '../../src/cli/simulate/history/heard.ts';
import type { Entry, Fault, History } from '../../src/cli/simulate/history/history.ts';
import { type SeededRandom, seededRandom } from '../../src/cli/simulate/seeded-random.ts';
import type { Database } from '../../src/platform/postgres/database.ts';
import { catalogClient } from '../support/catalog-client.ts';
import { createUrlClient } from '../support/client.ts';

/** A client gives one front so long; then it asks another one. */
const patienceMs = 3_000;
/** And all of them together so long. */
const givesUpMs = 45_000;
const againMs = 150;
const capacity = 6;
const limitPerClient = 4;
/** A show whose history is so long is left for the next one. */
const entriesMax = 60;
const clock = () => Math.round(performance.now());

/** A show of two ticket types: of one clients name the tickets, of the other so many. */
interface Show {
  readonly eventId: number;
  readonly typeIds: readonly [number, number];
  readonly ticketIds: readonly string[];
  readonly entries: Entry[];
}

/** What a client asked, and the last answer; null: none came. */
interface Asked {
  readonly from: number;
  readonly until: number;
  readonly heard: Heard | null;
  readonly session: string | null;
  /** Before it there was one that did not say what was done, or none. */
  readonly wasUnclear: boolean;
}

/** A sale over real servers, by clients who write down what they hear. */
export interface RealSale {
  readonly faults: Fault[];
  /** Answers so far. */
  readonly calls: number;
  /** Calls whose answer never came, or that were sent again because it said nothing. */
  readonly unclear: number;
  /** So often each was heard. */
  readonly heard: ReadonlyMap<string, number>;
  /** Lets everybody finish what they have begun. */
  leave(): Promise<void>;
  /** One history for each show, with whose each place is by the database. */
  histories(database: Pick<Database, 'bypassingRls'>): Promise<History[]>;
}

/**
 * Clients at several fronts: each holds, looks, gives back, buys with all sorts of cards, and gives tickets back, at shows that fill up
 * one after the other. Whatever is not answered in time is sent again under the same key, at another front.
 */
export async function startRealSale(parts: {
  /** The addresses of this moment. */
  readonly urls: () => readonly string[];
  readonly ownerKey: string;
  readonly seed: number;
  readonly clients: number;
  readonly holdMinutes: number;
  readonly tokens: readonly string[];
}): Promise<RealSale> {
  const { urls, ownerKey, seed, tokens, holdMinutes } = parts;
  const staff = { authorization: `Bearer ${ownerKey}` };
  const shows: Show[] = [];
  const faults: Fault[] = [];
  const tally = new Map<string, number>();
  let unclear = 0;
  let isOver = false;
  let making: Promise<void> | null = null;

  async function makeShow(): Promise<void> {
    const client = createUrlClient(urls()[0]!);
    const made = await catalogClient({ client, staff }).show({
      title: `Night ${shows.length}`,
      holdMinutes,
      limitPerCustomer: limitPerClient,
      ticketTypes: ['Stalls', 'Entry'].map((name) => ({ name, price: 10, capacity })),
    });
    const typeIds = made.ticketTypes.map(({ ticketTypeId }: { ticketTypeId: number }) => ticketTypeId);
    const page = await client.send('GET', `/api/tickets/event/${made.eventId}?limit=50`, staff);
    const items = page.body.items as { ticketId: string; ticketTypeId: number }[];
    const ticketIds = items.filter((one) => one.ticketTypeId === typeIds[0]).map(({ ticketId }) => ticketId);
    shows.push({ eventId: made.eventId, typeIds, ticketIds, entries: [] });
  }

  async function play(client: string, random: SeededRandom): Promise<void> {
    const pick = <T>(values: readonly T[]): T => values[random.below(values.length)]!;
    let session: string | null = null;

    async function once(method: string, path: string, key: string | null, body?: object) {
      const answer = await fetch(`${pick(urls())}${path}`, {
        method,
        headers: {
          connection: 'close',
          ...(session !== null && { 'x-session-token': session }),
          ...(key !== null && { 'idempotency-key': key }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(patienceMs),
      });
      const json = (await answer.json()) as Record<string, unknown>;
      const heard: Heard = { status: answer.status, code: (json.code as string | undefined) ?? null, body: json };
      return { heard, session: answer.headers.get('x-session-token') };
    }

    async function ask(method: string, path: string, key: string | null, body?: object): Promise<Asked> {
      const from = clock();
      for (let wasUnclear = false; ; ) {
        const answered = await once(method, path, key, body).catch(() => null);
        const until = clock();
        const heard = answered?.heard ?? null;
        const isUnknown = heard === null || isUnclear(heard);
        const goesOn = isUnknown || heard.status === 202 || heard.code === 'IDEMPOTENCY_IN_FLIGHT';
        if (!goesOn || until - from > givesUpMs) {
          const known = goesOn ? null : heard;
          return { from, until, heard: known, session: answered?.session ?? null, wasUnclear };
        }
        if (isUnknown) {
          unclear += 1;
          wasUnclear = true;
        }
        await sleep(againMs);
      }
    }

    function note({ entries }: Show, entry: Omit<Entry, 'client'>): void {
      entries.push({ client, ...entry });
      const what = `${entry.kind} ${entry.said}`;
      tally.set(what, (tally.get(what) ?? 0) + 1);
    }

    async function hold(show: Show): Promise<Entry | null> {
      const isNamed = random.chance(0.6);
      const type = show.typeIds[isNamed ? 0 : 1];
      const count = 1 + random.below(2);
      const first = random.below(show.ticketIds.length - 1);
      const places = isNamed ? show.ticketIds.slice(first, first + count) : [];
      const what = isNamed ? { ticketIds: places } : { ticketTypeId: type, quantity: count };
      const body = { eventId: show.eventId, ...what, customerEmail: `${client}@example.com` };
      const asked = await ask('POST', '/api/tickets/reserve', randomUUID(), body);
      const { from, until, heard } = asked;
      session ??= asked.session;
      const call = { kind: 'hold', from } as const;
      const lost = { ...call, until: null, said: 'unknown', hold: null, places, type, count } as const;
      // What nobody heard of may have been done by a process that is no more, whatever the next one says.
      if (heard === null || asked.wasUnclear) note(show, lost);
      if (heard === null) return null;
      const entry = { ...call, until, ...heardOfHold(heard, { places, type, from, until, count }) };
      note(show, entry);
      return entry.said === 'done' ? { client, ...entry } : null;
    }

    async function about(
      show: Show,
      held: Entry,
      kind: 'see' | 'release' | 'buy' | 'cancel',
      asked: Asked,
    ): Promise<Entry['said']> {
      const { from, until, heard, wasUnclear } = asked;
      const { hold, places, type, lastsUntil } = held;
      let said = heard === null ? 'unknown' : heardOfKnown(heard);
      // What is asked without a key, and was perhaps done the first time, is refused the second time.
      if ((kind === 'release' || kind === 'cancel') && wasUnclear && said !== 'done') said = 'unknown';
      note(show, {
        kind,
        from,
        until: said === 'unknown' ? null : until,
        said,
        hold,
        places,
        ...(type !== undefined && { type }),
        ...(said === 'declined' && { lastsUntil: lastsUntil! }),
      });
      return said;
    }

    async function buy(show: Show, held: Entry): Promise<void> {
      for (let attempts = 0; attempts < 3; attempts++) {
        const body = {
          reservationId: held.hold,
          customerEmail: `${client}@example.com`,
          payment: { provider: 'sandbox', token: pick(tokens) },
        };
        const asked = await ask('POST', '/api/tickets/purchase', randomUUID(), body);
        const said = await about(show, held, 'buy', asked);
        if (said === 'done' && random.chance(0.3)) {
          const path = `/api/bookings/${asked.heard!.body.bookingId as string}`;
          await about(show, held, 'cancel', await ask('DELETE', path, null));
        }
        if (said !== 'declined') return;
      }
    }

    while (!isOver) {
      const show = shows.at(-1)!;
      const held = await hold(show);
      if (held) {
        const path = `/api/tickets/reservation/${held.hold}`;
        if (random.chance(0.3)) await about(show, held, 'see', await ask('GET', path, null));
        if (random.chance(0.55)) await about(show, held, 'release', await ask('DELETE', path, null));
        else if (random.chance(0.9)) await buy(show, held);
      }
      // So that the last places are wanted by several, and each history stays short.
      if (show === shows.at(-1) && show.entries.length > entriesMax) {
        making ??= renewShow();
        await making;
      }
      await sleep(random.below(60));
    }
  }

  async function renewShow(): Promise<void> {
    for (const giveUpAt = clock() + givesUpMs; ; await sleep(againMs)) {
      try {
        await makeShow();
        break;
      } catch (error) {
        if (clock() > giveUpAt) throw error;
      }
    }
    making = null;
  }

  await makeShow();
  const playing = Promise.all(
    Array.from({ length: parts.clients }, (_, at) => play(`B${at + 1}`, seededRandom(seed, at))),
  );
  return {
    faults,
    heard: tally,
    get calls() {
      return shows.reduce((sum, { entries }) => sum + entries.length, 0);
    },
    get unclear() {
      return unclear;
    },
    async leave() {
      isOver = true;
      await playing;
    },
    async histories({ bypassingRls }) {
      const rows = await bypassingRls.query<{ eventId: number; ticketId: string; hold: string | null }>(
        `SELECT t.event_id AS "eventId", ticket_id AS "ticketId",
           CASE WHEN t.status = 'Sold' THEN b.reservation_id END AS hold
         FROM tickets t LEFT JOIN bookings b USING (booking_id)`,
      );
      const endsAt = clock();
      return shows.map(({ eventId, typeIds, entries }) => ({
        entries,
        faults,
        places: new Map(
          rows
            .filter((row) => row.eventId === eventId)
            .map(({ ticketId, hold }) => [placeOf({ ticketId, seat: null }), hold]),
        ),
        capacity: new Map(typeIds.map((type) => [type, capacity])),
        endsAt,
        holdMs: holdMinutes * 60_000,
        limitPerClient,
      }));
    },
  };
}
