import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import type { Held } from '../support/box-office.ts';
import { createTestDatabase } from '../support/database.ts';
import { type JoinedProcess, joinedProcesses } from '../support/joined-processes.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

type StripeApp = Awaited<ReturnType<typeof startStripeApp>>;

/** Patient: calls that hang in these tests are not given up. */
const outsideCalls = { timeoutMs: 60_000, retryPauseMs: 1, openMs: 50 };
const declinedCard = 'pm_card_chargeDeclined';
const minute = 60_000;

/** The next charge hangs at the provider: before it is decided there, or when its answer is on its way. */
function hangAtCharge({ fake }: StripeApp, phase: 'arrived' | 'carried out') {
  let letGo = () => {};
  const hangs = new Promise<void>((there) => {
    fake.onRequest = (line, at) => {
      if (at !== phase || !/^POST .*\/confirm$/.test(line)) return;
      fake.onRequest = () => {};
      there();
      return new Promise<void>((goOn) => {
        letGo = goOn;
      });
    };
  });
  return { hangs, letGo: () => letGo() };
}

interface HeldLate {
  readonly held: Held;
  readonly eventId: number;
}

/** Shows, and buyers who pay a minute before their hold would end. */
async function holdLate(app: StripeApp): Promise<[HeldLate, HeldLate]> {
  const desk = paymentDesk(app);
  const holds: HeldLate[] = [];
  while (holds.length < 2) {
    const { eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 30, capacity: 4 }] });
    holds.push({ held: await desk.hold({ eventId, quantity: 2 }), eventId });
  }
  app.clock.advance(14 * minute);
  await desk.runJob('journal holds');
  return holds as [HeldLate, HeldLate];
}

/** The buyer has the places until two minutes from now, tries another card for them, and nobody had them in between. */
async function buysWithAnotherCard(app: StripeApp, held: Held, eventId: number): Promise<void> {
  const desk = paymentDesk(app);
  const { body } = await desk.look(held);
  const [status, left, attempts] = [body.status, Date.parse(body.expiresAt) - app.clock.now(), body.attemptsLeft];
  assert.deepEqual([status, left, attempts], ['active', 2 * minute, 4], JSON.stringify(body));
  const [type] = (await desk.availability(eventId)).ticketTypes;
  assert.deepEqual([type.available, type.held, type.reserved, type.sold], [2, 2, 0, 0]);
  const paid = await desk.buy(held, 'pm_card_visa');
  assert.equal(paid.status, 201, paid.text);
  assert.deepEqual(await desk.bookingsOf(held), { completed: 1, failed: 1 });
  await desk.runJob('relay messages');
  await desk.assertSound();
}

describe(
  'a card is declined when the event of its purchase has changed its owner',
  needs('process', 'database', 'clock', 'jobs'),
  () => {
    let processes: ReturnType<typeof joinedProcesses>;
    let first: JoinedProcess & StripeApp;
    let second: JoinedProcess & StripeApp;

    before(async () => {
      const { database, connection } = await createTestDatabase();
      processes = joinedProcesses({ database, connection });
      const one = await processes.join();
      const app = await startStripeApp({ database, outsideCalls, ports: one.ports, isMortal: true });
      first = { ...one, ...app };
      const other = await processes.join();
      const { fake, clock } = app;
      second = { ...other, ...(await startStripeApp({ database, fake, clock, outsideCalls, ports: other.ports })) };
      await processes.ownAll(first);
    });

    test('handed over: its buyer hears it from the old owner, and buys at the new one', async () => {
      const [{ held, eventId }] = await holdLate(first);
      const charge = hangAtCharge(first, 'arrived');
      const paying = paymentDesk(first).buy(held, declinedCard, 'once');
      await charge.hangs;
      await processes.handOver(first, second);
      const desk = paymentDesk(second);
      assert.equal((await desk.look(held)).body.status, 'paying');
      const early = await desk.buy(held, 'pm_card_visa');
      assert.equal(early.status, 202, early.text);
      charge.letGo();
      const declined = await paying;
      assert.deepEqual([declined.status, declined.body.attemptsLeft], [402, 4], declined.text);
      // By way of the process that has the event no more.
      assert.equal((await paymentDesk(first).look(held)).body.expiresAt, declined.body.expiresAt);
      await buysWithAnotherCard(second, held, eventId);
    });

    test('killed: whoever owns the event finds out, though what the old owner still writes is heard by nobody', async () => {
      const [one, other] = await holdLate(second);
      const silent = hangAtCharge(second, 'carried out');
      void paymentDesk(second)
        .buy(one.held, declinedCard)
        .catch(() => {});
      await silent.hangs;
      const charge = hangAtCharge(second, 'arrived');
      const paying = paymentDesk(second).buy(other.held, declinedCard);
      await charge.hangs;
      await paymentDesk(second).runJob('journal holds');
      await processes.kill(second, first);
      const desk = paymentDesk(first);
      for (const { held } of [one, other]) assert.equal((await desk.look(held)).body.status, 'paying');
      charge.letGo();
      assert.equal((await paying).status, 402);
      assert.equal((await desk.look(other.held)).body.status, 'paying');
      await desk.runJob('reconcile holds');
      await buysWithAnotherCard(first, other.held, other.eventId);
      // Longer than the hold had: in payment it does not end.
      first.clock.advance(2 * minute);
      await desk.runJob('expire holds', 'reconcile holds');
      assert.equal((await desk.look(one.held)).body.status, 'paying');
      await desk.runJob('reconcile bookings');
      await buysWithAnotherCard(first, one.held, one.eventId);
    });
  },
);

test(
  'a process that is alone is killed while a card is declined: after its start the buyer tries another one',
  needs('process', 'database', 'clock', 'jobs'),
  async () => {
    const first = await startStripeApp({ outsideCalls, isMortal: true });
    const [{ held, eventId }] = await holdLate(first);
    const charge = hangAtCharge(first, 'carried out');
    void paymentDesk(first)
      .buy(held, declinedCard)
      .catch(() => {});
    await charge.hangs;
    await paymentDesk(first).runJob('journal holds');
    const { database, fake, clock } = first;
    const second = await startStripeApp({ database, fake, clock, outsideCalls });
    // It asks the provider before anybody has asked for the event.
    await second.core.start({ isAlone: true });
    await buysWithAnotherCard(second, held, eventId);
  },
);
