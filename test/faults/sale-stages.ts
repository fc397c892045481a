import assert from 'node:assert/strict';
import pg from 'pg';
import type { Reply, TestClient } from '../support/client.ts';
import { until } from './scene.ts';

// A buyer who is brought to one stage of a sale and kept there, so that something can happen to a server in that very moment.

/** A ticket that is held, and by which it can be bought. */
export interface Held {
  readonly eventId: number;
  readonly reservationId: string;
  readonly expiresAt: string;
  readonly headers: Record<string, string>;
}

/** Holds one ticket. */
export async function hold(client: TestClient, eventId: number): Promise<Held> {
  const { status, text, body } = await client.send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 1 });
  assert.equal(status, 201, text);
  const { reservationId, sessionToken, expiresAt } = body;
  return { eventId, reservationId, expiresAt, headers: { 'x-session-token': sessionToken } };
}

/** Buys what is held, under one key however often. */
export function buy(client: TestClient, { reservationId, headers }: Held, token: string): Promise<Reply> {
  const body = { reservationId, payment: { provider: 'sandbox', token } };
  return client.send('POST', '/api/tickets/purchase', { ...headers, 'idempotency-key': reservationId }, body);
}

/** What is under way in a stage: what its buyer waits for (null: nothing), and what is let go once the fault is there. */
export interface UnderWay {
  readonly held: Held;
  readonly token: string;
  readonly answer: Promise<Reply> | null;
  readonly letGo?: () => Promise<void>;
}

/** By its name: brings a buyer of an event to that stage. */
export type SaleStages = Readonly<Record<string, (eventId: number) => Promise<UnderWay>>>;

/** The stages of a sale. `client`: where the buyer buys; `url`: of the database, to look and to keep what a stage waits for. */
export function saleStages({ client, url }: { readonly client: TestClient; readonly url: string }): SaleStages {
  async function connect(): Promise<pg.Client> {
    const stranger = new pg.Client({ connectionString: url });
    // It may die with its server, whose test that is.
    stranger.on('error', () => {});
    await stranger.connect();
    return stranger;
  }

  /** Keeps what `statement` locks until that is let go; `blocks` resolves when somebody waits for it. */
  async function locking(statement: string, values: readonly unknown[]) {
    const [holder, observer] = [await connect(), await connect()];
    await holder.query('BEGIN');
    await holder.query(statement, [...values]);
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const waiting = 'SELECT FROM pg_stat_activity WHERE $1 = ANY (pg_blocking_pids(pid))';
    return {
      async blocks() {
        const isWaitedFor = async () => (await observer.query(waiting, [rows[0]!.pid])).rowCount !== 0;
        await until('somebody waits for the lock', isWaitedFor).finally(() => observer.end());
      },
      // Where its server has died meanwhile, the lock went with it.
      letGo: () => holder.end().catch(() => {}),
    };
  }

  /** Pays by a bank that thinks for three seconds, as far as that. */
  async function charging(eventId: number) {
    const held = await hold(client, eventId);
    const answer = buy(client, held, 'tok_slow');
    // Who asks later hears how it ended.
    answer.catch(() => {});
    const observer = await connect();
    const booked = `SELECT FROM bookings WHERE reservation_id = $1 AND status = 'awaiting_payment'`;
    const isBooked = async () => (await observer.query(booked, [held.reservationId])).rowCount !== 0;
    await until('commit 1 is written', isBooked).finally(() => observer.end());
    return { held, token: 'tok_slow', answer };
  }

  return {
    async 'a hold was just acknowledged'(eventId) {
      return { held: await hold(client, eventId), token: 'tok_ok', answer: null };
    },
    async 'the journal of holds is being written'(eventId) {
      const lock = await locking('LOCK hold_journal IN SHARE ROW EXCLUSIVE MODE', []);
      const held = await hold(client, eventId);
      await lock.blocks();
      return { held, token: 'tok_ok', answer: null, letGo: lock.letGo };
    },
    async 'commit 1 is being written'(eventId) {
      const held = await hold(client, eventId);
      const lock = await locking('SELECT FROM tickets WHERE event_id = $1 FOR UPDATE', [eventId]);
      const answer = buy(client, held, 'tok_ok');
      answer.catch(() => {});
      await lock.blocks();
      return { held, token: 'tok_ok', answer, letGo: lock.letGo };
    },
    'the card is being charged': charging,
    async 'commit 2 is being written'(eventId) {
      const underWay = await charging(eventId);
      const lock = await locking('SELECT FROM bookings WHERE reservation_id = $1 FOR UPDATE', [
        underWay.held.reservationId,
      ]);
      await lock.blocks();
      return { ...underWay, letGo: lock.letGo };
    },
  };
}
