import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { assertAgreed, assertSound, openStage, type Scene, webhookTimes } from './payment-scene.ts';

const create = /POST \/v1\/payment_intents$/;
const confirm = /POST \/v1\/payment_intents\/\w+\/confirm/;
const capture = /POST \/v1\/payment_intents\/\w+\/capture/;
const card = 'pm_card_visa';

/** What may go wrong with a payment, and how the purchase must end. `either`: both are right, as long as all agree. */
const failures: Record<
  string,
  { end: 'completed' | 'failed' | 'either' | 'needs_review'; act: (scene: Scene) => Promise<void> }
> = {
  'nothing fails': {
    end: 'completed',
    act: async ({ buy }) => void (await buy(card)),
  },
  'a crash before the intent is created, and the client asks again': {
    end: 'completed',
    async act({ buy, dieAt }) {
      dieAt(create, 'arrived');
      assert.equal(await buy(card), null);
      await buy(card);
    },
  },
  'a crash after the intent is created, before its id is stored': {
    end: 'failed',
    async act({ buy, dieAt }) {
      dieAt(create, 'carried out');
      assert.equal(await buy(card), null);
    },
  },
  // At once: the outcome is not known yet, or tries anew; a minute later it would be sold.
  'the same, and the client asks again at once': {
    end: 'either',
    async act({ buy, dieAt }) {
      dieAt(create, 'carried out');
      await buy(card);
      await buy(card);
    },
  },
  'a crash when the card was authorised, before the commit': {
    end: 'completed',
    async act({ buy, dieAt }) {
      dieAt(confirm, 'carried out');
      assert.equal(await buy(card), null);
    },
  },
  'a crash when the money was taken, before that is noted': {
    end: 'completed',
    async act({ buy, dieAt }) {
      dieAt(capture, 'carried out');
      assert.equal(await buy(card), null);
      assert.equal((await buy(card))?.status, 201);
    },
  },
  'the answer to creating is lost': {
    end: 'either',
    async act({ buy, fake }) {
      fake.fail(create, 'unheard', 5);
      await buy(card);
    },
  },
  'the answer to confirming is lost': {
    end: 'completed',
    async act({ buy, fake }) {
      fake.fail(confirm, 'unheard', 5);
      await buy(card);
    },
  },
  'the answer to confirming is lost once': {
    end: 'completed',
    async act({ buy, fake }) {
      fake.fail(confirm, 'unheard');
      assert.equal((await buy(card))?.status, 201, 'tried again with the same key');
    },
  },
  'Stripe is broken while confirming': {
    end: 'failed',
    async act({ buy, fake }) {
      fake.fail(confirm, 'broken', 5);
      assert.equal((await buy(card))?.status, 202);
    },
  },
  'the answer to capturing is lost': {
    end: 'completed',
    async act({ buy, fake }) {
      fake.fail(capture, 'unheard', 5);
      assert.equal((await buy(card))?.status, 201);
    },
  },
  'Stripe is away while capturing': {
    end: 'completed',
    async act({ buy, fake }) {
      fake.fail(capture, 'broken', 3);
      assert.equal((await buy(card))?.status, 201);
    },
  },
  'the card is declined, and another one pays': {
    end: 'completed',
    async act({ buy }) {
      assert.equal((await buy('pm_card_chargeDeclined', 'a'))?.status, 402);
      assert.equal((await buy(card, 'b'))?.status, 201);
    },
  },
  'the buyer confirms at the bank': {
    end: 'completed',
    async act({ buy, fake, bookings, intentOf }) {
      assert.equal((await buy('pm_card_threeDSecureRequired'))?.status, 202);
      const [booking] = await bookings();
      fake.books.settle(intentOf(booking!.bookingId), 'succeed');
    },
  },
  'the buyer fails at the bank': {
    end: 'failed',
    async act({ buy, fake, bookings, intentOf }) {
      await buy('pm_card_threeDSecureRequired');
      const [booking] = await bookings();
      fake.books.settle(intentOf(booking!.bookingId), 'fail');
    },
  },
  'the buyer never comes back from the bank': {
    end: 'failed',
    async act({ buy, pass }) {
      await buy('pm_card_threeDSecureRequired');
      pass(11 * 60_000);
    },
  },
  'a slow method pays after the hold’s time': {
    end: 'completed',
    async act({ buy, fake, bookings, intentOf, pass, desk }) {
      assert.equal((await buy('pm_bank'))?.status, 202);
      pass(16 * 60_000);
      await desk.reconcile();
      const [booking] = await bookings();
      assert.equal(booking!.status, 'awaiting_payment', 'unknown is never failed');
      fake.books.settle(intentOf(booking!.bookingId), 'succeed');
    },
  },
  'money comes after the booking failed, and the places are free': {
    end: 'completed',
    async act({ buy, fake, bookings, intentOf, pass, desk }) {
      await buy('pm_card_chargeDeclined');
      pass(20 * 60_000);
      await desk.runJob('expire holds');
      const [booking] = await bookings();
      fake.books.arriveLate(intentOf(booking!.bookingId));
    },
  },
  'money comes after the booking failed, and the places are gone': {
    end: 'failed',
    async act({ buy, fake, bookings, intentOf, pass, desk, held, eventId }) {
      await buy('pm_card_chargeDeclined');
      pass(20 * 60_000);
      await desk.runJob('expire holds');
      const ticketIds = held.tickets.map(({ ticketId }) => ticketId);
      const other = await desk.hold({ eventId, ticketIds: [ticketIds[0]] });
      assert.equal((await desk.buy(other, card)).status, 201);
      const [booking] = await bookings();
      fake.books.arriveLate(intentOf(booking!.bookingId));
    },
  },
  'money comes for the first card after the second has paid': {
    end: 'completed',
    async act({ buy, fake, bookings, intentOf }) {
      await buy('pm_card_chargeDeclined', 'a');
      await buy(card, 'b');
      const [first] = await bookings();
      fake.books.arriveLate(intentOf(first!.bookingId));
    },
  },
  'the client asks again and again, with the same key and with new ones': {
    end: 'completed',
    async act({ buy }) {
      const all = await Promise.all(['k', 'k', 'k', 'l', 'm'].map((key) => buy(card, key)));
      assert.ok(all.every((reply) => reply && reply.status < 500));
      assert.equal((await buy(card, 'k'))?.status, 201);
    },
  },
  'the client gives up and asks with a new key': {
    end: 'completed',
    async act({ buy, fake }) {
      fake.fail(confirm, 'unheard', 5);
      await buy(card, 'first');
      fake.heal();
      assert.equal((await buy(card, 'second'))?.status, 201);
    },
  },
  'another amount is set aside than was asked for': {
    end: 'failed',
    async act({ buy, fake }) {
      const wrongly = fake.onRequest;
      fake.onRequest = async (line, phase) => {
        const id = /payment_intents\/(pi_\w+)\/confirm/.exec(line)?.[1];
        if (id && phase === 'arrived') fake.books.changeAmount(id, 100);
        await wrongly(line, phase);
      };
      await buy(card);
    },
  },
  'another amount is taken than was asked for': {
    end: 'needs_review',
    async act({ buy, fake, bookings, intentOf }) {
      await buy('pm_bank');
      const id = intentOf((await bookings())[0]!.bookingId);
      fake.books.changeAmount(id, 100);
      fake.books.settle(id, 'succeed');
    },
  },
  'the capture is refused for good': {
    end: 'needs_review',
    act: async ({ buy }) => void (await buy('pm_card_captureFail')),
  },
};

describe('whatever goes wrong with a payment', () => {
  let database: TestDatabase;
  let stage: Awaited<ReturnType<typeof openStage>>;
  before(async () => {
    ({ database } = await createTestDatabase());
    stage = await openStage(database);
  });

  for (const [failure, { end, act }] of Object.entries(failures)) {
    for (const time of webhookTimes) {
      test(`${failure}, and webhooks come ${time}: money, tickets and books agree`, async () => {
        const scene = await stage.play(time, act);
        const found = (await scene.bookings()).map(({ status }) => status);
        const last = found.includes('completed') ? 'completed' : (found.at(-1) ?? 'failed');
        const answers = scene.replies.map(({ text }) => text).join('\n');
        if (end !== 'either') assert.equal(last, end, `${found.join()}\n${answers}`);
        await assertAgreed(database, scene);
      });
    }
  }

  test('and in the end every promise holds in the database', async () => {
    await stage.rest();
    await assertSound(database);
  });
});
