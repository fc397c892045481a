import type { SeededRandom } from '../../src/cli/simulate/seeded-random.ts';
import { createManualClock } from '../../src/platform/clock/clock.ts';
import { type Job, runJobs } from '../../src/platform/scheduler/run-jobs.ts';
import { testStart } from '../support/app.ts';
import type { Held } from '../support/box-office.ts';
import type { TestDatabase } from '../support/database.ts';
import { startFakeStripe } from '../support/fake-stripe/fake-stripe.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';
import { mortal } from './mortal-database.ts';

/** What brings payments to an end by itself. */
const jobNames = [
  'reconcile bookings',
  'reconcile holds',
  'reconcile payments',
  'process payment work',
  'journal holds',
  'carry out cancellations that waited for a payment',
];
/** The breaker's pause passes in real time, in which a virtual minute is an instant. In a server it is ten seconds. */
const outsideCalls = { timeoutMs: 600, retryPauseMs: 1, openMs: 1 };
/** How exactly times are printed. */
const stepMs = 500;

interface Interruption {
  readonly what: string;
  readonly at: number;
  end: number | null;
}

/**
 * Virtual time in which one Onsale after the other sells, with its jobs at their real intervals. Remembers when a purchase
 * was interrupted, and when nothing of it was open any more: neither its booking, nor work at Stripe, nor a payment there.
 */
export async function openTimeline(database: TestDatabase, random: SeededRandom) {
  const clock = createManualClock(testStart);
  const fake = await startFakeStripe(() => clock.now());
  const world = { fake, clock, isMortal: true, outsideCalls };
  const interruptions = new Map<string, Interruption>();
  const running = new Set<Promise<void>>();
  let awaitsLeft: number | null = null;
  let downUntil: number | null = null;
  let process = mortal(database, awaited);
  let app = await startStripeApp({ ...world, database: process.database });
  let desk = paymentDesk(app);
  let jobs = startJobs();
  const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 5_000 }] });

  /** The process dies when as much has been awaited as was said. */
  async function awaited(): Promise<void> {
    if (awaitsLeft === null || awaitsLeft-- > 0) return;
    awaitsLeft = null;
    process.kill();
    void jobs.stop();
    running.clear();
    downUntil = clock.now() + random.below(5_000);
  }

  function startJobs() {
    const wanted = app.core.jobs.filter(({ name }) => jobNames.includes(name));
    const noted = wanted.map((job): Job => {
      const run = () => {
        const done = job.run().finally(() => running.delete(done));
        // It may have died at its first await: then nobody waits for it.
        if (downUntil === null) running.add(done);
        return done;
      };
      return { ...job, run };
    });
    return runJobs({ jobs: noted, clock, onFailure() {} });
  }

  async function startAgain(): Promise<void> {
    downUntil = null;
    // It dies at work, not at its start.
    awaitsLeft = null;
    process = mortal(database, awaited);
    app = await startStripeApp({ ...world, database: process.database });
    desk = paymentDesk(app);
    await app.core.start({ isAlone: true });
    jobs = startJobs();
  }

  /** Time passes; `diesInRound`: after so many awaits of its jobs the process dies. */
  async function pass(ms: number, diesInRound: number | null = null): Promise<void> {
    awaitsLeft = diesInRound;
    for (const end = clock.now() + ms; clock.now() < end; ) {
      clock.advance(Math.min(stepMs, end - clock.now()));
      await Promise.race([Promise.allSettled([...running]), process.died]);
      if (downUntil !== null && downUntil <= clock.now()) await startAgain();
      await noteEnds();
    }
    awaitsLeft = null;
  }

  async function noteEnds(): Promise<void> {
    const open = [...interruptions].filter(([, { end }]) => end === null);
    if (open.length === 0) return;
    const unsettled = await openOf(open.map(([reservationId]) => reservationId));
    for (const [reservationId, interruption] of open) {
      if (!unsettled.has(reservationId)) interruption.end = clock.now();
    }
  }

  /** Those of the reservations about which something is open, here or at Stripe. */
  async function openOf(reservationIds: readonly string[]): Promise<Set<string>> {
    const rows = await database.query<{ reservationId: string; bookingId: string; isOpen: boolean }>(
      `SELECT reservation_id AS "reservationId", booking_id AS "bookingId", status = 'awaiting_payment'
         OR EXISTS (SELECT FROM payment_work w WHERE w.booking_id = b.booking_id) AS "isOpen"
       FROM bookings b WHERE reservation_id = ANY ($1)`,
      [reservationIds],
    );
    const open = rows.filter(({ bookingId, isOpen }) => isOpen || fake.books.openOf(bookingId).length > 0);
    return new Set(open.map(({ reservationId }) => reservationId));
  }

  /**
   * Several buy at once, with these cards; the process dies after so many awaits, if a number is said. The bank answers
   * whoever it was asked about, and no webhook ever comes.
   */
  async function buy(cards: readonly string[], diesAt: number | null, what: string): Promise<void> {
    while (downUntil !== null) await pass(stepMs);
    const holds: Held[] = [];
    for (const _ of cards) holds.push(await desk.hold({ eventId, quantity: 1 }));
    awaitsLeft = diesAt;
    const buying = cards.map((card, i) => desk.buy(holds[i]!, card, `key-${holds[i]!.reservationId}`));
    await Promise.race([Promise.all(buying), process.died]);
    awaitsLeft = null;
    fake.heal();
    const reservationIds = holds.map(({ reservationId }) => reservationId);
    const open = await openOf(reservationIds);
    for (const [i, id] of reservationIds.entries()) {
      if (open.has(id)) interruptions.set(id, { what: `${cards[i]}, ${what}`, at: clock.now(), end: null });
    }
    await answerAtBank();
  }

  /** Nobody waits for the buyer's bank in vain: what it says is what was not heard. */
  async function answerAtBank(): Promise<void> {
    const isAsked = (status: string) => ['requires_action', 'processing'].includes(status);
    if (![...fake.books.intents.values()].some(({ status }) => isAsked(status))) return;
    await pass(random.below(10_000));
    for (const { id, status, metadata } of fake.books.intents.values()) {
      if (!isAsked(status)) continue;
      fake.books.settle(id, random.chance(0.7) ? 'succeed' : 'fail');
      const [row] = await database.query<{ id: string }>(
        'SELECT reservation_id AS id FROM bookings WHERE booking_id = $1',
        [metadata.booking_id],
      );
      interruptions.set(row!.id, { what: 'the bank’s answer', at: clock.now(), end: null });
    }
  }

  const ended = () => [...interruptions.values()].map((one) => ({ ...one, ms: (one.end ?? Infinity) - one.at }));
  return {
    fake,
    buy,
    pass,
    /** Delivers what waits in the outbox: the jobs here leave it, and on a slow machine more than a real minute passes. */
    relay: () => app.core.relay(),
    /** How long each took; infinite for one that never ended. */
    times: () => ended().map(({ ms }) => ms),
    slowest: (count: number) =>
      ended()
        .sort((a, b) => b.ms - a.ms)
        .slice(0, count)
        .map(({ ms, what }) => `${ms / 1000} s: ${what}`),
  };
}
