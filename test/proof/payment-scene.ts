import assert from 'node:assert/strict';
import { verifyDatabase } from '../../src/features/verify/index.ts';

import type { TestApp } from '../support/app.ts';
import type { Held, Reply } from '../support/box-office.ts';
import type { TestDatabase } from '../support/database.ts';
import type { FakeEvent } from '../support/fake-stripe/books.ts';
import type { FakeStripe } from '../support/fake-stripe/fake-stripe.ts';
import { deliver, paymentDesk, startStripeApp } from '../support/payment-desk.ts';
import { mortal } from './mortal-database.ts';

/** When Stripe's webhooks come, seen from the purchase that causes them. */
export const webhookTimes = ['before', 'during', 'after', 'twice', 'never', 'after expiry'] as const;
export type WebhookTime = (typeof webhookTimes)[number];

type StripeApp = Awaited<ReturnType<typeof startStripeApp>>;
type Desk = ReturnType<typeof paymentDesk>;

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
  /**
   * Whatever the process waits for between `begin` and `end`: statements and requests to Stripe, before and after each.
   * With a number it dies there.
   */
  readonly awaits: { begin(dieAt: number | null): void; end(): readonly string[] };
  pass(ms: number): void;
  /** All bookings of the reservation, oldest first. */
  bookings(): Promise<{ bookingId: string; status: string; totalMinor: number }[]>;
  intentOf(bookingId: string): string;
  replies: Reply[];
}

/** A stage for scenes on one database; processes die and others take their place. */
export async function openStage(database: TestDatabase) {
  let restarted = Promise.resolve();
  let points: string[] | null = null;
  let dyingAt: number | null = null;

  /** Counts what is waited for, and dies when its turn has come. */
  async function awaited(what: string): Promise<void> {
    if (points === null) return;
    points.push(what);
    if (points.length - 1 !== dyingAt) return;
    points = null;
    process.kill();
    // Not waited for: what died first gives its locks back.
    restarted = new Promise<void>((done) => setImmediate(done)).then(startAgain);
  }

  let process = mortal(database, awaited);
  let app: StripeApp = await startStripeApp({ database: process.database, isMortal: true });
  const { fake, clock } = app;
  let desk = paymentDesk(app);
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 2_000 }] });

  function restart(): Promise<void> {
    restarted = startAgain();
    return restarted;
  }

  async function startAgain(): Promise<void> {
    process.kill();
    const next = mortal(database, awaited);
    const started = await startStripeApp({ database: next.database, fake, clock, isMortal: true });
    // Together: what comes meanwhile comes to the dead one, which never answers.
    [process, app] = [next, started];
    desk = paymentDesk(app);
    await app.core.start({ isAlone: true });
  }

  async function play(time: WebhookTime, act: (scene: Scene) => Promise<void>): Promise<Scene> {
    const held = await desk.hold({ eventId, quantity: 2 });
    await desk.runJob('journal holds');
    const replies: Reply[] = [];
    const kept: FakeEvent[] = [];
    const send = (event: FakeEvent) => Promise.race([deliver(app, event), process.died]).catch(() => 0);
    const underway: Promise<unknown>[] = [];
    fake.world.onEvent = (event) => {
      if (time === 'during' || time === 'twice') underway.push(send(event));
      if (time === 'twice') underway.push(send(event));
      if (time === 'before' || time === 'after' || time === 'after expiry') kept.push(event);
    };
    const dying: { path: RegExp; phase: string }[] = [];
    fake.onRequest = async (line, phase) => {
      await awaited(`${phase} ${line.replace(/pi_\w+/, 'pi')}`);
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
      awaits: {
        begin(dieAt) {
          points = [];
          dyingAt = dieAt;
        },
        end() {
          const found = points ?? [];
          points = null;
          return found;
        },
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
    fake.world.onEvent = () => {};
    return scene;
  }

  return {
    play,
    /** Hours later: what was held has lapsed, and its journal says so. */
    async rest(): Promise<void> {
      clock.advance(3 * 3_600_000);
      await desk.reconcile();
      await desk.runJob('journal holds', 'forget old holds');
    },
    get app(): TestApp {
      return app;
    },
  };
}

/** Money, tickets and books agree: nobody is charged twice or for nothing, and nobody who heard so has no ticket. */
export async function assertAgreed(database: TestDatabase, { fake, held, replies, bookings }: Scene): Promise<void> {
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
  const paid = replies.filter(({ status }) => status === 201);
  for (const { body } of paid) {
    assert.equal(body.bookingId, completed[0]?.bookingId, 'who heard of tickets has them');
  }
  const [sold] = await database.query<{ count: number }>(
    `SELECT count(*) AS count FROM tickets WHERE ticket_id = ANY($1::uuid[]) AND status = 'Sold' AND booking_id = $2`,
    [held.tickets.map(({ ticketId }) => ticketId), completed[0]?.bookingId ?? null],
  );
  assert.equal(sold!.count, completed.length * 2, 'the right tickets');
}

/** Every promise about tickets and money holds in the database. */
export async function assertSound(database: TestDatabase): Promise<void> {
  const { findings } = await verifyDatabase(database);
  assert.deepEqual(
    findings.filter(({ count }) => count > 0),
    [],
  );
}
