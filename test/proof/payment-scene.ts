import assert from 'node:assert/strict';
import { verifyRecords } from '../../src/features/verify/index.ts';
import type { Database, Queryable } from '../../src/platform/postgres/database.ts';
import type { TestApp } from '../support/app.ts';
import type { Held, Reply } from '../support/box-office.ts';
import type { FakeEvent } from '../support/fake-stripe/books.ts';
import type { FakeStripe } from '../support/fake-stripe/fake-stripe.ts';
import { deliver, paymentDesk, startStripeApp } from '../support/payment-desk.ts';

/** When Stripe's webhooks come, seen from the purchase that causes them. */
export const webhookTimes = ['before', 'during', 'after', 'twice', 'never', 'after expiry'] as const;
export type WebhookTime = (typeof webhookTimes)[number];

type StripeApp = Awaited<ReturnType<typeof startStripeApp>>;
type Desk = ReturnType<typeof paymentDesk>;

/** PostgreSQL as a process sees it that may be killed: from then on nothing it asks for is ever answered. */
function mortal(database: Database): { readonly database: Database; readonly died: Promise<null>; kill(): void } {
  let isDead = false;
  const death = Promise.withResolvers<null>();
  const never = new Promise<never>(() => {});
  const queryable = (target: Queryable): Queryable => ({
    query: (...asked) => (isDead ? never : target.query(...asked)),
  });
  const wrap = (target: Queryable & Pick<Database, 'transaction'>) => ({
    ...queryable(target),
    transaction: <T>(work: (tx: Queryable) => Promise<T>): Promise<T> =>
      isDead ? never : target.transaction((tx) => work(queryable(tx))),
  });
  return {
    database: {
      ...wrap(database),
      system: wrap(database.system),
      as: (scope) => wrap(database.as(scope)),
      close: () => database.close(),
    },
    died: death.promise,
    kill() {
      isDead = true;
      death.resolve(null);
    },
  };
}

/** One buyer, one hold, one Stripe, and whatever goes wrong between them. */
export interface Scene {
  readonly fake: FakeStripe;
  readonly desk: Desk;
  readonly held: Held;
  readonly eventId: number;
  /** Buys with a card under a key; resolves with null if the process dies meanwhile. */
  buy(token: string, key?: string): Promise<Reply | null>;
  /** The process dies when Stripe has got, or has carried out, a request like this. */
  dieAt(path: RegExp, phase: 'arrived' | 'carried out'): void;
  pass(ms: number): void;
  /** All bookings of the reservation, oldest first. */
  bookings(): Promise<{ bookingId: string; status: string; totalMinor: number }[]>;
  intentOf(bookingId: string): string;
  replies: Reply[];
}

/** A stage for scenes on one database; processes die and others take their place. */
export async function openStage(database: Database) {
  let process = mortal(database);
  let app: StripeApp = await startStripeApp({ database: process.database, isMortal: true });
  const { fake, clock } = app;
  let desk = paymentDesk(app);
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 2_000 }] });

  let restarted = Promise.resolve();
  function restart(): Promise<void> {
    restarted = startAgain();
    return restarted;
  }

  async function startAgain(): Promise<void> {
    process.kill();
    process = mortal(database);
    app = await startStripeApp({ database: process.database, fake, clock, isMortal: true });
    desk = paymentDesk(app);
    await app.core.settleLeftovers();
  }

  async function play(time: WebhookTime, act: (scene: Scene) => Promise<void>): Promise<Scene> {
    const held = await desk.hold({ eventId, quantity: 2 });
    await desk.runJob('journal holds');
    const replies: Reply[] = [];
    const kept: FakeEvent[] = [];
    const send = (event: FakeEvent) => Promise.race([deliver(app, event), process.died]).catch(() => 0);
    const underway: Promise<unknown>[] = [];
    fake.books.onEvent = (event) => {
      if (time === 'during' || time === 'twice') underway.push(send(event));
      if (time === 'twice') underway.push(send(event));
      if (time === 'before' || time === 'after' || time === 'after expiry') kept.push(event);
    };
    const dying: { path: RegExp; phase: string }[] = [];
    fake.onRequest = async (line, phase) => {
      if (dying.some((one) => one.phase === phase && one.path.test(line))) {
        dying.length = 0;
        await restart();
      }
      if (time === 'before' && phase === 'carried out') await Promise.all(kept.splice(0).map(send));
    };
    const scene: Scene = {
      fake,
      get desk() {
        return desk;
      },
      held,
      eventId,
      replies,
      async buy(token, key = `key-${held.reservationId}`) {
        const reply = await Promise.race([desk.buy(held, token, key), process.died]);
        if (reply) replies.push(reply);
        await restarted;
        if (time === 'after') await Promise.all(kept.splice(0).map(send));
        return reply;
      },
      dieAt(path, phase) {
        dying.push({ path, phase });
      },
      pass: (ms) => clock.advance(ms),
      bookings: () =>
        database.query(
          `SELECT booking_id AS "bookingId", status, total_minor AS "totalMinor" FROM bookings
           WHERE reservation_id = $1 ORDER BY booking_id`,
          [held.reservationId],
        ),
      intentOf: (bookingId) =>
        [...fake.books.intents.values()].find(({ metadata }) => metadata.booking_id === bookingId)!.id,
    };
    await act(scene);
    await Promise.all(underway);
    fake.heal();
    if (time === 'after expiry') {
      clock.advance(20 * 60_000);
      await desk.reconcile();
    }
    for (const event of kept.splice(0)) await send(event);
    await desk.reconcile();
    await desk.reconcile();
    fake.onRequest = () => {};
    fake.books.onEvent = () => {};
    return scene;
  }

  return {
    play,
    get app(): TestApp {
      return app;
    },
  };
}

/** Money, tickets and books agree: nobody is charged twice or for nothing, and nobody who was told so has no ticket. */
export async function assertAgreed(database: Database, { fake, held, replies, bookings }: Scene): Promise<void> {
  const all = await bookings();
  const completed = all.filter(({ status }) => status === 'completed');
  assert.ok(completed.length <= 1, `sold ${completed.length} times`);
  for (const { bookingId, status, totalMinor } of all) {
    const taken = fake.books.takenBy(bookingId);
    if (status === 'completed') assert.equal(taken, totalMinor, `${bookingId} is completed`);
    if (status === 'failed' || status === 'cancelled') assert.equal(taken, 0, `${bookingId} is ${status}`);
    assert.ok(status !== 'awaiting_payment', `${bookingId} never comes to an end`);
    if (status !== 'needs_review') assert.deepEqual(fake.books.openOf(bookingId), [], `${bookingId} is ${status}`);
  }
  const told = replies.filter(({ status }) => status === 201);
  for (const { body } of told) {
    assert.equal(body.bookingId, completed[0]?.bookingId, 'who was told of tickets has them');
  }
  const [sold] = await database.query<{ count: number }>(
    `SELECT count(*) AS count FROM tickets WHERE ticket_id = ANY($1::uuid[]) AND status = 'Sold' AND booking_id = $2`,
    [held.tickets.map(({ ticketId }) => ticketId), completed[0]?.bookingId ?? null],
  );
  assert.equal(sold!.count, completed.length * 2, 'the right tickets');
}

/** Every promise about tickets and money holds in the records. */
export async function assertSound(database: Database): Promise<void> {
  const { findings } = await verifyRecords(database);
  assert.deepEqual(
    findings.filter(({ count }) => count > 0),
    [],
  );
}
